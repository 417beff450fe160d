import type { Container, ContainerStatus, Pod } from '@kubernats/api';
import { parseQuantity } from '@kubernats/apimachinery';

const RESIZABLE = ['cpu', 'memory'] as const;

/**
 * The Pod with what its containers hold in place of what they ask for, where a resize makes a difference: the larger of the two, until its node has
 * done it; and what they have, where the node never can. Source: KEP-1287.
 */
export function asHeld(pod: Pod): Pod {
  const { spec, status } = pod;
  if (!spec || !status?.containerStatuses) return pod;
  const never = status.conditions?.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible') === true;
  const containers = held(spec.containers, status.containerStatuses, never);
  const initContainers = spec.initContainers && held(spec.initContainers, status.initContainerStatuses ?? [], never);
  if (containers === spec.containers && initContainers === spec.initContainers) return pod;
  return { ...pod, spec: { ...spec, containers, ...(initContainers ? { initContainers } : {}) } };
}

/** The same list where nothing differs, as in nearly every Pod. */
function held(containers: Container[], statuses: readonly ContainerStatus[], never: boolean): Container[] {
  let changed: Container[] | undefined;
  containers.forEach((container, i) => {
    const allocated = statuses.find(({ name }) => name === container.name)?.allocatedResources;
    const requests = container.resources?.requests;
    if (!allocated || RESIZABLE.every((name) => allocated[name] === requests?.[name])) return;
    const amounts = { ...requests };
    for (const name of RESIZABLE) {
      const has = allocated[name];
      const asks = requests?.[name];
      if (has !== undefined && (never || asks === undefined || parseQuantity(has).compare(parseQuantity(asks)) > 0)) amounts[name] = has;
    }
    changed ??= [...containers];
    changed[i] = { ...container, resources: { ...container.resources, requests: amounts } };
  });
  return changed ?? containers;
}
