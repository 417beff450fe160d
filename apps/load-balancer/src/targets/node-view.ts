import type { Node } from '@kubernats/api';
import { isLeaving } from '@kubernats/dataplane';
import { isIp } from '@kubernats/net';

/** What of a node its place behind load balancers depends on: heartbeats do not change it. */
export interface NodeView {
  name: string;
  /** Where its node ports are. */
  address: string;
}

const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** The node as load balancers see it; undefined: it gets no traffic from them. */
export function nodeView(node: Node): NodeView | undefined {
  const { metadata = {}, status = {} } = node;
  if (isLeaving(node) || metadata.labels?.[EXCLUDE_LABEL] !== undefined) return undefined;
  if (!status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True')) return undefined;
  const address = status.addresses?.find(({ type, address: ip }) => type === 'InternalIP' && isIp(ip))?.address;
  return address === undefined ? undefined : { name: metadata.name ?? '', address };
}

export const sameNodeView = (a: NodeView | undefined, b: NodeView | undefined): boolean => a?.name === b?.name && a?.address === b?.address;
