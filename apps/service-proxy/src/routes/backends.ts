import { type Locality, type PortEndpoint, usable } from '@kubernats/dataplane';
import type { Address } from '@kubernats/net';

/** Addresses by the name of a node or zone. */
export type Groups = ReadonlyMap<string, readonly Address[]>;

/** Where traffic of policy `Local` may go, node by node. An endpoint without a node is local nowhere. */
export function usableByNode(endpoints: readonly PortEndpoint[]): Groups {
  const byNode = groupBy(endpoints, ({ nodeName }) => (nodeName === undefined ? [] : [nodeName]));
  return new Map([...byNode].map(([node, group]) => [node, usable(group)]));
}

/** What is usable on any node, by policy `Local`. */
export function usableSomewhere(endpoints: readonly PortEndpoint[], byNode: Groups): Address[] {
  const local = new Set([...byNode.values()].flat());
  return endpoints.map(({ address }) => address).filter((address) => local.has(address));
}

/**
 * What the hints of endpoints say about traffic of policy `Cluster`; undefined: nothing. Hints count where every ready endpoint has one;
 * a client for whose node or zone there is none may go anywhere. Sources: KEP-2433, KEP-4444, KEP-3015.
 */
export function hintsOf(endpoints: readonly PortEndpoint[]): Locality | undefined {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length === 0) return undefined;
  const byNode = hinted(ready, ({ forNodes }) => forNodes);
  const byZone = hinted(ready, ({ forZones }) => forZones);
  if (!byNode && !byZone) return undefined;
  return { ...(byNode ? { byNode } : {}), ...(byZone ? { byZone } : {}), others: 'all' };
}

function hinted(ready: readonly PortEndpoint[], hintsOfOne: (endpoint: PortEndpoint) => readonly string[]): Groups | undefined {
  if (ready.some((endpoint) => hintsOfOne(endpoint).length === 0)) return undefined;
  return new Map([...groupBy(ready, hintsOfOne)].map(([name, group]) => [name, group.map(({ address }) => address)]));
}

function groupBy(endpoints: readonly PortEndpoint[], namesOf: (endpoint: PortEndpoint) => readonly string[]): Map<string, PortEndpoint[]> {
  const groups = new Map<string, PortEndpoint[]>();
  for (const endpoint of endpoints) {
    for (const name of namesOf(endpoint)) {
      const group = groups.get(name);
      if (group) group.push(endpoint);
      else groups.set(name, [endpoint]);
    }
  }
  return groups;
}
