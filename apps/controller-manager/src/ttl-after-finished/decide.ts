import type { Job } from '@kubernats/api';
import { timeMs } from '../pods/pod.ts';

/** When a Job is to be deleted: its time to live after it ended. Undefined: never, or not known yet. Wall time. */
export function expiresAtMs({ metadata, spec, status }: Job): number | undefined {
  if (spec?.ttlSecondsAfterFinished === undefined || metadata?.deletionTimestamp !== undefined) return undefined;
  const end = status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
  const endedMs = timeMs(end?.lastTransitionTime);
  return endedMs === undefined ? undefined : endedMs + spec.ttlSecondsAfterFinished * 1000;
}
