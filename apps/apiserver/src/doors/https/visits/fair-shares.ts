/** How far beyond the limit those may go who have less than their share: so many times the limit in all. */
const TIMES_MAX = 2;

/**
 * Who may have one more request under way although there are as many as the limit allows: whoever has less than a share of it, which is the limit divided by all who have any. So
 * one who sends much does not keep out who sends little. It counts from when the limit is reached until there is much room again, and does nothing before. Source: the concept "API
 * Priority and Fairness", whose flows are users by default.
 */
export class FairShares {
  readonly #max: number;
  /** How many requests each user has under way. */
  #counts: Map<string, number> | undefined;

  /** `max` is the limit. */
  constructor(max: number) {
    this.#max = max;
  }

  /** The limit is reached: may `user` have one more? `holders` has the user of each request that is under way; it is read when counting begins. */
  hasLeft(user: string, holders: () => Iterable<string>): boolean {
    if (!this.#counts) {
      this.#counts = new Map();
      for (const holder of holders()) this.begun(holder);
    }
    let all = 0;
    for (const count of this.#counts.values()) all += count;
    const own = this.#counts.get(user) ?? 0;
    const others = this.#counts.size - (own > 0 ? 1 : 0);
    return all < TIMES_MAX * this.#max && own < Math.floor(this.#max / (others + 1));
  }

  begun(user: string): void {
    this.#counts?.set(user, (this.#counts.get(user) ?? 0) + 1);
  }

  /** `left`: how many are under way still. */
  ended(user: string, left: number): void {
    if (!this.#counts) return;
    const count = (this.#counts.get(user) ?? 0) - 1;
    if (left < this.#max / 2) this.#counts = undefined;
    else if (count > 0) this.#counts.set(user, count);
    else this.#counts.delete(user);
  }
}
