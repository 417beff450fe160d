import type { Distribution, Labels, Observation } from '@kubernats/controller';

/** One series of a counter. Whoever counts often keeps it. */
export class Count {
  value = 0;
  add(by = 1): void {
    this.value += by;
  }
}

/** One series of a histogram. Whoever observes often keeps it. */
export class Histogram {
  /** By bucket; the last one has what is above all of them. */
  readonly counts: Float64Array;
  sum = 0;
  readonly #buckets: readonly number[];

  constructor(buckets: readonly number[]) {
    this.#buckets = buckets;
    this.counts = new Float64Array(buckets.length + 1);
  }

  observe(value: number): void {
    const buckets = this.#buckets;
    let i = 0;
    while (i < buckets.length && value > (buckets[i] as number)) i++;
    (this.counts[i] as number)++;
    this.sum += value;
  }
}

/** The series of one metric, by the values of its labels. Holds at most so many; what comes then is counted under empty values. */
class Family<S> {
  readonly #labelNames: readonly string[];
  readonly #make: () => S;
  readonly #series = new Map<string, { labels: Labels; series: S }>();

  constructor(labelNames: readonly string[], make: () => S) {
    this.#labelNames = labelNames;
    this.#make = make;
  }

  /** The series with these values, in the order of the labels' names. */
  series(...values: readonly string[]): S {
    const key = values.join('\n');
    const known = this.#series.get(key);
    if (known) return known.series;
    if (this.#series.size >= MAX_SERIES && key !== this.#none()) return this.series(...this.#labelNames.map(() => ''));
    const labels = Object.fromEntries(this.#labelNames.map((name, i) => [name, values[i] ?? '']));
    const series = this.#make();
    this.#series.set(key, { labels, series });
    return series;
  }

  all(): Iterable<{ labels: Labels; series: S }> {
    return this.#series.values();
  }

  #none(): string {
    return this.#labelNames.map(() => '').join('\n');
  }
}

/** More than all kinds, verbs and codes that a cluster meets; a bound on what clients can make a server remember. */
const MAX_SERIES = 10_000;

export class CounterFamily extends Family<Count> {
  constructor(labelNames: readonly string[]) {
    super(labelNames, () => new Count());
  }

  *observations(): Iterable<Observation> {
    for (const { labels, series } of this.all()) yield { labels, value: series.value };
  }
}

export class HistogramFamily extends Family<Histogram> {
  constructor(labelNames: readonly string[], buckets: readonly number[]) {
    super(labelNames, () => new Histogram(buckets));
  }

  *distributions(): Iterable<Distribution> {
    for (const { labels, series } of this.all()) yield { labels, counts: series.counts, sum: series.sum };
  }
}
