import type { Pod } from '@kubernats/api';
import type { ContainerRecord, Part } from './record.ts';

export const BACKOFF_FIRST_MS = 10_000;
export const BACKOFF_MAX_MS = 300_000;
/** A run this long clears the back-off. */
export const BACKOFF_RESET_MS = 600_000;

/** Whether a container that has ended is started again, by its role and the Pod's policy. */
export function restarts({ role, container }: Part, pod: Pod, exitCode: number): boolean {
  const policy = role === 'main' ? (container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always') : pod.spec?.restartPolicy;
  if (role === 'sidecar') return true;
  if (role === 'init') return exitCode !== 0 && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** When a container that has ended may start again. The first time at once, then 10 s, 20 s, … 5 min after its end. */
export function restartAtMs(record: ContainerRecord): number {
  return record.exit ? record.exit.finishedAtMs + backoffOf(record) : 0;
}

/** The wait before the next restart. */
export function backoffOf({ exit, backoffMs }: ContainerRecord): number {
  const ranMs = exit?.startedAtMs === undefined ? 0 : exit.finishedAtMs - exit.startedAtMs;
  return ranMs >= BACKOFF_RESET_MS ? 0 : backoffMs;
}

/** The wait before the restart after the one that is being made now. */
export function nextBackoff(record: ContainerRecord): number {
  const now = backoffOf(record);
  return now === 0 ? BACKOFF_FIRST_MS : Math.min(now * 2, BACKOFF_MAX_MS);
}
