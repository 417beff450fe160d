import type { ContainerStatus, Pod } from '@kubernats/api';
import { parseDuration } from '@kubernats/apimachinery';
import type { ResizeProblem } from '../resize/resize-problem.ts';
import { type ContainerRecord, type Exit, newRecord, type PodRecord, partsOf } from './record.ts';

/**
 * What a node knows of a Pod after a power cut: what it had told the API. Containers that ran then did not live through it; they are
 * reported as a rebooted node's kubelet does (reason Unknown, exit code 255) and started again by policy.
 */
export function recoverRecord(pod: Pod, nowMs: number): PodRecord {
  const record = newRecord(pod, nowMs);
  const { startTime, phase, reason, message } = pod.status ?? {};
  if (startTime !== undefined) record.startedAtMs = Date.parse(startTime);
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const statuses = [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses];
  for (const { container } of partsOf(pod)) {
    const status = statuses.find(({ name }) => name === container.name);
    if (status) record.containers.set(container.name, recoverContainer(status, nowMs));
  }
  if (phase === 'Failed' && reason !== undefined) record.failure = { reason, message: message ?? '' };
  const pending = pod.status?.conditions?.find(({ type }) => type === 'PodResizePending');
  if (pending) record.resizePending = { reason: pending.reason as ResizeProblem['reason'], message: pending.message ?? '' };
  return record;
}

function recoverContainer(status: ContainerStatus, nowMs: number): ContainerRecord {
  const last = exitOf(status.lastState?.terminated);
  const record: ContainerRecord = { restartCount: status.restartCount, backoffMs: 0, ...(last ? { lastExit: last } : {}) };
  const { running, terminated, waiting } = status.state ?? {};
  if (terminated) record.exit = exitOf(terminated);
  else if (running) {
    const startedAtMs = running.startedAt === undefined ? nowMs : Date.parse(running.startedAt);
    const containerId = status.containerID?.replace(/^.*:\/\//, '') ?? '';
    // The power is to blame, not the container: it need not wait.
    record.exit = { containerId, exitCode: 255, reason: 'Unknown', startedAtMs, finishedAtMs: nowMs };
  } else if (waiting && last) {
    // It was waiting for its restart: the exit it waited after is the one shown as the last.
    record.exit = last;
    record.lastExit = undefined;
    const told = /^back-off (\S+) restarting/.exec(waiting.message ?? '')?.[1] ?? '';
    record.backoffMs = parseDuration(told) ?? 0;
  }
  return record;
}

function exitOf(terminated: NonNullable<ContainerStatus['state']>['terminated']): Exit | undefined {
  if (!terminated) return undefined;
  const { containerID, exitCode, signal, reason, message, startedAt, finishedAt } = terminated;
  return {
    containerId: containerID?.replace(/^.*:\/\//, '') ?? '',
    exitCode,
    signal,
    reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'),
    message,
    // The beginning of time stands for a start that failed.
    startedAtMs: startedAt === undefined ? undefined : Date.parse(startedAt) || undefined,
    finishedAtMs: finishedAt === undefined ? 0 : Date.parse(finishedAt),
  };
}
