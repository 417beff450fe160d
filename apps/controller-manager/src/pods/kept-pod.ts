import type { Affinity, Container, ContainerStatus, Pod } from '@kubernats/api';
import { controllerOf } from '@kubernats/apimachinery';

/**
 * A Pod as controllers need it: whose it is, where it is or waits to go, how it is and what it serves, which claims are to
 * be made for it, what it asks for, and how its containers ended. They write to Pods by patches and deletions only. What its
 * containers run is most of a Pod, and there are tens of thousands.
 */
export function keptPod(pod: Pod): Pod {
  const { apiVersion, kind, metadata, spec, status } = pod;
  const { managedFields: _fields, ...identity } = metadata ?? {};
  const { volumes, affinity, ...where } = spec ?? { containers: [] };
  const claimed = volumes?.filter(({ ephemeral }) => ephemeral);
  const { initContainerStatuses, containerStatuses, ...how } = status ?? {};
  return {
    apiVersion,
    kind,
    metadata: identity,
    spec: {
      ...where,
      containers: where.containers.map(keptContainer),
      initContainers: where.initContainers?.map(keptContainer),
      ...(claimed?.length ? { volumes: claimed } : {}),
      ...(affinity && isDaemonInWait(pod) ? { affinity: keptAffinity(affinity) } : {}),
    },
    status: {
      ...how,
      ...(initContainerStatuses && { initContainerStatuses: initContainerStatuses.map(keptStatus) }),
      containerStatuses: containerStatuses?.map(keptStatus),
    },
  };
}

function keptContainer({ name, ports, restartPolicy, resources }: Container): Container {
  const requests = resources?.requests;
  return { name, ports, restartPolicy, ...(requests && { resources: { requests } }) };
}

/** Which node it is for says nothing but its affinity. */
const isDaemonInWait = (pod: Pod): boolean => !pod.spec?.nodeName && controllerOf(pod)?.kind === 'DaemonSet';

function keptAffinity({ nodeAffinity }: Affinity): Affinity {
  const required = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required ? { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } : {};
}

function keptStatus({ name, ready, restartCount, state }: ContainerStatus): ContainerStatus {
  const { exitCode, finishedAt } = state?.terminated ?? {};
  const ended = exitCode === undefined ? {} : { state: { terminated: { exitCode, finishedAt } } };
  return { name, ready, restartCount, image: '', imageID: '', ...ended };
}
