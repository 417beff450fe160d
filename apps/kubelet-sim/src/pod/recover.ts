import type { ContainerStatus, Pod } from '@kubernats/api';
import { type ContainerRecord, type Exit, newRecord, type PodRecord, partsOf } from './record.ts';
import { nextBackoff } from './restart.ts';

/**
 * What a node knows of a Pod after a power cut: what it had told the API. Containers that ran then did not live through it; they are
 * reported as a rebooted node's kubelet does (reason Unknown, exit code 255) and started again by policy.
 */
export function recoverRecord(pod: Pod, nowMs: number): PodRecord {
  const record = newRecord(pod, nowMs);
  const { startTime, phase, reason, message } = pod.status ?? {};
  if (startTime !== undefined) record.startedAtMs = Date.parse(startTime);
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  for (const { container } of partsOf(pod)) {
    const status = statuses.find(({ name }) => name === container.name);
    if (status) record.containers.set(container.name, recoverContainer(status, nowMs));
  }
  if (phase === 'Failed' && reason !== undefined) record.failure = { reason, message: message ?? '' };
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
    record.exit = { containerId, exitCode: 255, reason: 'Unknown', startedAtMs, finishedAtMs: nowMs };
  } else if (waiting && last) {
    // It was waiting for its restart: the exit it waited after is the one shown as the last.
    record.exit = last;
    record.lastExit = undefined;
  }
  for (let i = 0; i < record.restartCount && waiting?.reason === 'CrashLoopBackOff'; i++) record.backoffMs = nextBackoff(record);
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
    startedAtMs: startedAt === undefined ? undefined : Date.parse(startedAt),
    finishedAtMs: finishedAt === undefined ? 0 : Date.parse(finishedAt),
  };
}
