import { Buffer } from 'node:buffer';
import type { Clock } from '@kubernats/clock';

/** One connection that watches. Its methods must not throw. */
export interface WatchMember {
  /** Takes frames. A member that cannot keep up cuts itself off. */
  write(frames: Buffer): void;
  /** Resolves when it has sent what it was given, or is gone; undefined: it has. */
  readonly room: Promise<void> | undefined;
  end(): void;
}

/** Who is told, as soon as it is live: until then it gets what it misses from elsewhere. */
export interface Listener {
  readonly member: WatchMember;
  isLive: boolean;
}

/** With more listeners than this, frames are gathered for a moment: each write to each connection costs, however small (10 to 25 µs). */
const FEW = 8;
const ROUND_MS = 25;
const ROUND_MS_PER_LISTENER = 0.1;
/** So many are written to without a pause: other requests are served in between. */
const COHORT_SIZE = 64;

interface Cohort<L> {
  readonly listeners: Set<L>;
  pending: Buffer[];
}

/**
 * Those who are told the same frames. A frame that comes alone goes out at once; of many that come to many listeners, each is told once in a round what has
 * gathered since its last turn. The turns are spread over the round, so that a thousand writes keep no request waiting that comes meanwhile.
 */
export class Audience<L extends Listener> implements Iterable<L> {
  readonly #clock: Clock;
  readonly #sent: (frames: number, listeners: number) => void;
  readonly #cohortOf = new Map<L, Cohort<L>>();
  #cohorts: Cohort<L>[] = [];
  #flushQueued = false;
  #gathering = false;
  #turn = 0;
  #joined: { first: Buffer | undefined; count: number; frames: Buffer } = { first: undefined, count: 0, frames: Buffer.alloc(0) };

  /** `sent` is told how many frames went to how many. */
  constructor(clock: Clock, sent: (frames: number, listeners: number) => void) {
    this.#clock = clock;
    this.#sent = sent;
  }

  get size(): number {
    return this.#cohortOf.size;
  }

  has(listener: L): boolean {
    return this.#cohortOf.has(listener);
  }

  [Symbol.iterator](): Iterator<L> {
    return this.#cohortOf.keys();
  }

  add(listener: L): void {
    let cohort = this.#cohorts.find(({ listeners }) => listeners.size < COHORT_SIZE);
    if (!cohort) {
      cohort = { listeners: new Set(), pending: [] };
      this.#cohorts.push(cohort);
    }
    cohort.listeners.add(listener);
    this.#cohortOf.set(listener, cohort);
  }

  /** Whether it was there. */
  delete(listener: L): boolean {
    const cohort = this.#cohortOf.get(listener);
    if (!cohort) return false;
    this.#cohortOf.delete(listener);
    cohort.listeners.delete(listener);
    if (cohort.listeners.size === 0) this.#cohorts = this.#cohorts.filter((each) => each !== cohort);
    return true;
  }

  clear(): void {
    this.#cohortOf.clear();
    this.#cohorts = [];
  }

  /** To all, by and by. */
  tell(frame: Buffer): void {
    for (const { pending } of this.#cohorts) pending.push(frame);
    if (this.#flushQueued || this.#gathering) return;
    this.#flushQueued = true;
    queueMicrotask(() => {
      this.#flushQueued = false;
      this.flush();
      if (this.size > FEW) this.#turnAt(this.#clock.monotonic() + this.#turnMs);
    });
  }

  /** What waits to be told goes out now. */
  flush(): void {
    for (const cohort of this.#cohorts) this.#flushCohort(cohort);
  }

  /** As `flush`, to this one and those who share its turn. */
  flushFor(listener: L): void {
    const cohort = this.#cohortOf.get(listener);
    if (cohort) this.#flushCohort(cohort);
  }

  /** How long after one turn the next one is: the fewer there are to be told, the sooner all have been. */
  get #turnMs(): number {
    return Math.min(ROUND_MS, this.size * ROUND_MS_PER_LISTENER) / this.#cohorts.length;
  }

  /**
   * A turn after the other, until nobody had anything to be told in a whole round. Those whose turn is overdue get it together. The time that telling takes
   * puts the next turn off: telling more often would leave no time for others, and gather less.
   */
  #turnAt(due: number, quiet = 0): void {
    this.#gathering = true;
    this.#clock.setTimer(Math.max(0, due - this.#clock.monotonic()), () => {
      const { length } = this.#cohorts;
      const everyMs = this.#turnMs;
      const from = this.#clock.monotonic();
      const turns = Math.min(length, 1 + Math.floor((from - due) / everyMs));
      for (let i = 0; i < turns; i++) quiet = this.#flushCohort(this.#cohorts[this.#turn++ % length]) ? 0 : quiet + 1;
      const to = this.#clock.monotonic();
      if (quiet < length) this.#turnAt(turns === length ? to + everyMs : due + turns * everyMs + (to - from), quiet);
      else this.#gathering = false;
    });
  }

  /** Whether it had anything to be told. */
  #flushCohort(cohort: Cohort<L> | undefined): boolean {
    const pending = cohort?.pending;
    if (!cohort || !pending?.length) return false;
    cohort.pending = [];
    const frames = this.#join(pending);
    let told = 0;
    for (const { isLive, member } of cohort.listeners) {
      if (!isLive) continue;
      member.write(frames);
      told++;
    }
    this.#sent(pending.length, told);
    return true;
  }

  /** All are told the same sequence: those whose turns are near each other share the bytes. */
  #join(pending: Buffer[]): Buffer {
    const [first] = pending;
    if (this.#joined.first !== first || this.#joined.count !== pending.length) {
      const frames = pending.length === 1 ? (first as Buffer) : Buffer.concat(pending);
      this.#joined = { first, count: pending.length, frames };
    }
    return this.#joined.frames;
  }
}
