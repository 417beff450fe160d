import type { Container, Pod, ResourceFieldSelector } from '@kubernats/api';
import { goQuote, quantityMilli, quantityValue } from '@kubernats/apimachinery';

/** What the downward API can say of a Pod beside its manifest. */
export interface PodPlace {
  podIp: string;
  hostIp: string;
  nodeName: string;
  /** The node's own, for containers without limits. */
  allocatable: Readonly<Record<string, string>>;
}

/** A field of the Pod as text; undefined when there is no such field. Source: Kubernetes, "Downward API". */
export function podField(pod: Pod, place: PodPlace, path: string): string | undefined {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (keyed) return (keyed[1] === 'labels' ? metadata?.labels : metadata?.annotations)?.[keyed[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata?.name ?? '';
    case 'metadata.namespace':
      return metadata?.namespace ?? '';
    case 'metadata.uid':
      return metadata?.uid ?? '';
    case 'metadata.labels':
      return asLines(metadata?.labels);
    case 'metadata.annotations':
      return asLines(metadata?.annotations);
    case 'spec.nodeName':
      return place.nodeName;
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return place.hostIp;
    case 'status.podIP':
    case 'status.podIPs':
      return place.podIp;
    default:
      return undefined;
  }
}

function asLines(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${goQuote(value)}`)
    .join('\n');
}

/** A container's resource as a whole number of divisors, rounded up; a missing limit is the node's. Undefined: no such container or resource. */
export function resourceField(pod: Pod, own: Container | undefined, place: PodPlace, selector: ResourceFieldSelector): string | undefined {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const container = selector.containerName ? containers.find(({ name }) => name === selector.containerName) : own;
  const [side, ...rest] = selector.resource.split('.');
  const name = rest.join('.');
  if (!container || (side !== 'limits' && side !== 'requests')) return undefined;
  const amount = container.resources?.[side]?.[name] ?? (side === 'limits' ? place.allocatable[name] : undefined);
  const divisor = selector.divisor && selector.divisor !== '0' ? selector.divisor : '1';
  if (name === 'cpu') return String(Math.ceil(quantityMilli(amount) / quantityMilli(divisor)));
  return String(Math.ceil(quantityValue(amount) / quantityValue(divisor)));
}
