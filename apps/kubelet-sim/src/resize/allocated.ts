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
