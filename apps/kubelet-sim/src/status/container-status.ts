import type { Container, ContainerState, ContainerStatus, Pod } from '@kubernats/api';
import { formatDuration } from '@kubernats/apimachinery';
import { rfc3339 } from '@kubernats/clock';
import { type ContainerRecord, type Exit, type Part, type PodRecord, recordOf } from '../pod/record.ts';
import { backoffOf, restartAtMs, restarts } from '../pod/restart.ts';
import { isReady, isStarted, isUp } from '../probes/verdict.ts';
import { fullImageName, imageId } from './image-name.ts';

const ID_PREFIX = 'kubernats://';

/** Nothing here runs as another user than root; one value for all containers. */
const USER: ContainerStatus['user'] = { linux: { uid: 0, gid: 0, supplementalGroups: [0] } };

/** One container's part of the Pod's status. */
export function containerStatusOf(part: Part, pod: Pod, record: PodRecord, initialized: boolean): ContainerStatus {
  const { container, role } = part;
  const known = recordOf(record, container.name);
  const { state, lastState } = statesOf(part, pod, record, known, initialized);
  const latest = known.running?.id ?? known.exit?.containerId;
  const running = known.running !== undefined;
  const image = known.running?.image ?? container.image ?? '';
  return {
    name: container.name,
    state,
    lastState,
    // An ordinary init container is ready once it is done; an ephemeral one never is.
    ready: role === 'init' ? known.exit?.exitCode === 0 : role !== 'ephemeral' && isReady(container, known) && !known.toldUnready,
    restartCount: known.restartCount,
    image: latest === undefined ? image : fullImageName(image),
    imageID: latest === undefined ? '' : imageId(image),
    ...(latest ? { containerID: ID_PREFIX + latest } : {}),
    ...(role === 'ephemeral' ? {} : { started: role === 'init' ? running : isStarted(container, known) }),
    ...(container.lifecycle?.stopSignal && running ? { stopSignal: container.lifecycle.stopSignal } : {}),
    ...(container.resources?.requests && latest ? { allocatedResources: container.resources.requests } : {}),
    ...(container.resources && latest ? { resources: known.running?.resources ?? container.resources } : {}),
    ...mountsOf(container),
    ...(running ? { user: USER } : {}),
  };
}

function mountsOf({ volumeMounts }: Container): Pick<ContainerStatus, 'volumeMounts'> {
  if (!volumeMounts || volumeMounts.length === 0) return {};
  return {
    volumeMounts: volumeMounts.map(({ name, mountPath, readOnly, recursiveReadOnly = 'Disabled' }) =>
      readOnly
        ? { name, mountPath, readOnly, recursiveReadOnly: recursiveReadOnly === 'Disabled' ? 'Disabled' : 'Enabled' }
        : { name, mountPath },
    ),
  };
}

function statesOf(
  part: Part,
  pod: Pod,
  record: PodRecord,
  known: ContainerRecord,
  initialized: boolean,
): { state: ContainerState; lastState: ContainerState } {
  const last = known.lastExit ? { terminated: terminatedOf(known.lastExit) } : {};
  if (known.running && isUp(known)) return { state: { running: { startedAt: rfc3339(known.running.startedAtMs) } }, lastState: last };
  const exit = known.exit;
  const over = record.tornDown || pod.metadata?.deletionTimestamp !== undefined;
  if (exit && (over || !restarts(part, pod, exit))) return { state: { terminated: terminatedOf(exit) }, lastState: last };
  // What has never run of a Pod that is over cannot be said to have ended well. An init container's turn may never have come.
  if (record.tornDown && part.role === 'main' && initialized) return { state: { terminated: { ...NEVER_SEEN } }, lastState: last };
  const before = exit ? { terminated: terminatedOf(exit) } : last;
  if (known.refused) return { state: { waiting: { reason: known.refused.reason, message: known.refused.message } }, lastState: before };
  if (exit && restartAtMs(known) > exit.finishedAtMs) {
    return {
      state: { waiting: { reason: 'CrashLoopBackOff', message: backoffMessage(part.container, pod, backoffOf(known)) } },
      lastState: before,
    };
  }
  if (exit) return { state: { terminated: terminatedOf(exit) }, lastState: last };
  const reason = (pod.spec?.initContainers?.length ?? 0) > 0 ? 'PodInitializing' : 'ContainerCreating';
  return { state: { waiting: { reason } }, lastState: before };
}

const NEVER_SEEN: NonNullable<ContainerState['terminated']> = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
};

/** As the kubelet words it in the state; its event leaves the time out, so that it can be counted. */
export function backoffMessage(container: Container, pod: Pod, waitMs: number): string {
  return `back-off ${formatDuration(waitMs)} restarting failed container=${container.name} pod=${podTitle(pod)}`;
}

export function podTitle(pod: Pod): string {
  return `${pod.metadata?.name}_${pod.metadata?.namespace}(${pod.metadata?.uid})`;
}

function terminatedOf(exit: Exit): ContainerState['terminated'] {
  return {
    exitCode: exit.exitCode,
    ...(exit.signal ? { signal: exit.signal } : {}),
    reason: exit.reason,
    ...(exit.message ? { message: exit.message } : {}),
    startedAt: rfc3339(exit.startedAtMs ?? 0),
    finishedAt: rfc3339(exit.finishedAtMs),
    ...(exit.containerId ? { containerID: ID_PREFIX + exit.containerId } : {}),
  };
}
