import type { Job, JobSpec } from '../../../../generated/types.ts';
import { defaultTemplate } from '../../core/pod-template/default-pod-spec.ts';

const BACKOFF_LIMIT = 6;
/** With a limit of its own for each index the limit for all is out of reach. */
const NO_BACKOFF_LIMIT = 2 ** 31 - 1;

/** Fills what the author of a Job left out. Source: the concept "Jobs" and the defaults of its API reference. */
export function defaultJob({ spec }: Job): void {
  if (!spec) return;
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? BACKOFF_LIMIT : NO_BACKOFF_LIMIT;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  defaultJobTemplate(spec);
}

/** What the template of a CronJob gets of a Job's defaults: those of its Pods and of its conditions. */
export function defaultJobTemplate(spec: JobSpec): void {
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True';
  }
  spec.template ??= {};
  defaultTemplate(spec.template);
}
