import { type CSINodeDriver, type Node, type NodeStatus, Nodes } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Client } from '@kubernats/client';
import { isAlreadyExists, isNotFound } from '@kubernats/errors';
import type { KubeletSimConfig, NodeConfig, NodeShape } from '../config.ts';
import { NODE_ID_ANNOTATION, nodeIdsOf } from './csi-node.ts';
import { nodeLabels, nodeObject, ownedBy } from './node-object.ts';
import { OWNED_ANNOTATION, ownedOf } from './owned.ts';

export interface Registered {
  node: Node;
  /** Extended resources that the kubelet gave it once and that are no longer set. */
  dropped: string[];
}

/** Makes the Node where it may, or takes over the one that is there; the labels that the settings give it are brought up to date. */
export async function registerNode(
  client: Client,
  { pool, registerNode: mayCreate }: Pick<KubeletSimConfig, 'pool' | 'registerNode'>,
  shape: NodeShape,
  config: NodeConfig,
  drivers: readonly CSINodeDriver[],
  signal: AbortSignal,
): Promise<Registered> {
  const nodes = client.kind(Nodes);
  try {
    if (mayCreate) return { node: await nodes.create(nodeObject(pool, shape, config, drivers), { signal }), dropped: [] };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const found = await nodes.get(config.name, undefined, { signal });
  const [before, owned] = [ownedOf(found), ownedBy(shape)];
  const wanted: Record<string, string | null> = nodeLabels(pool, shape, config);
  for (const name of before.labels) if (!Object.hasOwn(wanted, name)) wanted[name] = null;
  const known = found.metadata?.labels ?? {};
  const labels = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => (known[name] ?? null) !== value));
  const wantedNotes = {
    [NODE_ID_ANNOTATION]: nodeIdsOf(drivers),
    ...(deepEqual(before, owned) ? {} : { [OWNED_ANNOTATION]: JSON.stringify(owned) }),
  };
  const knownNotes = found.metadata?.annotations ?? {};
  const annotations = Object.fromEntries(Object.entries(wantedNotes).filter(([name, value]) => knownNotes[name] !== value));
  const metadata = {
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
  const node = Object.keys(metadata).length === 0 ? found : await nodes.patch(config.name, undefined, 'merge', { metadata }, { signal });
  return { node, dropped: before.resources.filter((name) => !owned.resources.includes(name)) };
}

/**
 * Writes the node's status when something but its heartbeat has changed, or when `always`. The answer is the Node as it is then, and
 * undefined when nothing had to be written or the Node is gone.
 */
export async function postNodeStatus(client: Client, known: Node, status: NodeStatus, always: boolean): Promise<Node | undefined> {
  if (!always && deepEqual(withoutHeartbeats(status, status), withoutHeartbeats(known.status ?? {}, status))) return undefined;
  // Addresses are replaced: a merge would keep the ones of an earlier network.
  const patch = {
    ...status,
    addresses: [{ $patch: 'replace' }, ...(status.addresses ?? [])],
    capacity: { ...nulls(known.status?.capacity, status.capacity), ...status.capacity },
    allocatable: { ...nulls(known.status?.allocatable, status.allocatable), ...status.allocatable },
    ...(status.volumesInUse || known.status?.volumesInUse ? { volumesInUse: status.volumesInUse ?? null } : {}),
  };
  try {
    return await client.kind(Nodes).patch(known.metadata?.name ?? '', undefined, 'strategic', { status: patch }, { subresource: 'status' });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** What a merge has to take away. */
function nulls(before: Readonly<Record<string, string>> = {}, after: Readonly<Record<string, string>> = {}): Record<string, null> {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return Object.fromEntries(gone.map((name) => [name, null]));
}

/** What the kubelet says in it: of the conditions, those that `own` has. */
function withoutHeartbeats(status: NodeStatus, own: NodeStatus): unknown {
  const { addresses, capacity, allocatable, nodeInfo, daemonEndpoints, images = [], volumesInUse = [] } = status;
  const types = new Set(own.conditions?.map(({ type }) => type));
  const conditions = (status.conditions ?? [])
    .filter(({ type }) => types.has(type))
    .map(({ type, status: value, reason, message }) => ({ type, status: value, reason, message }))
    .sort((a, b) => (a.type < b.type ? -1 : 1));
  return { addresses, capacity, allocatable, nodeInfo, daemonEndpoints, images, volumesInUse, conditions };
}
