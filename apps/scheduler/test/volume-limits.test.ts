import type { CSINode, Node, PersistentVolume, PersistentVolumeClaim, Pod, VolumeAttachment } from '@kubernats/api';
import { createClient, createInformerSet } from '@kubernats/client';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { createScheduler } from '../src/index.ts';
import { FakeApi } from './fake-api.ts';

const DRIVER = 'disks.example.com';
const node: Node = { metadata: { name: 'node1' }, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } } };
const csiNode = (count: number): CSINode => ({
  metadata: { name: 'node1' },
  spec: { drivers: [{ name: DRIVER, nodeID: 'node1', allocatable: { count } }] },
});
const volume = (name: string): PersistentVolume => ({
  metadata: { name },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    csi: { driver: DRIVER, volumeHandle: name },
    claimRef: { namespace: 'default', name, uid: `persistentvolumeclaims-default/${name}` },
  },
});
const claim = (name: string): PersistentVolumeClaim => ({
  metadata: { name, namespace: 'default', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
  spec: { volumeName: name, accessModes: ['ReadWriteOnce'] },
  status: { phase: 'Bound' },
});
const pod = (name: string, claimName: string): Pod => ({
  metadata: { name, namespace: 'default', generation: 1 },
  spec: {
    schedulerName: 'default-scheduler',
    containers: [{ name: 'web' }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
  },
});
const attachment = (name: string): VolumeAttachment => ({
  metadata: { name: `csi-${name}` },
  spec: { attacher: DRIVER, nodeName: 'node1', source: { persistentVolumeName: name } },
});

async function start(limit: number) {
  const api = new FakeApi();
  const clock = new SteppedClock();
  api.put('nodes', node);
  api.put('csinodes', csiNode(limit));
  for (const name of ['a', 'b']) {
    api.put('persistentvolumes', volume(name));
    api.put('persistentvolumeclaims', claim(name));
  }
  const informers = createInformerSet(api);
  const scheduler = createScheduler({ client: createClient(api), informers, clock, random: seededRandom(1) });
  const stop = new AbortController();
  void Promise.all([informers.run(stop.signal), scheduler.run(stop.signal)]);
  const add = async (name: string, claimName: string) => {
    api.put('pods', pod(name, claimName));
    await clock.advance(10);
    return api.pod(name)?.spec?.nodeName;
  };
  return { api, clock, add };
}

test('V6: a node takes as many volumes as it says, each counted once, and more when one is gone', async () => {
  const { api, clock, add } = await start(1);
  expect(await add('first', 'a')).toBe('node1');
  expect(await add('same', 'a')).toBe('node1');
  expect(await add('second', 'b')).toBeUndefined();
  expect(api.condition('second')?.message).toContain('0/1 nodes are available: 1 node(s) exceed max volume count.');
  for (const name of ['first', 'same']) api.remove('pods', `default/${name}`);
  await clock.advance(1_000);
  expect(api.pod('second')?.spec?.nodeName).toBe('node1');
});

test('V6: a volume that is still attached counts until it is not, and a node may say that it takes more', async () => {
  const { api, clock, add } = await start(0);
  expect(await add('one', 'a')).toBeUndefined();
  api.put('csinodes', csiNode(1));
  await clock.advance(1_000);
  expect(api.pod('one')?.spec?.nodeName).toBe('node1');
  api.put('volumeattachments', attachment('a'));
  api.remove('pods', 'default/one');
  expect(await add('two', 'b')).toBeUndefined();
  api.remove('volumeattachments', 'csi-a');
  await clock.advance(1_000);
  expect(api.pod('two')?.spec?.nodeName).toBe('node1');
});
