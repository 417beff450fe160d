import { renewSubject } from '@kubernats/bus';
import type { Clock, Timer } from '@kubernats/clock';
import { encodeFrame, type WatchGrant, type WatchRenewal } from '../wire.ts';
import type { NatsDoor } from './request.ts';

interface Publisher {
  ids: Set<string>;
  everyMs: number;
  timer: Timer;
}

/** Keeps the watches of one process alive: one message for each publisher, however many watches it serves. */
export class Renewals {
  readonly #door: NatsDoor;
  readonly #clock: Clock;
  readonly #publishers = new Map<string, Publisher>();

  constructor(door: NatsDoor, clock: Clock) {
    this.#door = door;
    this.#clock = clock;
  }

  /** Renews the grant until the returned function is called. */
  keep(grant: WatchGrant): () => void {
    const { instance, id } = grant;
    const everyMs = grant.renewWithinMs / 3;
    const publisher = this.#publishers.get(instance) ?? { ids: new Set<string>(), everyMs, timer: this.#tick(instance, everyMs) };
    this.#publishers.set(instance, publisher);
    publisher.ids.add(id);
    return () => {
      publisher.ids.delete(id);
      if (publisher.ids.size > 0) return;
      publisher.timer.cancel();
      if (this.#publishers.get(instance) === publisher) this.#publishers.delete(instance);
    };
  }

  #tick(instance: string, everyMs: number): Timer {
    return this.#clock.setTimer(everyMs, () => {
      const publisher = this.#publishers.get(instance);
      if (!publisher) return;
      const renewal: WatchRenewal = { ids: [...publisher.ids] };
      this.#door.bus.publish(renewSubject(this.#door.cluster, this.#door.identity, instance), encodeFrame(renewal));
      publisher.timer = this.#tick(instance, publisher.everyMs);
    });
  }
}
