import type { Metrics, Observation } from '@kubernats/controller';
import { CounterFamily, HistogramFamily } from './families.ts';

/**
 * What the server counts of itself. Counting is an addition to a number that is kept; names, labels and the library that writes them come in
 * when somebody reads the metrics. The same name gives the same metric.
 */
export class Instruments {
  readonly #shows = new Map<string, (metrics: Metrics) => void>();
  readonly #families = new Map<string, CounterFamily | HistogramFamily>();
  readonly #readers: Metrics[] = [];

  counter(name: string, help: string, labelNames: readonly string[] = []): CounterFamily {
    const known = this.#families.get(name);
    if (known instanceof CounterFamily) return known;
    const family = new CounterFamily(labelNames);
    this.#families.set(name, family);
    this.#add(name, (metrics) => metrics.observable('counter', name, help, labelNames, () => family.observations()));
    return family;
  }

  /** `buckets` are upper limits, rising. */
  histogram(name: string, help: string, labelNames: readonly string[], buckets: readonly number[]): HistogramFamily {
    const known = this.#families.get(name);
    if (known instanceof HistogramFamily) return known;
    const family = new HistogramFamily(labelNames, buckets);
    this.#families.set(name, family);
    this.#add(name, (metrics) => metrics.observableHistogram(name, help, labelNames, buckets, () => family.distributions()));
    return family;
  }

  /** What is looked at whenever somebody reads the metrics. */
  gauge(name: string, help: string, labelNames: readonly string[], observe: () => Iterable<Observation>): void {
    this.#add(name, (metrics) => metrics.observable('gauge', name, help, labelNames, observe));
  }

  /** Shows all of it there, also what is added later. */
  showIn(metrics: Metrics): void {
    this.#readers.push(metrics);
    for (const show of this.#shows.values()) show(metrics);
  }

  #add(name: string, show: (metrics: Metrics) => void): void {
    this.#shows.set(name, show);
    for (const metrics of this.#readers) show(metrics);
  }
}
