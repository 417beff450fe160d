import { dns1123Subdomain, type FieldPath, invalidValue, notSupported, required, tooLong } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JobSpec } from '../../../../generated/types.ts';
import type { StrategyContext } from '../../../kind.ts';
import { notNegative, oneOf } from '../../../validation/basics.ts';
import { checkPodTemplate } from '../../core/pod-template/validate-template.ts';
import { checkPodFailurePolicy } from './validate-failure-policy.ts';
import { checkSuccessPolicy } from './validate-success-policy.ts';

const PARALLELISM_MAX = 100_000;
const FAILED_INDEXES_MAX = 100_000;
/** More completions than this need a smaller parallelism where each index has a back-off limit. */
const MANY_COMPLETIONS = 100_000;
const MANY_COMPLETIONS_MAX = 10_000;
const MANAGED_BY_MAX = 63;

/** What must hold of a Job's spec, also where it stands in a CronJob. Source: Kubernetes' validation of `batch/v1` JobSpec. */
export function checkJobSpec(spec: JobSpec, at: FieldPath, context: StrategyContext, out: Cause[]): void {
  for (const field of COUNTS) notNegative(spec[field], at.child(field), out);
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    out.push(required(at.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
  }
  checkManagedBy(spec.managedBy, at.child('managedBy'), out);
  oneOf(spec.completionMode, ['Indexed', 'NonIndexed'], at.child('completionMode'), out, { optional: true });
  if (spec.completionMode === 'Indexed') checkIndexed(spec, at, out);
  else checkNonIndexed(spec, at, out);
  if (spec.podFailurePolicy) checkPodFailurePolicy(spec, at.child('podFailurePolicy'), out);
  if (spec.successPolicy) {
    if (spec.completionMode === 'Indexed') checkSuccessPolicy(spec, at.child('successPolicy'), out);
    else out.push(invalidValue(at.child('successPolicy'), spec.successPolicy, 'requires indexed completion mode'));
  }
  const replacement = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  oneOf(spec.podReplacementPolicy, replacement, at.child('podReplacementPolicy'), out, { optional: true });
  checkTemplate(spec, at.child('template'), context, out);
}

const COUNTS = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

function checkManagedBy(managedBy: string | undefined, at: FieldPath, out: Cause[]): void {
  if (managedBy === undefined) return;
  const [domain = '', ...path] = managedBy.split('/');
  if (managedBy === '') out.push(required(at));
  else if (path.length === 0 || domain === '' || path.join('/') === '') {
    out.push(invalidValue(at, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  } else for (const problem of dns1123Subdomain(domain)) out.push(invalidValue(at, domain, problem));
  if (managedBy.length > MANAGED_BY_MAX) out.push(tooLong(at, managedBy, MANAGED_BY_MAX));
}

function checkIndexed(spec: JobSpec, at: FieldPath, out: Cause[]): void {
  const { completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec;
  if (completions === undefined) out.push(required(at.child('completions'), 'when completion mode is Indexed'));
  if (parallelism > PARALLELISM_MAX) {
    const detail = `must be less than or equal to ${PARALLELISM_MAX} when completion mode is Indexed`;
    out.push(invalidValue(at.child('parallelism'), parallelism, detail));
  }
  const failedAt = at.child('maxFailedIndexes');
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    out.push(invalidValue(failedAt, maxFailedIndexes, 'must be less than or equal to completions'));
  }
  if (maxFailedIndexes !== undefined && maxFailedIndexes > FAILED_INDEXES_MAX) {
    out.push(invalidValue(failedAt, maxFailedIndexes, `must be less than or equal to ${FAILED_INDEXES_MAX}`));
  }
  if (completions === undefined || completions <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) return;
  const detail = `must be less than or equal to ${MANY_COMPLETIONS_MAX} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`;
  if (maxFailedIndexes === undefined) out.push(required(failedAt, `must be specified when completions is above ${MANY_COMPLETIONS}`));
  if (parallelism > MANY_COMPLETIONS_MAX) out.push(invalidValue(at.child('parallelism'), parallelism, detail));
  if ((maxFailedIndexes ?? 0) > MANY_COMPLETIONS_MAX) out.push(invalidValue(failedAt, maxFailedIndexes, detail));
}

function checkNonIndexed(spec: JobSpec, at: FieldPath, out: Cause[]): void {
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    if (spec[field] !== undefined) out.push(invalidValue(at.child(field), spec[field], 'requires indexed completion mode'));
  }
}

function checkTemplate({ template, podFailurePolicy }: JobSpec, at: FieldPath, context: StrategyContext, out: Cause[]): void {
  if (!template) {
    out.push(required(at));
    return;
  }
  checkPodTemplate(template, at, context, out);
  const policy = template.spec?.restartPolicy ?? '';
  const policyAt = at.child('spec', 'restartPolicy');
  if (policy === '' || policy === 'Always') out.push(required(policyAt, 'valid values: "OnFailure", "Never"'));
  else if (policy !== 'OnFailure' && policy !== 'Never') out.push(notSupported(policyAt, policy, ['OnFailure', 'Never']));
  if (podFailurePolicy && policy !== 'Never') {
    out.push(invalidValue(policyAt, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}
