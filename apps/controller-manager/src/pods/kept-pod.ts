import type { Container, ContainerStatus, Pod } from '@kubernats/api';

/**
 * A Pod as controllers need it: whose it is, where it is, how it is and what it serves, and which claims are to be made
 * for it, and how its containers ended. They write to Pods by patches and deletions only. What its
 * containers run is most of a Pod, and there are tens of thousands.
 */
export function keptPod({ apiVersion, kind, metadata, spec, status }: Pod): Pod {
  const { managedFields: _fields, ...identity } = metadata ?? {};
  const { volumes, affinity: _affinity, ...where } = spec ?? { containers: [] };
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
    },
    status: {
      ...how,
      ...(initContainerStatuses && { initContainerStatuses: initContainerStatuses.map(keptStatus) }),
      containerStatuses: containerStatuses?.map(keptStatus),
    },
  };
}

const keptContainer = ({ name, ports, restartPolicy }: Container): Container => ({ name, ports, restartPolicy });

function keptStatus({ name, ready, restartCount, state }: ContainerStatus): ContainerStatus {
  const { exitCode, finishedAt } = state?.terminated ?? {};
  const ended = exitCode === undefined ? {} : { state: { terminated: { exitCode, finishedAt } } };
  return { name, ready, restartCount, image: '', imageID: '', ...ended };
}
