import type { Pod } from '@kubernats/api';
import type { ContainerRecord, Exit, Part } from './record.ts';

export const BACKOFF_FIRST_MS = 10_000;
export const BACKOFF_MAX_MS = 300_000;
/** A run this long clears the back-off. */
export const BACKOFF_RESET_MS = 600_000;

/**
 * Whether a container that has ended is started again: by the rules and the policy of its own where it has any, else by the Pod's policy
 * and its role. Source: "Pod Lifecycle", how Pods handle problems with containers.
 */
export function restarts({ role, container }: Part, pod: Pod, { exitCode, startAgain }: Pick<Exit, 'exitCode' | 'startAgain'>): boolean {
  if (role === 'ephemeral') return false;
  if (startAgain || role === 'sidecar') return true;
  if (role === 'init' && exitCode === 0) return false;
  if (container.restartPolicy !== undefined && ruleMatches(container.restartPolicyRules, exitCode)) return true;
  const policy = container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

function ruleMatches(rules: Part['container']['restartPolicyRules'] = [], exitCode: number): boolean {
  return rules.some(
    ({ exitCodes }) => exitCodes !== undefined && (exitCodes.operator === 'In') === (exitCodes.values ?? []).includes(exitCode),
  );
}

/** When a container that has ended may start again. The first time at once, then 10 s, 20 s, … 5 min after its end. */
export function restartAtMs(record: ContainerRecord): number {
  return record.exit ? record.exit.finishedAtMs + backoffOf(record) : 0;
}

/** The wait before the next restart. */
export function backoffOf({ exit, backoffMs }: ContainerRecord): number {
  if (exit?.startAgain === 'at once') return 0;
  const ranMs = exit?.startedAtMs === undefined ? 0 : exit.finishedAtMs - exit.startedAtMs;
  return ranMs >= BACKOFF_RESET_MS ? 0 : backoffMs;
}

/** The wait before the restart after the one that is being made now. */
export function nextBackoff(record: ContainerRecord): number {
  const now = backoffOf(record);
  return now === 0 ? BACKOFF_FIRST_MS : Math.min(now * 2, BACKOFF_MAX_MS);
}

/** The wait before an image is pulled again, after so many failures in a row. */
export function pullBackoffMs(failures: number): number {
  return Math.min(BACKOFF_FIRST_MS * 2 ** (failures - 1), BACKOFF_MAX_MS);
}
