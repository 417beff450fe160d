import type { ConversionSeen } from '../conversion/ask-conversion.ts';
import type { Instruments } from './instruments.ts';

/** Seconds: from 1 ms on, each twice the one before. */
const DURATIONS = Array.from({ length: 15 }, (_, power) => 0.001 * 2 ** power);
const LATENCIES = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 60] as const;

/** Counts what conversion webhooks do. Source: "Kubernetes Metrics Reference", `apiserver_conversion_webhook_…`, `apiserver_crd_conversion_webhook_…`. */
export function conversionObserver(instruments: Instruments): (seen: ConversionSeen) => void {
  const labels = ['result', 'failure_type'];
  const requests = instruments.counter(
    'apiserver_conversion_webhook_request_total',
    'Counter for conversion webhook requests with success/failure and failure error type',
    labels,
  );
  const latencies = instruments.histogram(
    'apiserver_conversion_webhook_duration_seconds',
    'Conversion webhook request latency',
    labels,
    LATENCIES,
  );
  const durations = instruments.histogram(
    'apiserver_crd_conversion_webhook_duration_seconds',
    'CRD webhook conversion duration in seconds',
    ['crd_name', 'from_version', 'to_version', 'succeeded'],
    DURATIONS,
  );
  return ({ definition, fromVersion, toVersion, durationMs, failure }) => {
    const series = failure === undefined ? (['success', ''] as const) : (['failure', `conversion_webhook_${failure}`] as const);
    requests.series(...series).add();
    latencies.series(...series).observe(durationMs / 1000);
    durations.series(definition, fromVersion, toVersion, String(failure === undefined)).observe(durationMs / 1000);
  };
}
