import { entriesOf } from '../history/entries.ts';
import type { Inventory } from '../history/inventory.ts';
import { isOf, type Observed } from '../history/observed.ts';
import type { Checker } from './checker.ts';

/** In the end each socket and folder belongs to an object, and after the end of the cluster nothing is there of it. */
export const orphans: Checker = {
  name: 'no orphaned sockets, processes or folders',
  check(history) {
    const objects = entriesOf(history, 'state').at(-1)?.objects ?? [];
    const inventory = entriesOf(history, 'inventory').at(-1)?.inventory;
    if (inventory === undefined) return { wrong: ['nothing was looked at'], looked: 'nothing' };
    const counts = Object.values(inventory).map((things: readonly unknown[]) => things.length);
    return {
      wrong: [
        ...orphansIn(inventory, objects),
        ...entriesOf(history, 'left').flatMap(({ things }) => things.map((thing) => `after the end: ${thing}`)),
      ],
      looked: `${counts.reduce((total, count) => total + count, 0)} sockets and folders`,
    };
  },
};

/** What no object accounts for. */
export function orphansIn(inventory: Inventory, objects: readonly Observed[]): string[] {
  const pods = objects.filter(isOf('Pod'));
  const services = objects.filter(isOf('Service'));
  const podIps = new Set(pods.filter(({ phase }) => phase !== 'Succeeded' && phase !== 'Failed').map(({ ip }) => ip));
  const clusterIps = new Set(services.map(({ clusterIP }) => clusterIP));
  const nodePorts = new Set(services.flatMap((service) => service.nodePorts));
  const placed = new Set(pods.map(({ uid, node }) => `${node} ${uid}`));
  const volumes = new Set(objects.filter(isOf('PersistentVolume')).map(({ name }) => name));
  return [
    ...inventory.podSockets.filter(({ ip }) => !podIps.has(ip)).map(({ ip, port }) => `socket ${ip}:${port} of no Pod`),
    ...inventory.serviceSockets.filter(({ ip }) => !clusterIps.has(ip)).map(({ ip, port }) => `socket ${ip}:${port} of no Service`),
    ...inventory.nodePorts.filter(({ port }) => !nodePorts.has(port)).map(({ node, port }) => `node port ${port} of ${node} of no Service`),
    ...inventory.podFolders
      .filter(({ node, uid }) => !placed.has(`${node} ${uid}`))
      .map(({ node, uid }) => `folder on ${node} of no Pod: ${uid}`),
    ...inventory.mounts
      .filter(({ node, pods: users }) => users.length === 0 || users.some((uid) => !placed.has(`${node} ${uid}`)))
      .map(({ node, volume, pods: users }) => `mount on ${node} of ${volume} for Pods that are not there: ${users.join(', ')}`),
    ...inventory.storage
      .filter(({ volume }) => !volumes.has(volume))
      .map(({ volume, where }) => `storage of no volume: ${volume} (${where})`),
  ];
}
