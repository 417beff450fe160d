import type { Node } from '@kubernats/api';
import { isLeaving } from '@kubernats/dataplane';

/** What the routing table needs to know of a node. */
export interface NodeView {
  readonly name: string;
  /** Its addresses inside the cluster, where node ports open. */
  readonly addresses: readonly string[];
  /** The ranges of its Pods. */
  readonly podCidrs: readonly string[];
  readonly zone: string | undefined;
  /** Whether load balancers may still choose it: false while it is being deleted or the cluster autoscaler is about to. */
  readonly eligible: boolean;
}

const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** The part of a Node that routes depend on: heartbeats do not change it. */
export function nodeView(node: Node): NodeView {
  const { metadata = {}, spec = {}, status = {} } = node;
  const addresses = (status.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
  return {
    name: metadata.name ?? '',
    addresses: [...new Set(addresses)].sort(),
    podCidrs: spec.podCIDRs ?? (spec.podCIDR ? [spec.podCIDR] : []),
    zone: metadata.labels?.[ZONE_LABEL],
    eligible: !isLeaving(node),
  };
}

export function sameNodeView(a: NodeView, b: NodeView): boolean {
  return a.zone === b.zone && a.eligible === b.eligible && sameTexts(a.addresses, b.addresses) && sameTexts(a.podCidrs, b.podCidrs);
}

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((text, index) => text === b[index]);
