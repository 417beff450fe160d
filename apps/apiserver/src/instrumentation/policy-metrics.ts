import type { Instruments } from './instruments.ts';

/** Seconds. */
const BUCKETS = [0.0000005, 0.001, 0.01, 0.1, 1] as const;

export type ErrorType = 'no_error' | 'compile_error' | 'out_of_budget' | 'invalid_error';

/** What is said of an expression that failed with this message. */
export function errorTypeOf(message: string): ErrorType {
  if (message.startsWith('compilation')) return 'compile_error';
  return message.startsWith('validation failed due to running out of cost budget') ? 'out_of_budget' : 'invalid_error';
}

/** Of whom something is counted. */
export interface PolicyNames {
  policy: string;
  binding: string;
}

/** What followed from a validation. */
export type Enforcement = 'allow' | 'deny' | 'audit' | 'warn';

export interface PolicyMetrics {
  mutated(of: PolicyNames, type: ErrorType, durationMs: number): void;
  validated(of: PolicyNames, type: ErrorType, enforcement: Enforcement, durationMs: number): void;
}

/** Counts what policies do. Source: "Kubernetes Metrics Reference", `apiserver_validating_admission_policy_…`, `apiserver_mutating_admission_policy_…`. */
export function policyMetrics(instruments: Instruments): PolicyMetrics {
  let metrics = made.get(instruments);
  if (!metrics) made.set(instruments, (metrics = makeMetrics(instruments)));
  return metrics;
}

const made = new WeakMap<Instruments, PolicyMetrics>();

function makeMetrics(instruments: Instruments): PolicyMetrics {
  const labels = ['policy', 'policy_binding', 'error_type'];
  const mutations = instruments.counter(
    'apiserver_mutating_admission_policy_check_total',
    'Mutation admission policy check total, labeled by policy and further identified by binding.',
    labels,
  );
  const mutationDurations = instruments.histogram(
    'apiserver_mutating_admission_policy_check_duration_seconds',
    'Mutation admission latency for individual mutation expressions in seconds, labeled by policy and binding.',
    labels,
    BUCKETS,
  );
  const enforced = [...labels, 'enforcement_action'];
  const validations = instruments.counter(
    'apiserver_validating_admission_policy_check_total',
    'Validation admission policy check total, labeled by policy and further identified by binding and enforcement action taken.',
    enforced,
  );
  const validationDurations = instruments.histogram(
    'apiserver_validating_admission_policy_check_duration_seconds',
    'Validation admission latency for individual validation expressions in seconds, labeled by policy and further including binding and enforcement action taken.',
    enforced,
    BUCKETS,
  );
  return {
    mutated({ policy, binding }, type, durationMs) {
      mutations.series(policy, binding, type).add();
      mutationDurations.series(policy, binding, type).observe(durationMs / 1000);
    },
    validated({ policy, binding }, type, enforcement, durationMs) {
      validations.series(policy, binding, type, enforcement).add();
      validationDurations.series(policy, binding, type, enforcement).observe(durationMs / 1000);
    },
  };
}
