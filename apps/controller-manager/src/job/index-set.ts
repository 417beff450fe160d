import { countIndexes, type IndexInterval, parseIndexIntervals } from '@kubernats/api';

/** Completion indexes as a status lists them (`1,3-5`). Never changed in place. */
export class IndexSet {
  readonly #intervals: readonly IndexInterval[];
  readonly size: number;

  private constructor(intervals: readonly IndexInterval[]) {
    this.#intervals = intervals;
    this.size = countIndexes(intervals);
  }

  static readonly empty = new IndexSet([]);

  /** Reads what a status says; indexes that are not below `completions` any more are left out. */
  static parse(text: string | undefined, completions: number): IndexSet {
    if (!text) return IndexSet.empty;
    const all = parseIndexIntervals(text, Number.POSITIVE_INFINITY);
    const kept = all.filter(([first]) => first < completions);
    return new IndexSet(kept.map(([first, last]) => [first, Math.min(last, completions - 1)]));
  }

  has(index: number): boolean {
    let low = 0;
    let high = this.#intervals.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const [first, last] = this.#intervals[middle] ?? [0, 0];
      if (index < first) high = middle - 1;
      else if (index > last) low = middle + 1;
      else return true;
    }
    return false;
  }

  with(indexes: Iterable<number> | IndexSet): IndexSet {
    const added = indexes instanceof IndexSet ? indexes.#intervals : [...indexes].map((index): IndexInterval => [index, index]);
    if (added.length === 0) return this;
    const merged: [number, number][] = [];
    for (const [first, last] of [...this.#intervals, ...added].sort((a, b) => a[0] - b[0])) {
      const before = merged.at(-1);
      if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
      else merged.push([first, last]);
    }
    return new IndexSet(merged);
  }

  /** How many of the given indexes are in it. */
  countIn(intervals: readonly IndexInterval[]): number {
    let count = 0;
    for (const [first, last] of intervals) {
      for (const [from, to] of this.#intervals) count += Math.max(0, Math.min(last, to) - Math.max(first, from) + 1);
    }
    return count;
  }

  /** The lowest `count` indexes below `completions` that are neither in it nor in `taken`. */
  missing(count: number, completions: number, taken: ReadonlySet<number>): number[] {
    const found: number[] = [];
    let index = 0;
    const upTo = (end: number): void => {
      for (; index < end && found.length < count; index++) if (!taken.has(index)) found.push(index);
    };
    for (const [first, last] of this.#intervals) {
      upTo(Math.min(first, completions));
      index = Math.max(index, last + 1);
    }
    upTo(completions);
    return found;
  }

  toString(): string {
    return this.#intervals
      .map(([first, last]) => (first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`))
      .join(',');
  }
}
