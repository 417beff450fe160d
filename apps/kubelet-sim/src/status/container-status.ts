import type { Container, ContainerState, ContainerStatus, Pod } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { type ContainerRecord, type Exit, type Part, type PodRecord, recordOf } from '../pod/record.ts';
import { backoffOf, restartAtMs, restarts } from '../pod/restart.ts';
import { fullImageName, imageId } from './image-name.ts';

const ID_PREFIX = 'kubernats://';

/** One container's part of the Pod's status. */
export function containerStatusOf(part: Part, pod: Pod, record: PodRecord, initialized: boolean, ended: boolean): ContainerStatus {
  const { container } = part;
  const known = recordOf(record, container.name);
  const { state, lastState } = statesOf(part, pod, known, initialized, ended);
  const latest = known.running?.id ?? known.exit?.containerId;
  const running = known.running !== undefined;
  const image = container.image ?? '';
  return {
    name: container.name,
    state,
    lastState,
    // An ordinary init container is ready once it is done.
    ready: part.role === 'init' ? known.exit?.exitCode === 0 : running && !known.toldUnready,
    restartCount: known.restartCount,
    image: latest === undefined ? image : fullImageName(image),
    imageID: latest === undefined ? '' : imageId(image),
    ...(latest ? { containerID: ID_PREFIX + latest } : {}),
    started: running,
    ...(container.resources?.requests && running ? { allocatedResources: container.resources.requests } : {}),
    ...(container.resources && running ? { resources: container.resources } : {}),
    ...mountsOf(container),
  };
}

function mountsOf({ volumeMounts }: Container): Pick<ContainerStatus, 'volumeMounts'> {
  if (!volumeMounts || volumeMounts.length === 0) return {};
  return {
    volumeMounts: volumeMounts.map(({ name, mountPath, readOnly }) =>
      readOnly ? { name, mountPath, readOnly, recursiveReadOnly: 'Disabled' } : { name, mountPath },
    ),
  };
}

function statesOf(
  part: Part,
  pod: Pod,
  known: ContainerRecord,
  initialized: boolean,
  ended: boolean,
): { state: ContainerState; lastState: ContainerState } {
  const last = known.lastExit ? { terminated: terminatedOf(known.lastExit) } : {};
  if (known.running) return { state: { running: { startedAt: rfc3339(known.running.startedAtMs) } }, lastState: last };
  const exit = known.exit;
  const stopping = pod.metadata?.deletionTimestamp !== undefined || ended;
  if (exit && (stopping || !restarts(part, pod, exit.exitCode))) return { state: { terminated: terminatedOf(exit) }, lastState: last };
  const before = exit ? { terminated: terminatedOf(exit) } : last;
  if (known.refused) return { state: { waiting: { reason: known.refused.reason, message: known.refused.message } }, lastState: before };
  if (exit && restartAtMs(known) > exit.finishedAtMs) {
    return {
      state: { waiting: { reason: 'CrashLoopBackOff', message: backoffMessage(part.container, pod, backoffOf(known)) } },
      lastState: before,
    };
  }
  if (exit) return { state: { terminated: terminatedOf(exit) }, lastState: last };
  const waitsForInit = part.role === 'main' ? !initialized : (pod.spec?.initContainers?.length ?? 0) > 0;
  return { state: { waiting: { reason: waitsForInit ? 'PodInitializing' : 'ContainerCreating' } }, lastState: before };
}

/** As the kubelet words it in the state; its event leaves the time out, so that it can be counted. */
export function backoffMessage(container: Container, pod: Pod, waitMs: number): string {
  return `back-off ${goSeconds(waitMs)} restarting failed container=${container.name} pod=${podTitle(pod)}`;
}

export function podTitle(pod: Pod): string {
  return `${pod.metadata?.name}_${pod.metadata?.namespace}(${pod.metadata?.uid})`;
}

/** Go's form of a duration of whole seconds: `10s`, `2m40s`. */
function goSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

function terminatedOf(exit: Exit): ContainerState['terminated'] {
  return {
    exitCode: exit.exitCode,
    ...(exit.signal ? { signal: exit.signal } : {}),
    reason: exit.reason,
    ...(exit.message ? { message: exit.message } : {}),
    startedAt: exit.startedAtMs === undefined ? undefined : rfc3339(exit.startedAtMs),
    finishedAt: rfc3339(exit.finishedAtMs),
    ...(exit.containerId ? { containerID: ID_PREFIX + exit.containerId } : {}),
  };
}
