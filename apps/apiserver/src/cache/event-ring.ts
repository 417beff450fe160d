import type { CacheEvent } from './event.ts';

export interface RingLimits {
  /** Always kept, however old. */
  minEvents: number;
  /** Never more than these, however young. */
  maxEvents: number;
  /** Between the two, events live this long. */
  keepMs: number;
}

/** The recent events of one resource, so that a watch may begin in the past. */
export class EventRing {
  readonly #limits: RingLimits;
  readonly #times: number[] = [];
  readonly #events: CacheEvent[] = [];
  #start = 0;
  #floor: number;

  /** `floor`: the revision before which nothing is known. */
  constructor(limits: RingLimits, floor: number) {
    this.#limits = limits;
    this.#floor = floor;
  }

  /** A watch may begin at this revision or later. */
  get floor(): number {
    return this.#floor;
  }

  push(event: CacheEvent, nowMs: number): void {
    this.#events.push(event);
    this.#times.push(nowMs);
    const { minEvents, maxEvents, keepMs } = this.#limits;
    let kept = this.#events.length - this.#start;
    while (kept > maxEvents || (kept > minEvents && (this.#times[this.#start] as number) < nowMs - keepMs)) {
      this.#floor = (this.#events[this.#start] as CacheEvent).revision;
      this.#start++;
      kept--;
    }
    if (this.#start > kept + 64) {
      this.#events.splice(0, this.#start);
      this.#times.splice(0, this.#start);
      this.#start = 0;
    }
  }

  /** The events after `revision`, oldest first. `revision` must not be below the floor. */
  after(revision: number): CacheEvent[] {
    let low = this.#start;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle] as CacheEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.#events.slice(low);
  }
}
