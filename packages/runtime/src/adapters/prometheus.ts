import type { Distribution, Metrics } from '@kubernats/controller';
import { Counter, collectDefaultMetrics, Gauge, Histogram, type MetricValueWithName, Registry } from 'prom-client';

/** Metrics, and the text in which Prometheus reads them. */
export interface ServedMetrics extends Metrics {
  text(): Promise<string>;
}

/** A histogram whose values are counted elsewhere. */
class ObservedHistogram extends Histogram {
  readonly #shown: { name: string; help: string; buckets: readonly number[]; observe: () => Iterable<Distribution> };

  constructor(
    shown: { name: string; help: string; buckets: readonly number[]; observe: () => Iterable<Distribution> },
    labelNames: readonly string[],
    registers: Registry[],
  ) {
    super({ name: shown.name, help: shown.help, labelNames: [...labelNames], buckets: [...shown.buckets], registers });
    this.#shown = shown;
  }

  /** By which the registry reads a histogram. */
  async getForPromString(): Promise<object> {
    const { name, help, buckets, observe } = this.#shown;
    const values: MetricValueWithName<string>[] = [];
    for (const { labels, counts, sum } of observe()) {
      let count = 0;
      buckets.forEach((le, i) => {
        count += counts[i] ?? 0;
        values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: count });
      });
      count += counts[buckets.length] ?? 0;
      values.push(
        { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
        { metricName: `${name}_sum`, labels: { ...labels }, value: sum },
        { metricName: `${name}_count`, labels: { ...labels }, value: count },
      );
    }
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }
}

/**
 * Metrics for Prometheus, and their text for `/metrics`. `ofProcess`: with what the process itself uses (`process_…`, `nodejs_…`), which is looked at
 * from the first reading on.
 */
export function prometheusMetrics({ ofProcess = false }: { ofProcess?: boolean } = {}): ServedMetrics {
  const register = new Registry();
  const registers = [register];
  let isOfProcess = !ofProcess;
  const known = new Map<string, unknown>();
  // The same name is always asked for with the same kind of metric: each name has one place in the code that makes it.
  const once = <M>(name: string, make: () => M): M => {
    if (!known.has(name)) known.set(name, make());
    return known.get(name) as M;
  };
  return {
    counter: (name, help, labelNames = []) =>
      once(name, () => {
        const counter = new Counter({ name, help, labelNames: [...labelNames], registers });
        return {
          inc: (labels = {}, by = 1) => counter.inc({ ...labels }, by),
          remove: (labels) => counter.remove({ ...labels }),
        };
      }),
    gauge: (name, help, labelNames = []) =>
      once(name, () => {
        const gauge = new Gauge({ name, help, labelNames: [...labelNames], registers });
        return { set: (labels, value) => gauge.set({ ...labels }, value) };
      }),
    histogram: (name, help, labelNames = [], buckets) =>
      once(name, () => {
        const histogram = new Histogram({
          name,
          help,
          labelNames: [...labelNames],
          registers,
          ...(buckets ? { buckets: [...buckets] } : {}),
        });
        return { observe: (labels, value) => histogram.observe({ ...labels }, value) };
      }),
    observable: (kind, name, help, labelNames, observe) =>
      once(name, () => {
        const options = { name, help, labelNames: [...labelNames], registers };
        if (kind === 'gauge') {
          return new Gauge({
            ...options,
            collect() {
              this.reset();
              for (const { labels, value } of observe()) this.set({ ...labels }, value);
            },
          });
        }
        return new Counter({
          ...options,
          collect() {
            this.reset();
            for (const { labels, value } of observe()) this.inc({ ...labels }, value);
          },
        });
      }),
    observableHistogram: (name, help, labelNames, buckets, observe) =>
      once(name, () => new ObservedHistogram({ name, help, buckets, observe }, labelNames, registers)),
    async text() {
      if (!isOfProcess) collectDefaultMetrics({ register });
      isOfProcess = true;
      return register.metrics();
    },
  };
}
