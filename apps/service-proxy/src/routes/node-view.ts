import type { Node } from '@kubernats/api';

/** What the routing table needs to know of a node. */
export interface NodeView {
  name: string;
  /** Its addresses inside the cluster, where node ports open. */
  addresses: readonly string[];
}

/** The part of a Node that routes depend on: heartbeats do not change it. */
export function nodeView(node: Node): NodeView {
  const addresses = (node.status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
  return { name: node.metadata?.name ?? '', addresses: [...new Set(addresses)].sort() };
}

export function sameNodeView(a: NodeView, b: NodeView): boolean {
  return a.addresses.length === b.addresses.length && a.addresses.every((address, index) => address === b.addresses[index]);
}
