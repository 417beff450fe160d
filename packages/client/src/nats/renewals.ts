import { renewSubject } from '@kubernats/bus';
import type { Clock, Timer } from '@kubernats/clock';
import { isUnavailable } from '@kubernats/errors';
import { encodeFrame, type WatchGrant, type WatchRenewal } from '../wire.ts';
import type { NatsDoor } from './request.ts';

interface Publisher {
  /** The ids of its watches, each with whom to tell that the publisher is gone. */
  watches: Map<string, () => void>;
  everyMs: number;
  timer: Timer;
}

/**
 * Keeps the watches of one process alive: one message for each publisher, however many watches it serves. It is a question, so that a publisher that
 * died is noticed at the next one: the bus says at once that nobody is there.
 */
export class Renewals {
  readonly #door: NatsDoor;
  readonly #clock: Clock;
  readonly #onGone: () => void;
  readonly #publishers = new Map<string, Publisher>();

  /** `onGone` hears that a publisher is no more. */
  constructor(door: NatsDoor, clock: Clock, onGone: () => void) {
    this.#door = door;
    this.#clock = clock;
    this.#onGone = onGone;
  }

  /** Renews the grant until the returned function is called. `gone` hears that the publisher is no more. */
  keep(grant: WatchGrant, gone: () => void): () => void {
    const { instance, id } = grant;
    const everyMs = Math.min(grant.renewWithinMs / 3, grant.heartbeatMs / 2);
    const publisher = this.#publishers.get(instance) ?? {
      watches: new Map<string, () => void>(),
      everyMs,
      timer: this.#tick(instance, everyMs),
    };
    this.#publishers.set(instance, publisher);
    publisher.watches.set(id, gone);
    return () => {
      // A second follow of the same watch may have taken the place.
      if (publisher.watches.get(id) === gone) publisher.watches.delete(id);
      if (publisher.watches.size > 0) return;
      publisher.timer.cancel();
      if (this.#publishers.get(instance) === publisher) this.#publishers.delete(instance);
    };
  }

  /** Looks at once whether the publishers are there. */
  renewNow(): void {
    for (const [instance, publisher] of this.#publishers) void this.#renew(instance, publisher);
  }

  #tick(instance: string, everyMs: number): Timer {
    return this.#clock.setTimer(everyMs, () => {
      const publisher = this.#publishers.get(instance);
      if (!publisher) return;
      void this.#renew(instance, publisher);
      publisher.timer = this.#tick(instance, publisher.everyMs);
    });
  }

  async #renew(instance: string, publisher: Publisher): Promise<void> {
    const { bus, cluster, identity } = this.#door;
    const renewal: WatchRenewal = { ids: [...publisher.watches.keys()] };
    try {
      await bus.request(renewSubject(cluster, identity, instance), encodeFrame(renewal), { timeoutMs: publisher.everyMs });
    } catch (error) {
      // No answer in time says nothing: the heartbeats decide. A connection that is away is noticed by everyone.
      if (!isUnavailable(error) || bus.status !== 'connected') return;
      for (const gone of [...publisher.watches.values()]) gone();
      this.#onGone();
    }
  }
}
