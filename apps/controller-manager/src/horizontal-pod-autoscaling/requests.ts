import type { Container, Pod } from '@kubernats/api';
import { quantityMilli } from '@kubernats/apimachinery';
import { MetricFailure } from './failure.ts';

/**
 * What each Pod, or the one container of that name, asks for of a resource: thousandths of its unit, by name of the Pod. A Pod that asks for
 * something as a whole counts as a whole. Throws MetricFailure where a request is missing.
 */
export function requestsOf(pods: readonly Pod[], resource: string, container?: string): Map<string, number> {
  return new Map(pods.map((pod) => [pod.metadata?.name ?? '', requestOf(pod, resource, container)]));
}

function requestOf(pod: Pod, resource: string, container: string | undefined): number {
  const name = pod.metadata?.name ?? '';
  if (container !== undefined) {
    const one = running(pod).find((each) => each.name === container);
    if (!one) throw new MetricFailure(`container ${container} not found in Pod ${name}`);
    return containerRequest(one, resource, name);
  }
  const asked = pod.spec?.resources?.requests;
  if (asked && Object.keys(asked).length > 0) return podLevelRequest(pod, asked, resource);
  return running(pod).reduce((sum, each) => sum + containerRequest(each, resource, name), 0);
}

/** Containers that run side by side: sidecars too, which are among the init containers. */
function running({ spec }: Pod): Container[] {
  const sidecars = spec?.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always') ?? [];
  return [...(spec?.containers ?? []), ...sidecars];
}

const amount = (requests: Readonly<Record<string, string>> | undefined, resource: string): number | undefined =>
  requests && Object.hasOwn(requests, resource) ? quantityMilli(requests[resource]) : undefined;

function containerRequest({ name, resources }: Container, resource: string, pod: string): number {
  const request = amount(resources?.requests, resource);
  if (request === undefined) throw new MetricFailure(`missing request for ${resource} in container ${name} of Pod ${pod}`);
  return request;
}

/** What the Pod does not ask for as a whole, its containers may ask for together. Source: KEP-2837. */
function podLevelRequest(pod: Pod, asked: Readonly<Record<string, string>>, resource: string): number {
  const own = amount(asked, resource);
  if (own !== undefined) return own;
  const ofContainers = running(pod).flatMap(({ resources }) => amount(resources?.requests, resource) ?? []);
  if (ofContainers.length === 0) {
    throw new MetricFailure(`missing pod-level request for ${resource} in Pod ${pod.metadata?.name ?? ''}`);
  }
  return ofContainers.reduce((sum, request) => sum + request, 0);
}
