import { isTerminal, type Job, type JobSpec, type Pod } from '@kubernats/api';
import { isActive, isReady, isTerminating } from '../pods/pod.ts';
import { COMPLETION_INDEX, TRACKING_FINALIZER } from './names.ts';

/** A Job and its Pods as one decision sees them. */
export interface JobView {
  job: Job;
  spec: JobSpec;
  /** Undefined: a work queue, which is done when its Pods say so. */
  completions: number | undefined;
  parallelism: number;
  indexed: boolean;
  /** Each index has a back-off limit of its own. */
  perIndex: boolean;
  suspended: boolean;
  /** A Pod on its way out counts as running until it has failed. */
  replacesOnlyFailed: boolean;
  /** All Pods that it controls. */
  pods: readonly Pod[];
  active: readonly Pod[];
  terminating: readonly Pod[];
  ready: number;
  /** Uids that the status has written down and not yet counted. */
  uncounted: ReadonlySet<string>;
  nowMs: number;
}

export function viewOf(job: Job, pods: readonly Pod[], nowMs: number): JobView {
  const spec = job.spec ?? { template: {} };
  const active = pods.filter(isActive);
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  return {
    job,
    spec,
    completions: spec.completions,
    parallelism: spec.parallelism ?? 1,
    indexed: spec.completionMode === 'Indexed',
    perIndex: spec.completionMode === 'Indexed' && spec.backoffLimitPerIndex !== undefined,
    suspended: spec.suspend === true,
    replacesOnlyFailed: spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined,
    pods,
    active,
    terminating: pods.filter((pod) => isTerminating(pod) && !isTerminal(pod)),
    ready: active.filter(isReady).length,
    uncounted: new Set([...succeeded, ...failed]),
    nowMs,
  };
}

export const uidOf = (pod: Pod): string => pod.metadata?.uid ?? '';

export const isTracked = (pod: Pod): boolean => pod.metadata?.finalizers?.includes(TRACKING_FINALIZER) ?? false;

export const hasSucceeded = (pod: Pod): boolean => pod.status?.phase === 'Succeeded';

/** Whether the Pod counts as a failure. One that is deleted may never reach the phase, so that it counts too, unless the Job waits for it. */
export function hasFailed(pod: Pod, { replacesOnlyFailed }: Pick<JobView, 'replacesOnlyFailed'>): boolean {
  if (pod.status?.phase === 'Failed') return true;
  return !replacesOnlyFailed && isTerminating(pod) && !hasSucceeded(pod);
}

/** The Pod's completion index, if it has one that its Job knows. */
export function indexOf(pod: Pod, { completions = 0 }: Pick<JobView, 'completions'>): number | undefined {
  const text = pod.metadata?.annotations?.[COMPLETION_INDEX];
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  return Number(text) < completions ? Number(text) : undefined;
}

/** Whether the Pod may count for its Job: of an Indexed Job only Pods with an index do. */
export const belongs = (pod: Pod, view: JobView): boolean => !view.indexed || indexOf(pod, view) !== undefined;
