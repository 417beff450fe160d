import type { Clock, Timer } from '@kubernats/clock';
import type { Plugin, QueuedPod } from '../framework/plugin.ts';
import { prioritySort } from '../plugins/priority-sort.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { Heap } from './heap.ts';

export interface QueueOptions {
  /** After the first failed attempt; doubled for each further one. Milliseconds, default 1 000. */
  initialBackoffMs?: number;
  /** Milliseconds, default 10 000. */
  maxBackoffMs?: number;
  /** Whether one Pod is tried before another. Default: by priority, then by age. */
  less?: Plugin['less'];
  /** The plug-in that does not let the Pod be tried yet, if any: asked whenever its turn would come. */
  gate?(info: PodInfo): string | undefined;
}

/** How a Pod waits that was refused. */
export interface Parking {
  /** A node that it fits on now helps it (`wake`). Default true. */
  atNodes?: boolean;
  /** It is tried again after so long in any case. */
  atMostMs?: number;
}

/** How far a Pod of the queue is. */
export interface QueuePlace {
  readonly state: 'active' | 'backoff' | 'parked' | 'taken';
  readonly attempts: number;
  /** When it is tried again in any case, of one in backoff not before either: the clock's monotonic milliseconds. Passed: nothing waits for a time. */
  readonly dueAtMs: number;
}

interface Entry {
  info: PodInfo;
  state: QueuePlace['state'];
  readonly order: number;
  attempts: number;
  /** When it was tried last, and when it is to be tried again by itself: the clock's monotonic milliseconds. */
  triedAtMs: number;
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
interface ActiveSlot {
  entry: Entry;
  /** As it was when it became active: what a heap goes by may not change. */
  pod: QueuedPod;
}

/**
 * Pods that look for a node. Active ones are taken by priority, then by age, unless a plug-in says otherwise; those that did not fit are parked until something
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
  readonly #less: NonNullable<Plugin['less']>;
  readonly #gate: (info: PodInfo) => string | undefined;
  readonly #active = new Heap<ActiveSlot>((a, b) => this.#isBefore(a.pod, b.pod));
  readonly #waiting = new Heap<Slot>((a, b) => a.rank < b.rank);
  #orders = 0;
  #timer: Timer | undefined;

  /** `onWork` is called whenever a Pod becomes active. */
  constructor(clock: Clock, onWork: () => void, options: QueueOptions = {}) {
    this.#clock = clock;
    this.#onWork = onWork;
    this.#initialMs = options.initialBackoffMs ?? 1_000;
    this.#maxMs = options.maxBackoffMs ?? 10_000;
    this.#less = options.less ?? prioritySort.less ?? (() => false);
    this.#gate = options.gate ?? (() => undefined);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  placeOf(key: string): QueuePlace | undefined {
    return this.#entries.get(key);
  }

  /** A new Pod, or one whose own change may let it fit: tried as soon as its turn comes. */
  add(info: PodInfo): void {
    const known = this.#entries.get(info.key);
    if (!known) {
      const entry: Entry = {
        ...{ info, state: 'parked' as const, order: this.#orders++, attempts: 0, triedAtMs: 0, dueAtMs: 0 },
        ...{ refusedBy: NOBODY, kin: '' },
      };
      this.#entries.set(info.key, entry);
      return this.#activate(entry);
    }
    const [before, now] = [{ ...known }, { ...known, info }];
    const samePlace = known.state === 'active' && !this.#less(before, now) && !this.#less(now, before);
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
      entry.attempts++;
      entry.triedAtMs = this.#clock.monotonic();
      return entry.info;
    }
    return undefined;
  }

  /** These plug-ins refused the Pod: it waits for what helps it (`wake`, `wakeRefused`). */
  park(key: string, refusedBy: ReadonlySet<string>, parking?: Parking): void {
    const entry = this.#entries.get(key);
    if (entry) this.#park(entry, refusedBy, parking);
  }

  #park(entry: Entry, refusedBy: ReadonlySet<string>, { atNodes = true, atMostMs }: Parking = {}): void {
    entry.state = 'parked';
    entry.refusedBy = refusedBy;
    if (atNodes) this.#parked.add(entry);
    entry.kin = entry.info.kin;
    for (const plugin of refusedBy) {
      const kins = this.#parkedBy.get(plugin) ?? new Map<string, Set<Entry>>();
      this.#parkedBy.set(plugin, kins.set(entry.kin, (kins.get(entry.kin) ?? new Set()).add(entry)));
    }
    if (atMostMs !== undefined) this.#await(entry, this.#clock.monotonic() + atMostMs);
  }

  #unpark(entry: Entry): void {
    this.#parked.delete(entry);
    entry.dueAtMs = 0;
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
    this.#delayAll([...this.#parked].filter(({ info }) => mayHelp(info)));
  }

  /** Tries those parked Pods again of which `mayHelp` takes it that a plug-in that refused them may not do so now: it is asked about one of each kin. */
  wakeRefused(mayHelp: (info: PodInfo, plugin: string) => boolean): void {
    for (const [plugin, kins] of this.#parkedBy) {
      // Copies, as whoever its gate does not let go is parked again.
      for (const entries of [...kins.values()]) {
        const [one] = entries;
        if (one && mayHelp(one.info, plugin)) this.#delayAll([...entries]);
      }
    }
  }

  #delayAll(entries: readonly Entry[]): void {
    for (const entry of entries) this.#delay(entry);
  }

  #activate(entry: Entry): void {
    this.#unpark(entry);
    const gate = this.#gate(entry.info);
    if (gate !== undefined) return this.#park(entry, new Set([gate]), { atNodes: false });
    entry.state = 'active';
    this.#active.push({ entry, pod: { info: entry.info, order: entry.order, attempts: entry.attempts } });
    this.#onWork();
  }

  /** Those that are equal to `less` take turns by age. */
  #isBefore(a: QueuedPod, b: QueuedPod): boolean {
    return this.#less(a, b) || (a.order < b.order && !this.#less(b, a));
  }

  #delay(entry: Entry): void {
    const dueAtMs = entry.triedAtMs + this.#backoffMs(entry);
    if (dueAtMs <= this.#clock.monotonic()) return this.#activate(entry);
    this.#unpark(entry);
    entry.state = 'backoff';
    this.#await(entry, dueAtMs);
  }

  #backoffMs({ attempts }: Entry): number {
    return attempts === 0 ? 0 : Math.min(this.#maxMs, this.#initialMs * 2 ** (attempts - 1));
  }

  /** The entry becomes active then, unless something else happens to it first. */
  #await(entry: Entry, dueAtMs: number): void {
    entry.dueAtMs = dueAtMs;
    this.#waiting.push({ entry, rank: dueAtMs });
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
      const isWaiting = entry.state === 'backoff' || entry.state === 'parked';
      if (isWaiting && entry.dueAtMs === slot.rank && this.#entries.get(entry.info.key) === entry) this.#activate(entry);
    }
    this.#arm();
  }
}
