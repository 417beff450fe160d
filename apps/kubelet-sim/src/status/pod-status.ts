import type { ContainerStatus, Pod, PodStatus } from '@kubernats/api';
import { qosClass } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { hasFailed } from '../pod/outcome.ts';
import { isRejected, type PodRecord, partsOf, type Role, recordOf } from '../pod/record.ts';
import { restarts } from '../pod/restart.ts';
import { isStarted, isUp } from '../probes/verdict.ts';
import { conditionsOf } from './conditions.ts';
import { containerStatusOf } from './container-status.ts';
import { limitMessages } from './message-limit.ts';

/** The status that a node reports for a Pod. Pure. */
export function podStatusOf(pod: Pod, record: PodRecord, hostIp: string, nowMs: number): PodStatus {
  const startTime = rfc3339(record.startedAtMs);
  const qos = pod.status?.qosClass ?? qosClass(pod.spec ?? { containers: [] });
  // Of a Pod that was not taken there is nothing else to tell.
  if (record.failure && isRejected(record)) {
    const { reason, message } = record.failure;
    return { phase: 'Failed', reason, message, startTime, qosClass: qos };
  }
  const failed = hasFailed(pod, record);
  const phase = failed ? 'Failed' : phaseOf(pod, record);
  // A Pod ends when the last of it has stopped: whoever waits for its end may then have what it held.
  const told = failed && someRun(pod, record) ? (pod.status?.phase ?? 'Pending') : phase;
  const initialized = isInitialized(pod, record);
  const lists: Record<Role, ContainerStatus[]> = { init: [], sidecar: [], main: [], ephemeral: [] };
  lists.sidecar = lists.init;
  const parts = partsOf(pod);
  for (const part of parts) lists[part.role].push(containerStatusOf(part, pod, record, initialized));
  limitMessages(lists, parts.length);
  // The address stays in the status of a Pod that has ended.
  const ip = record.ip ?? (record.tornDown ? pod.status?.podIP : undefined);
  return {
    ...(pod.metadata?.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase: told,
    conditions: conditionsOf(pod, record, phase, lists, nowMs),
    ...(record.failure && told === phase ? { reason: record.failure.reason, message: record.failure.message } : {}),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(ip === undefined ? {} : { podIP: ip, podIPs: [{ ip }] }),
    startTime,
    ...(lists.init.length > 0 ? { initContainerStatuses: lists.init } : {}),
    containerStatuses: byName(lists.main),
    ...(lists.ephemeral.length > 0 ? { ephemeralContainerStatuses: byName(lists.ephemeral) } : {}),
    qosClass: qos,
  };
}

/** The kubelet's order: by name, as clients expect the same one each time. Init containers alone stay in the order of their start. */
const byName = (statuses: readonly ContainerStatus[]): ContainerStatus[] => statuses.toSorted((a, b) => (a.name < b.name ? -1 : 1));

function isInitialized(pod: Pod, record: PodRecord): boolean {
  return partsOf(pod).every(({ role, container }) => {
    const known = recordOf(record, container.name);
    if (role === 'init') return known.exit?.exitCode === 0;
    return role !== 'sidecar' || isStarted(container, known) || known.restartCount > 0;
  });
}

const someRun = (pod: Pod, record: PodRecord): boolean =>
  partsOf(pod).some(({ role, container }) => role !== 'ephemeral' && recordOf(record, container.name).running !== undefined);

/** The phase of a Pod that has not failed as a whole. Source: Kubernetes, "Pod phase". */
function phaseOf(pod: Pod, record: PodRecord): string {
  const mains = partsOf(pod).filter(({ role }) => role === 'main');
  const states = mains.map((part) => ({ part, ...recordOf(record, part.container.name) }));
  const running = someRun(pod, record);
  const ended = states.length > 0 && states.every(({ exit }) => exit !== undefined);
  const over = states.every(({ part, exit }) => exit && !restarts(part, pod, exit));
  // Told to stop, and stopped: it ends as its containers did, whatever its policy would have been.
  const stopped = record.tornDown && pod.metadata?.deletionTimestamp !== undefined;
  if (!running && (stopped || (ended && over))) return ended && states.every(({ exit }) => exit?.exitCode === 0) ? 'Succeeded' : 'Failed';
  if (!isInitialized(pod, record) && !ended) return 'Pending';
  return states.some((state) => !isUp(state) && !state.exit && !state.lastExit) ? 'Pending' : 'Running';
}

/** Why a container is not running; until it is known, because it is being made. */
export function waitingReasonOf(status: PodStatus, container: string): string {
  const all = [status.initContainerStatuses, status.containerStatuses, status.ephemeralContainerStatuses].flatMap((list) => list ?? []);
  return all.find(({ name }) => name === container)?.state?.waiting?.reason ?? 'ContainerCreating';
}
