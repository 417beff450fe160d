import type { ServedMetrics } from '@kubernats/runtime';

/** Metrics in the form of Prometheus, with those of the process. The library is loaded when they are first asked for: a start does not wait for it. */
export const openMetrics = async (): Promise<ServedMetrics> =>
  (await import('@kubernats/runtime/prometheus')).prometheusMetrics({ ofProcess: true });
