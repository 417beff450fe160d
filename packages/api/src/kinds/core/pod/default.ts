import type { Container, Pod } from '../../../../generated/types.ts';
import { defaultPodSpec } from '../pod-template/default-pod-spec.ts';

/** Fills a Pod: what a template gets, and what only a Pod itself gets. */
export function defaultPod(pod: Pod): void {
  pod.spec ??= { containers: [] };
  const { spec } = pod;
  spec.enableServiceLinks ??= true;
  defaultPodSpec(spec);
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    requestWhatIsLimited(container);
    if (spec.hostNetwork) for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
  }
}

/** What is limited and not requested is requested in full. */
function requestWhatIsLimited(container: Container): void {
  const { resources } = container;
  if (!resources?.limits) return;
  const requests = (resources.requests ??= {});
  for (const [resource, limit] of Object.entries(resources.limits)) if (!Object.hasOwn(requests, resource)) requests[resource] = limit;
}
