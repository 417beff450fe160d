// What a node says of the drivers that it has. Source: the CSINode API, and the kubelet's annotation for drivers' own names of the node.
import { type CSIDriver, type CSINode, type CSINodeDriver, CSINodes, type Node, Nodes } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Client } from '@kubernats/client';
import { isAlreadyExists, isConflict } from '@kubernats/errors';
import { type Backends, ownDriver } from '@kubernats/volumes';

/** On a Node: how each driver calls it, as JSON. */
export const NODE_ID_ANNOTATION = 'csi.volume.kubernetes.io/nodeid';

export function nodeIdsOf(drivers: readonly CSINodeDriver[]): string {
  return JSON.stringify(Object.fromEntries(drivers.map(({ name, nodeID }) => [name, nodeID])));
}

/** The drivers of a node: the back ends' own names, and those for which a CSIDriver says that somebody installed them. In order. */
export function driversOf(node: string, backends: Backends, installed: readonly CSIDriver[]): CSINodeDriver[] {
  const drivers = new Map(backends.all.map((backend) => [ownDriver(backend.name), backend]));
  for (const driver of installed) {
    const name = driver.metadata?.name ?? '';
    const backend = backends.ofDriver(name, driver);
    if (backend) drivers.set(name, backend);
  }
  return [...drivers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { traits }]) => ({ name, nodeID: node, ...(traits.onNode ? { topologyKeys: ['kubernetes.io/hostname'] } : {}) }));
}

/** Makes the node's CSINode, or brings the one that is there up to date. What it says of a driver stays: somebody may have set a limit. */
export async function registerDrivers(
  client: Client,
  { metadata }: Node,
  drivers: readonly CSINodeDriver[],
  signal: AbortSignal,
): Promise<void> {
  const { name = '', uid = '' } = metadata ?? {};
  const csiNodes = client.kind(CSINodes);
  const wanted: CSINode = {
    metadata: { name, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] },
    spec: { drivers: [...drivers] },
  };
  for (;;) {
    try {
      await csiNodes.create(wanted, { signal });
      return;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    const found = await csiNodes.get(name, undefined, { signal });
    const known = found.spec.drivers;
    const merged = [...known, ...drivers.filter((own) => known.every(({ name: of }) => of !== own.name))];
    const ownerReferences = wanted.metadata?.ownerReferences;
    if (deepEqual(merged, known) && deepEqual(found.metadata?.ownerReferences, ownerReferences)) return;
    try {
      await csiNodes.update({ ...found, metadata: { ...found.metadata, ownerReferences }, spec: { drivers: merged } }, { signal });
      return;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

/** Writes the drivers' names of the node to its Node, where they have changed. */
export async function annotateNodeIds(client: Client, node: Node, drivers: readonly CSINodeDriver[], signal: AbortSignal): Promise<void> {
  const annotations = { [NODE_ID_ANNOTATION]: nodeIdsOf(drivers) };
  if (node.metadata?.annotations?.[NODE_ID_ANNOTATION] === annotations[NODE_ID_ANNOTATION]) return;
  await client.kind(Nodes).patch(node.metadata?.name ?? '', undefined, 'merge', { metadata: { annotations } }, { signal });
}
