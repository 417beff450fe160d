import type { Extensions } from '../aggregation/extensions.ts';
import type { Instruments } from './instruments.ts';

/** Counts APIServices that are not available; the result is told of each that becomes so. Source: "Kubernetes Metrics Reference", `aggregator_…`. */
export function availabilityMetrics(instruments: Instruments, extensions: Extensions): (name: string, reason: string) => void {
  instruments.gauge(
    'aggregator_unavailable_apiservice',
    'Gauge of APIServices which are marked as unavailable broken down by APIService name.',
    ['name'],
    () => extensions.all.map(({ name, isAvailable }) => ({ labels: { name }, value: isAvailable ? 0 : 1 })),
  );
  const total = instruments.counter(
    'aggregator_unavailable_apiservice_total',
    'Counter of APIServices which are marked as unavailable broken down by APIService name and reason.',
    ['name', 'reason'],
  );
  return (name, reason) => total.series(name, reason).add();
}
