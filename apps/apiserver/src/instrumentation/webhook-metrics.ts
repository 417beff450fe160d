import type { WebhookCallSeen } from '../webhooks/ask-webhooks.ts';
import type { Instruments } from './instruments.ts';

const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25] as const;
/** Codes above are counted as this one: a webhook chooses them. */
const MAX_CODE = 600;

const ERROR_TYPES = { refused: 'no_error', failed: 'calling_webhook_error', 'internal error': 'apiserver_internal_error' } as const;

/** Counts the calls of admission webhooks. Source: "Kubernetes Metrics Reference", `apiserver_admission_webhook_…`. */
export function webhookObserver(instruments: Instruments): (seen: WebhookCallSeen) => void {
  const durations = instruments.histogram(
    'apiserver_admission_webhook_admission_duration_seconds',
    'Admission webhook latency histogram in seconds, identified by name and broken out for each operation and API resource and type (validate or admit).',
    ['name', 'type', 'operation', 'rejected'],
    BUCKETS,
  );
  const rejections = instruments.counter(
    'apiserver_admission_webhook_rejection_count',
    'Admission webhook rejection count, identified by name and broken out for each admission type (validating or admit) and operation. Additional labels specify an error type (calling_webhook_error or apiserver_internal_error if an error occurred; no_error otherwise) and optionally a non-zero rejection code if the webhook rejects the request with an HTTP status code (honored by the apiserver when the code is greater or equal to 400). Codes greater than 600 are truncated to 600, to keep the metrics cardinality bounded.',
    ['name', 'type', 'operation', 'error_type', 'rejection_code'],
  );
  const requests = instruments.counter(
    'apiserver_admission_webhook_request_total',
    'Admission webhook request total, identified by name and broken out for each admission type (validating or mutating) and operation. Additional labels specify whether the request was rejected or not and an HTTP status code. Codes greater than 600 are truncated to 600, to keep the metrics cardinality bounded.',
    ['name', 'type', 'operation', 'code', 'rejected'],
  );
  const failedOpen = instruments.counter(
    'apiserver_admission_webhook_fail_open_count',
    'Admission webhook fail open count, identified by name and broken out for each admission type (validating or mutating).',
    ['name', 'type'],
  );
  return ({ webhook, type, operation, durationMs, outcome, code }) => {
    const rejected = outcome !== 'allowed' && outcome !== 'failed open';
    const counted = outcome === 'internal error' ? '0' : String(Math.min(code, MAX_CODE));
    durations.series(webhook, type, operation, String(rejected)).observe(durationMs / 1000);
    requests.series(webhook, type, operation, counted, String(rejected)).add();
    if (rejected) rejections.series(webhook, type, operation, ERROR_TYPES[outcome], counted).add();
    else if (outcome === 'failed open') failedOpen.series(webhook, type).add();
  };
}
