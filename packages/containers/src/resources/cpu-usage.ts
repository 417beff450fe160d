/** Over how long a use of CPU is averaged, as cAdvisor does. */
export const CPU_WINDOW_MS = 10_000;

/**
 * How much CPU time something has had, as a function of time whose slope changes now and then. Two marks of the past are enough to tell
 * the use of the last window, so that nothing has to tick. Times are the clock's monotonic milliseconds.
 */
export class CpuUsage {
  readonly #sinceMs: number;
  #atMs: number;
  #usedMs = 0;
  #rate = 0;
  /** What had been used at `#markMs`, and a window before that. */
  #markMs: number;
  #usedAtMark = 0;
  #usedBefore = 0;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
    this.#atMs = nowMs;
    this.#markMs = nowMs;
  }

  /** From now on so many millicores are used. */
  setMillicores(millicores: number, nowMs: number): void {
    this.#pass(nowMs);
    this.#rate = millicores / 1000;
  }

  /** So much was used at one go, just now. */
  add(cpuMs: number, nowMs: number): void {
    this.#pass(nowMs);
    this.#usedMs += cpuMs;
  }

  /** CPU time since the beginning, in milliseconds. */
  usedMs(nowMs: number): number {
    this.#pass(nowMs);
    return this.#usedMs;
  }

  /** The average of the last window, or since the beginning where that is less long ago. */
  nanoCores(nowMs: number): number {
    this.#pass(nowMs);
    const ageMs = nowMs - this.#sinceMs;
    if (ageMs <= 0) return 0;
    if (ageMs <= CPU_WINDOW_MS) return Math.round((this.#usedMs / ageMs) * 1e9);
    // The beginning of the window lies between the two marks.
    const part = (nowMs - this.#markMs) / CPU_WINDOW_MS;
    const usedThen = this.#usedBefore + (this.#usedAtMark - this.#usedBefore) * part;
    return Math.round(((this.#usedMs - usedThen) / CPU_WINDOW_MS) * 1e9);
  }

  #pass(nowMs: number): void {
    const usedAt = (ms: number): number => this.#usedMs + this.#rate * (ms - this.#atMs);
    const windows = Math.floor((nowMs - this.#markMs) / CPU_WINDOW_MS);
    if (windows > 0) {
      const markMs = this.#markMs + windows * CPU_WINDOW_MS;
      this.#usedBefore = windows === 1 ? this.#usedAtMark : usedAt(markMs - CPU_WINDOW_MS);
      this.#usedAtMark = usedAt(markMs);
      this.#markMs = markMs;
    }
    this.#usedMs = usedAt(nowMs);
    this.#atMs = nowMs;
  }
}
