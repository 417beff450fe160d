import type { DiscoveryEndpointPort, EndpointSlice } from '@kubernats/api';

/** What is to be written so that a Service's slices are as they should be. */
export interface EndpointSlicePlan {
  create: EndpointSlice[];
  update: EndpointSlice[];
  remove: EndpointSlice[];
}

/** A slice that would go becomes one that would come: one write for two, and nobody sees the Service without a slice. */
export function reusing({ create, update, remove }: EndpointSlicePlan): EndpointSlicePlan {
  const waiting = [...create];
  const plan: EndpointSlicePlan = { create: waiting, update: [...update], remove: [] };
  for (const slice of remove) {
    const at = waiting.findIndex(({ addressType }) => addressType === slice.addressType);
    const [next] = at === -1 ? [] : waiting.splice(at, 1);
    if (!next) plan.remove.push(slice);
    else {
      const { generateName: _, ...own } = next.metadata ?? {};
      plan.update.push({ ...next, metadata: { ...slice.metadata, ...own } });
    }
  }
  return plan;
}

/** Two families, or two sets of ports, never share a slice. */
export function groupKey(family: string, ports: readonly DiscoveryEndpointPort[]): string {
  const parts = ports.map(({ name, port, protocol, appProtocol }) => `${name ?? ''}:${port}:${protocol ?? 'TCP'}:${appProtocol ?? ''}`);
  return `${family} ${parts.sort().join(' ')}`;
}

/** Slices by the group that they belong to. */
export function byGroup(slices: Iterable<EndpointSlice>): Map<string, EndpointSlice[]> {
  return Map.groupBy(slices, ({ addressType, ports }) => groupKey(addressType, ports ?? []));
}
