import type { ContainerStatus, Pod, PodStatus } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { outcomeOf } from '../pod/outcome.ts';
import { type PodRecord, partsOf, recordOf } from '../pod/record.ts';
import { isStarted, isUp } from '../probes/verdict.ts';
import { conditionsOf } from './conditions.ts';
import { containerStatusOf } from './container-status.ts';
import { qosClassOf } from './qos.ts';

/** The status that a node reports for a Pod. Pure. */
export function podStatusOf(pod: Pod, record: PodRecord, hostIp: string, nowMs: number): PodStatus {
  const phase = phaseOf(pod, record);
  const ended = phase === 'Succeeded' || phase === 'Failed';
  const initialized = isInitialized(pod, record);
  const init: ContainerStatus[] = [];
  const main: ContainerStatus[] = [];
  for (const part of partsOf(pod)) (part.role === 'main' ? main : init).push(containerStatusOf(part, pod, record, initialized, ended));
  // The address stays in the status of a Pod that has ended.
  const ip = record.ip ?? (record.tornDown ? pod.status?.podIP : undefined);
  return {
    ...(pod.metadata?.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: conditionsOf(pod, record, phase, { init, main }, nowMs),
    ...(record.failure ? { reason: record.failure.reason, message: record.failure.message } : {}),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(ip === undefined ? {} : { podIP: ip, podIPs: [{ ip }] }),
    startTime: rfc3339(record.startedAtMs),
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: main,
    qosClass: pod.status?.qosClass ?? qosClassOf(pod),
  };
}

function isInitialized(pod: Pod, record: PodRecord): boolean {
  return partsOf(pod).every(({ role, container }) => {
    const known = recordOf(record, container.name);
    if (role === 'init') return known.exit?.exitCode === 0;
    return role !== 'sidecar' || isStarted(container, known) || known.restartCount > 0;
  });
}

/** Source: Kubernetes, "Pod phase". */
function phaseOf(pod: Pod, record: PodRecord): string {
  const outcome = outcomeOf(pod, record);
  if (outcome) return outcome;
  const mains = partsOf(pod).filter(({ role }) => role === 'main');
  const states = mains.map(({ container }) => recordOf(record, container.name));
  // Told to stop, and stopped: it ends as its containers did, whatever its policy would have been.
  if (pod.metadata?.deletionTimestamp !== undefined && record.tornDown) {
    return states.length > 0 && states.every(({ exit }) => exit?.exitCode === 0) ? 'Succeeded' : 'Failed';
  }
  if (!isInitialized(pod, record)) return 'Pending';
  return states.some((known) => !isUp(known) && !known.exit && !known.lastExit) ? 'Pending' : 'Running';
}
