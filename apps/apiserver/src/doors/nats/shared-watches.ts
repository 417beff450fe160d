import { type BusMessage, type BusSubscription, renewSubjects, unescapeToken, watchSubject } from '@kubernats/bus';
import { decodeFrame, encodeFrame, type WatchEventHead, type WatchGrant, type WatchRenewal } from '@kubernats/client';
import type { Timer } from '@kubernats/clock';
import type { Selection } from '../../cache/selection.ts';
import { subscribeConverted } from '../../conversion/subscribe-converted.ts';
import type { Core, Place } from '../../core.ts';
import type { View } from '../../encode/view.ts';

const RENEW_WITHIN_MS = 30_000;
const HEARTBEAT_MS = 5_000;
const NOTHING = new Uint8Array();

interface SharedWatch {
  id: string;
  identity: string;
  subject: string;
  epoch: string;
  /** The revision of the last change that was published. */
  last: number;
  /** When something was published last. */
  saidAtMs: number;
  renewedAtMs: number;
  unsubscribe(): void;
}

/**
 * Watches over the bus: one subject for each distinct (identity, resource, selectors), shared by all processes of that identity: NATS does
 * the fan-out and this server publishes each change once. A watch that nobody renews ends.
 */
export class SharedWatches {
  readonly #core: Core;
  readonly #instance: string;
  readonly #watches = new Map<string, SharedWatch>();
  readonly #byId = new Map<string, SharedWatch>();
  readonly #renewals: BusSubscription;
  #timer: Timer | undefined;

  constructor(core: Core) {
    this.#core = core;
    this.#instance = core.ids.uid();
    this.#renewals = core.bus.subscribe(renewSubjects(core.cluster, this.#instance), (message) => this.#renewed(message));
  }

  /** The watch that shows this selection to this identity: the one that runs, or a new one. */
  grant(identity: string, place: Place, selection: Selection, view: View): WatchGrant {
    const key = `${identity}|${place.row.group}/${place.row.plural}|${view.key}|${selection.key}`;
    const watch = this.#watches.get(key) ?? this.#begin(key, identity, place, selection, view);
    watch.renewedAtMs = this.#core.clock.monotonic();
    return { id: watch.id, instance: this.#instance, epoch: watch.epoch, renewWithinMs: RENEW_WITHIN_MS, heartbeatMs: HEARTBEAT_MS };
  }

  /** The followers are told, so that they go on at another server at once. */
  close(): void {
    this.#renewals.unsubscribe();
    this.#timer?.cancel();
    for (const [key, watch] of [...this.#watches]) this.#end(key, watch, true);
  }

  #begin(key: string, identity: string, place: Place, selection: Selection, view: View): SharedWatch {
    const { bus, clock, cluster, ids } = this.#core;
    const id = ids.uid();
    const subject = watchSubject(cluster, identity, id);
    const now = clock.monotonic();
    const watch: SharedWatch = { id, identity, subject, epoch: ids.uid(), last: 0, saidAtMs: now, renewedAtMs: now, unsubscribe: () => {} };
    const subscription = subscribeConverted(place, selection, {
      change: (type, stored, { revision }) => {
        const head: WatchEventHead = { type, epoch: watch.epoch, revision, previous: watch.last };
        watch.last = revision;
        watch.saidAtMs = clock.monotonic();
        bus.publish(subject, encodeFrame(head, view.lean(stored)));
      },
      // The followers hear a new epoch, or nothing more, and list again.
      lost: () => this.#end(key, watch, true),
    });
    watch.unsubscribe = () => subscription.end();
    this.#watches.set(key, watch);
    this.#byId.set(id, watch);
    this.#timer ??= this.#tick();
    return watch;
  }

  #end(key: string, watch: SharedWatch, tell = false): void {
    watch.unsubscribe();
    this.#watches.delete(key);
    this.#byId.delete(watch.id);
    if (tell) this.#say(watch, this.#core.ids.uid());
  }

  #renewed(message: BusMessage): void {
    const identity = unescapeToken(message.subject.split('.')[3] ?? '');
    for (const id of renewedIds(message.data)) {
      const watch = this.#byId.get(id);
      if (watch && watch.identity === identity) watch.renewedAtMs = this.#core.clock.monotonic();
    }
    message.respond(NOTHING);
  }

  #tick(): Timer {
    return this.#core.clock.setTimer(HEARTBEAT_MS / 2, () => {
      const now = this.#core.clock.monotonic();
      for (const [key, watch] of [...this.#watches]) {
        if (now - watch.renewedAtMs > RENEW_WITHIN_MS) this.#end(key, watch);
        else if (now - watch.saidAtMs >= HEARTBEAT_MS / 2) this.#say(watch, watch.epoch);
      }
      this.#timer = this.#watches.size > 0 ? this.#tick() : undefined;
    });
  }

  #say(watch: SharedWatch, epoch: string): void {
    watch.saidAtMs = this.#core.clock.monotonic();
    const head: WatchEventHead = { type: 'HEARTBEAT', epoch, revision: watch.last, previous: watch.last };
    this.#core.bus.publish(watch.subject, encodeFrame(head));
  }
}

/** The ids that a renewal names; none where it is not one. */
function renewedIds(data: Uint8Array): readonly string[] {
  try {
    const { ids } = decodeFrame<Partial<WatchRenewal>>(data).head;
    return Array.isArray(ids) ? ids : [];
  } catch {
    return [];
  }
}
