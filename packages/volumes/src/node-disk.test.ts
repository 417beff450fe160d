import { MemoryBusServer, nodeSubject, permissionsOf } from '@kubernats/bus';
import { realClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { beforeEach, expect, it } from 'vitest';
import { askNodeDisk, createNodeDisk, serveNodeDisk } from './node-disk.ts';

let disk: Files;
beforeEach(() => {
  disk = createMemoryFiles(realClock);
});

/** With the permissions that the two have in a cluster. */
function buses() {
  const server = new MemoryBusServer();
  const connect = (identity: string, nodes: readonly string[] = []) =>
    server.connect({ identity, permissions: permissionsOf('default', identity, nodes) });
  return { controller: connect('system:kubernats:volume-controller'), kubelet: connect('system:node:node1', ['node1']) };
}

it('makes and removes folders on the disk of a node, over the bus, as often as it is asked', async () => {
  const { controller, kubelet } = buses();
  const asked = askNodeDisk(controller, 'default', 'node1');
  await expect(asked.make('v')).rejects.toThrow('node "node1" does not answer');
  serveNodeDisk(kubelet, 'default', 'node1', createNodeDisk(disk));
  expect(await asked.make('v')).toBe('/var/lib/kubernats/volumes/v');
  await disk.write('/var/lib/kubernats/volumes/v/x', new Uint8Array(1));
  expect(await asked.make('v')).toBe('/var/lib/kubernats/volumes/v');
  expect(await disk.list('/var/lib/kubernats/volumes/v')).toEqual(['x']);
  expect(await asked.make('../../v')).toBe('/var/lib/kubernats/volumes/%2E.%2F..%2Fv');
  for (const handle of ['v', 'v', '../../v', 'never']) await asked.remove(handle);
  expect(await disk.list('/var/lib/kubernats/volumes')).toEqual([]);
});

it('says what it could not do, and what was no question', async () => {
  const { controller, kubelet } = buses();
  serveNodeDisk(kubelet, 'default', 'node1', createNodeDisk(disk.scope('/', { readOnly: true })));
  await expect(askNodeDisk(controller, 'default', 'node1').make('v')).rejects.toThrow('node "node1": EROFS');
  for (const text of ['', 'null', '{"action":"format","handle":"v"}', '{"action":"make"}']) {
    const answer = await controller.request(nodeSubject('default', 'node1', 'storage'), new TextEncoder().encode(text));
    expect(JSON.parse(new TextDecoder().decode(answer))).toEqual({ error: expect.any(String) });
  }
});

it('follows no link that a container has put in the place of the folder of volumes', async () => {
  await disk.mkdir('/var/lib/kubernats', { recursive: true });
  await disk.mkdir('/precious/v', { recursive: true });
  await disk.symlink('/precious', '/var/lib/kubernats/volumes');
  await createNodeDisk(disk).remove('v');
  expect(await disk.list('/precious')).toEqual(['v']);
});
