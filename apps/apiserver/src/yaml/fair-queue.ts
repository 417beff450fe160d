type Job = () => Promise<unknown>;

/**
 * Runs jobs some at a time, and of each caller one at a time: callers take turns, so that who has many jobs, or long ones, makes others wait for the one that
 * runs at most.
 */
export class FairQueue {
  readonly #places: number;
  /** The jobs of those who wait, whoever is next first. */
  readonly #waiting = new Map<string, Job[]>();
  readonly #running = new Set<string>();

  /** `places`: how many jobs run at the same time. */
  constructor(places: number) {
    this.#places = places;
  }

  run<T>(caller: string, job: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const jobs = this.#waiting.get(caller) ?? [];
    jobs.push(() => job().then(resolve, reject));
    this.#waiting.set(caller, jobs);
    this.#next();
    return promise;
  }

  #next(): void {
    for (const [caller, jobs] of this.#waiting) {
      if (this.#running.size >= this.#places) return;
      if (!this.#running.has(caller)) this.#start(caller, jobs);
    }
  }

  #start(caller: string, jobs: Job[]): void {
    const job = jobs.shift();
    this.#waiting.delete(caller);
    // Behind all others.
    if (jobs.length > 0) this.#waiting.set(caller, jobs);
    this.#running.add(caller);
    void job?.().finally(() => {
      this.#running.delete(caller);
      this.#next();
    });
  }
}
