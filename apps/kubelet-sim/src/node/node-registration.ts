import { type Node, Nodes } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Client } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { isAlreadyExists, isNotFound } from '@kubernats/errors';
import type { KubeletSimConfig, NodeConfig } from '../config.ts';
import { type NodeFacts, nodeLabels, nodeObject, nodeStatus } from './node-object.ts';

/** Makes the Node, or takes over the one that is there; its labels are brought up to date. */
export async function registerNode(client: Client, config: KubeletSimConfig, node: NodeConfig, signal: AbortSignal): Promise<Node> {
  const nodes = client.kind(Nodes);
  const labels = nodeLabels(config, node);
  try {
    return await nodes.create(nodeObject(config, node), { signal });
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const found = await nodes.get(node.name, undefined, { signal });
  const known = found.metadata?.labels ?? {};
  if (Object.entries(labels).every(([name, value]) => known[name] === value)) return found;
  return nodes.patch(node.name, undefined, 'merge', { metadata: { labels } }, { signal });
}

/** Writes the node's status when something but its heartbeat has changed, or when `always`. The answer is the Node as it is then. */
export async function postNodeStatus(
  deps: { client: Client; clock: Clock },
  config: KubeletSimConfig,
  node: NodeConfig,
  facts: NodeFacts,
  known: Node,
  always: boolean,
): Promise<Node> {
  const status = nodeStatus(config, node, facts, known.status, deps.clock.now());
  if (!always && deepEqual(withoutHeartbeats(status), withoutHeartbeats(known.status ?? {}))) return known;
  try {
    // Addresses are replaced: a merge would keep the ones of an earlier network.
    const patch = { status: { ...status, addresses: [{ $patch: 'replace' }, ...(status.addresses ?? [])] } };
    return await deps.client.kind(Nodes).patch(node.name, undefined, 'strategic', patch, { subresource: 'status' });
  } catch (error) {
    if (isNotFound(error)) return known;
    throw error;
  }
}

function withoutHeartbeats(status: NonNullable<Node['status']>): unknown {
  const { addresses, capacity, allocatable, nodeInfo, daemonEndpoints, images = [] } = status;
  const conditions = (status.conditions ?? [])
    .filter(({ type }) => type === 'Ready' || type.endsWith('Pressure'))
    .map(({ type, status: value, reason, message }) => ({ type, status: value, reason, message }))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
  return { addresses, capacity, allocatable, nodeInfo, daemonEndpoints, images, conditions };
}
