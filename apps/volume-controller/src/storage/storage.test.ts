import type { PersistentVolume } from '@kubernats/api';
import type { ApiTransport } from '@kubernats/client';
import { createClient, createInformerSet } from '@kubernats/client';
import { SteppedClock } from '@kubernats/clock';
import { notFound, unavailable } from '@kubernats/errors';
import { createMemoryFiles } from '@kubernats/files';
import { simpleBackend } from '@kubernats/testing';
import { BackendError, createBackends, NodeSilentError } from '@kubernats/volumes';
import { expect, test } from 'vitest';
import { Storage } from './storage.ts';

const backend = simpleBackend({ onNode: true });

function setUp() {
  const clock = new SteppedClock();
  const files = createMemoryFiles(clock);
  const transport: ApiTransport = {
    request: () => Promise.reject(notFound({ group: '', resource: 'nodes' }, 'node1')),
    follow: async () => {},
  };
  const bus = { request: () => Promise.reject(unavailable('nobody listens')) };
  const client = createClient(transport);
  const deps = { client, informers: createInformerSet(transport), clock, bus: bus as never, files, backends: createBackends([backend]) };
  return { storage: new Storage(deps, 'test'), files };
}

test('calls for one volume come one after the other, those for others do not wait', async () => {
  const { storage } = setUp();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = storage.ask(backend, 'a', async () => {
    await gate.promise;
    order.push('first');
    throw new Error('fails');
  });
  const second = storage.ask(backend, 'a', async () => order.push('second'));
  await storage.ask(backend, 'b', async () => order.push('other'));
  gate.resolve();
  await expect(first).rejects.toThrow('fails');
  await second;
  expect(order).toEqual(['other', 'first', 'second']);
});

test('a node that does not answer leaves open what it did; one that left the cluster took its disk with it', async () => {
  const { storage } = setUp();
  const request = { name: 'v', capacityBytes: 1, parameters: {}, node: 'node1' };
  await expect(storage.ask(backend, 'v', (side) => backend.create(request, side))).rejects.toThrow(NodeSilentError);
  await storage.ask(backend, 'v', (side) => backend.delete({ handle: 'v', attributes: { node: 'node1' } }, side));
});

test('what the disk of this machine refuses is told as what the back end could not do', async () => {
  const { storage } = setUp();
  const full = storage.ask(backend, 'v', async (side) => {
    await side.storage.scope('/', { quotaBytes: 1 }).write('/x', new Uint8Array(2));
  });
  await expect(full).rejects.toThrow(BackendError);
  await expect(full).rejects.toThrow("ENOSPC: /x in the cluster's storage folder");
});

test('a volume is a back end’s when that made it, or when it is its driver’s; a path that an administrator made is nobody’s', () => {
  const { storage } = setUp();
  const driverOf = (spec: PersistentVolume['spec'], by?: string) =>
    storage.ofVolume({ metadata: { annotations: by === undefined ? {} : { 'pv.kubernetes.io/provisioned-by': by } }, spec })?.driver;
  const csi = { driver: 'disks.example.com', volumeHandle: 'v' };
  expect(driverOf({ csi })).toBe('disks.example.com');
  expect(driverOf({ csi: { ...csi, driver: 'other.example.com' } })).toBeUndefined();
  expect(driverOf({ hostPath: { path: '/x' } })).toBeUndefined();
  expect(driverOf({ local: { path: '/x' } }, 'block.kubernats.dev')).toBe('block.kubernats.dev');
});
