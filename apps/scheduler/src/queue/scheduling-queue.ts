import type { Clock, Timer } from '@kubernats/clock';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { Heap } from './heap.ts';

export interface QueueOptions {
  /** After the first failed attempt; doubled for each further one. Milliseconds, default 1 000. */
  initialBackoffMs?: number;
  /** Milliseconds, default 10 000. */
  maxBackoffMs?: number;
}

interface Entry {
  info: PodInfo;
  state: 'active' | 'backoff' | 'parked' | 'taken';
  /** Order of arrival, among Pods of one priority. */
  order: number;
  attempts: number;
  /** Not tried again before: the clock's monotonic milliseconds. */
  dueAtMs: number;
  /** The plug-ins that refused it, while it is parked. */
  refusedBy: ReadonlySet<string>;
  /** Among whom it is parked. */
  kin: string;
}

const NOBODY: ReadonlySet<string> = new Set();

/** A heap's view of an entry: out of date once the entry has moved on. */
interface Slot {
  entry: Entry;
  rank: number;
}

/**
 * Pods that look for a node. Active ones are taken by priority, then by age; those that did not fit are parked until something
 * happens that may help them (`wake`), and none is tried more often than its backoff allows. Nothing here polls.
 * Source: kube-scheduler's PriorityQueue.
 */
export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #initialMs: number;
  readonly #maxMs: number;
  readonly #onWork: () => void;
  readonly #entries = new Map<string, Entry>();
  readonly #parked = new Set<Entry>();
  /** The parked ones, by each plug-in that refused them, then by their kin. */
  readonly #parkedBy = new Map<string, Map<string, Set<Entry>>>();
  readonly #active = new Heap<Slot>((a, b) => (a.rank === b.rank ? a.entry.order < b.entry.order : a.rank > b.rank));
  readonly #waiting = new Heap<Slot>((a, b) => a.rank < b.rank);
  #orders = 0;
  #timer: Timer | undefined;

  /** `onWork` is called whenever a Pod becomes active. */
  constructor(clock: Clock, onWork: () => void, options: QueueOptions = {}) {
    this.#clock = clock;
    this.#onWork = onWork;
    this.#initialMs = options.initialBackoffMs ?? 1_000;
    this.#maxMs = options.maxBackoffMs ?? 10_000;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** A new Pod, or one whose own change may let it fit: tried as soon as its turn comes. */
  add(info: PodInfo): void {
    const known = this.#entries.get(info.key);
    if (!known) {
      const entry: Entry = { info, state: 'parked', order: this.#orders++, attempts: 0, dueAtMs: 0, refusedBy: NOBODY, kin: '' };
      this.#entries.set(info.key, entry);
      return this.#activate(entry);
    }
    const samePlace = known.state === 'active' && known.info.priority === info.priority;
    known.info = info;
    if (known.state !== 'taken' && !samePlace) this.#activate(known);
  }

  /** The Pod changed in a way that does not matter to where it fits. */
  refresh(info: PodInfo): void {
    const entry = this.#entries.get(info.key);
    if (entry) entry.info = info;
  }

  /** The next Pod to try. It stays known as taken until it is parked, retried or removed. */
  take(): PodInfo | undefined {
    for (let slot = this.#active.pop(); slot; slot = this.#active.pop()) {
      const { entry } = slot;
      if (entry.state !== 'active' || this.#entries.get(entry.info.key) !== entry) continue;
      entry.state = 'taken';
      const backoffMs = Math.min(this.#maxMs, this.#initialMs * 2 ** entry.attempts);
      entry.attempts++;
      entry.dueAtMs = this.#clock.monotonic() + backoffMs;
      return entry.info;
    }
    return undefined;
  }

  /** The Pod fits nowhere: it waits for `wake`, or for `wakeRefused` on account of one of these plug-ins. */
  park(key: string, refusedBy: ReadonlySet<string>): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.state = 'parked';
    entry.refusedBy = refusedBy;
    this.#parked.add(entry);
    entry.kin = entry.info.kin;
    for (const plugin of refusedBy) {
      const kins = this.#parkedBy.get(plugin) ?? new Map<string, Set<Entry>>();
      this.#parkedBy.set(plugin, kins.set(entry.kin, (kins.get(entry.kin) ?? new Set()).add(entry)));
    }
  }

  #unpark(entry: Entry): void {
    this.#parked.delete(entry);
    for (const plugin of entry.refusedBy) {
      const kins = this.#parkedBy.get(plugin);
      const entries = kins?.get(entry.kin);
      entries?.delete(entry);
      if (entries?.size === 0) kins?.delete(entry.kin);
    }
    entry.refusedBy = NOBODY;
  }

  /** Something failed that may work next time: the Pod is tried again after its backoff. */
  retry(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) this.#delay(entry);
  }

  /** The Pod is bound, gone, or not ours any more. */
  remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#unpark(entry);
  }

  /** Tries the parked Pods again for which something happened that `mayHelp`. */
  wake(mayHelp: (info: PodInfo) => boolean): void {
    for (const entry of this.#parked) if (mayHelp(entry.info)) this.#delay(entry);
  }

  /** Tries those parked Pods again of which `mayHelp` takes it that a plug-in that refused them may not do so now: it is asked about one of each kin. */
  wakeRefused(mayHelp: (info: PodInfo, plugin: string) => boolean): void {
    for (const [plugin, kins] of this.#parkedBy) {
      for (const entries of kins.values()) {
        const [one] = entries;
        if (one && mayHelp(one.info, plugin)) for (const entry of entries) this.#delay(entry);
      }
    }
  }

  #activate(entry: Entry): void {
    this.#unpark(entry);
    entry.state = 'active';
    this.#active.push({ entry, rank: entry.info.priority });
    this.#onWork();
  }

  #delay(entry: Entry): void {
    if (entry.dueAtMs <= this.#clock.monotonic()) return this.#activate(entry);
    this.#unpark(entry);
    entry.state = 'backoff';
    this.#waiting.push({ entry, rank: entry.dueAtMs });
    if (this.#waiting.peek()?.entry === entry) this.#arm();
  }

  /** One timer, for the Pod that is due first. */
  #arm(): void {
    this.#timer?.cancel();
    const first = this.#waiting.peek();
    if (!first) return;
    this.#timer = this.#clock.setTimer(Math.max(0, first.rank - this.#clock.monotonic()), () => this.#due());
  }

  #due(): void {
    const nowMs = this.#clock.monotonic();
    for (let slot = this.#waiting.peek(); slot && slot.rank <= nowMs; slot = this.#waiting.peek()) {
      this.#waiting.pop();
      const { entry } = slot;
      const current = entry.state === 'backoff' && entry.dueAtMs === slot.rank && this.#entries.get(entry.info.key) === entry;
      if (current) this.#activate(entry);
    }
    this.#arm();
  }
}
