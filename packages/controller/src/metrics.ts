// What loops count. A port of its own, so that a process without a health port does not load a metrics library.

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  inc(labels?: Labels, by?: number): void;
  /** What the labels name is gone: its count is no longer shown. */
  remove(labels: Labels): void;
}

export interface Gauge {
  set(labels: Labels, value: number): void;
}

export interface Histogram {
  observe(labels: Labels, value: number): void;
}

/** One series as it is now. */
export interface Observation {
  labels: Labels;
  value: number;
}

/** A series of a histogram as it is now. */
export interface Distribution {
  labels: Labels;
  /** How many values fell into each bucket, and at the end how many into none: one more than there are buckets. */
  counts: ArrayLike<number>;
  /** Of all values. */
  sum: number;
}

/** Makes metrics by name; the same name gives the same metric. `runtime` has the Prometheus adapter. */
export interface Metrics {
  counter(name: string, help: string, labelNames?: readonly string[]): Counter;
  gauge(name: string, help: string, labelNames?: readonly string[]): Gauge;
  histogram(name: string, help: string, labelNames?: readonly string[], buckets?: readonly number[]): Histogram;
  /** What is counted elsewhere and looked at whenever somebody reads the metrics: `observe` names all series that there are then. */
  observable(
    kind: 'counter' | 'gauge',
    name: string,
    help: string,
    labelNames: readonly string[],
    observe: () => Iterable<Observation>,
  ): void;
  /** The same of a histogram. `buckets` are upper limits, rising. */
  observableHistogram(
    name: string,
    help: string,
    labelNames: readonly string[],
    buckets: readonly number[],
    observe: () => Iterable<Distribution>,
  ): void;
}

/** Counts nothing. */
export const noMetrics: Metrics = {
  counter: () => ({ inc() {}, remove() {} }),
  gauge: () => ({ set() {} }),
  histogram: () => ({ observe() {} }),
  observable() {},
  observableHistogram() {},
};
