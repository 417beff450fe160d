import type { Container, Pod, ResourceRequirements } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';

const LISTS = ['containers', 'initContainers'] as const;

/** Whether all containers of two forms of a Pod may use the same. */
export const sameResources = (a: Pod, b: Pod): boolean =>
  LISTS.every((list) =>
    deepEqual(
      a.spec?.[list]?.map(({ resources }) => resources),
      b.spec?.[list]?.map(({ resources }) => resources),
    ),
  );

/** The Pod with the resources of its containers as they are in `other`: what its node has given them. */
export function withResourcesOf(pod: Pod, other: Pod): Pod {
  if (!pod.spec) return pod;
  const spec = { ...pod.spec };
  for (const list of LISTS) {
    const given = (name: string): ResourceRequirements | undefined => other.spec?.[list]?.find((each) => each.name === name)?.resources;
    const containers = spec[list]?.map((container) => ({ ...container, resources: given(container.name) }));
    if (containers) spec[list] = containers;
  }
  return { ...pod, spec };
}

/** The Pod with the resources that its node has given it, as its status tells: a kubelet that was away knows nothing else. The same object where nothing differs. */
export function asAllocated(pod: Pod): Pod {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const given = new Map([...initContainerStatuses, ...containerStatuses].map(({ name, resources }) => [name, resources]));
  if (given.size === 0) return pod;
  const containersOf = (list: (typeof LISTS)[number]) =>
    pod.spec?.[list]?.map((container) => ({ ...container, resources: given.get(container.name) ?? container.resources }));
  const [containers = [], initContainers] = LISTS.map(containersOf);
  const allocated: Pod = { ...pod, spec: { ...pod.spec, containers, ...(initContainers ? { initContainers } : {}) } };
  return sameResources(allocated, pod) ? pod : allocated;
}

/** What an event of a resize says: the resources that its containers are to have. */
export function resizeMessage(what: string, { metadata, spec }: Pod, error?: string): string {
  const shown = ({ name, resources }: Container) => {
    const { limits, requests } = resources ?? {};
    return { name, resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) } };
  };
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const details = {
    ...(sidecars.length > 0 ? { initContainers: sidecars.map(shown) } : {}),
    containers: (spec?.containers ?? []).map(shown),
    generation: metadata?.generation ?? 0,
    ...(error === undefined ? {} : { error }),
  };
  return `${what}: ${JSON.stringify(details)}`;
}
