import type { Metrics } from '@kubernats/controller';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Metrics for Prometheus, and their text for `/metrics`. */
export function prometheusMetrics(): Metrics & { text(): Promise<string> } {
  const registers = [new Registry()];
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
    text: async () => (await Promise.all(registers.map((registry) => registry.metrics()))).join('\n'),
  };
}
