import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '@kubernats/api';
import { conflict } from '@kubernats/errors';
import { expect, test } from 'vitest';
import { FakeApi } from './fake-api.ts';
import { eventTexts, node, nodeOf, pod, start } from './objects.ts';

const SELECTED = 'volume.kubernetes.io/selected-node';
const late: StorageClass = { metadata: { name: 'late' }, provisioner: 'x', volumeBindingMode: 'WaitForFirstConsumer' };
const byHand: StorageClass = { ...late, provisioner: 'kubernetes.io/no-provisioner' };

const claim = (name: string): PersistentVolumeClaim => ({
  metadata: { name, namespace: 'default' },
  spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});
const volume = (name: string, host = 'node1'): PersistentVolume => ({
  metadata: { name },
  spec: {
    storageClassName: 'late',
    accessModes: ['ReadWriteOnce'],
    capacity: { storage: '1Gi' },
    nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'hostname', operator: 'In', values: [host] }] }] } },
  },
  status: { phase: 'Available' },
});
const using = (name: string, claimName = 'data'): Pod =>
  pod(name, '1Gi', { volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] });

/** A cluster of two nodes, with a class and one claim of it. */
async function cluster(storageClass = late) {
  const api = new FakeApi();
  for (const name of ['node1', 'node2']) api.put('nodes', node(name, '2Gi'));
  api.put('storageclasses', storageClass);
  api.put('persistentvolumeclaims', claim('data'));
  return { api, ...start(api) };
}
const selectedNode = (api: FakeApi) => api.object('persistentvolumeclaims', 'default/data')?.metadata?.annotations?.[SELECTED];

/** What the volume controller does. */
function bind(api: FakeApi, claimName: string, volumeName: string): void {
  const known = api.object('persistentvolumeclaims', `default/${claimName}`) as PersistentVolumeClaim;
  const annotations = { ...known.metadata?.annotations, 'pv.kubernetes.io/bind-completed': 'yes' };
  const next = { ...known, metadata: { ...known.metadata, annotations }, spec: { ...known.spec, volumeName }, status: { phase: 'Bound' } };
  api.put('persistentvolumeclaims', next);
}
function unselect(api: FakeApi): void {
  const known = api.object('persistentvolumeclaims', 'default/data') as PersistentVolumeClaim;
  api.put('persistentvolumeclaims', { ...known, metadata: { ...known.metadata, annotations: {} } });
}

test('V6: a volume is made where the Pod will be, and the Pod goes there once it has it', async () => {
  const { api, clock } = await cluster();
  api.put('pods', using('a'));
  await clock.advance(2_000);
  expect(selectedNode(api)).toBe('node1');
  expect([nodeOf(api, 'a'), api.events]).toEqual([undefined, []]);
  const { status: _status, ...made } = volume('made');
  api.put('persistentvolumes', { ...made, spec: { ...made.spec, claimRef: { namespace: 'default', name: 'data' } } } as PersistentVolume);
  bind(api, 'data', 'made');
  await clock.advance(10);
  expect(nodeOf(api, 'a')).toBe('node1');
});

test('V3: a volume that is there is set aside for the claim of the Pod', async () => {
  const { api, clock } = await cluster(byHand);
  api.put('persistentvolumes', volume('pv', 'node2'));
  api.put('pods', using('a'));
  await clock.advance(10);
  const taken = api.object('persistentvolumes', 'pv') as PersistentVolume;
  expect(taken.metadata?.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
  expect(taken.spec?.claimRef).toMatchObject({ name: 'data', namespace: 'default', uid: 'persistentvolumeclaims-default/data' });
  expect([nodeOf(api, 'a'), selectedNode(api)]).toEqual([undefined, undefined]);
  bind(api, 'data', 'pv');
  await clock.advance(10);
  expect(nodeOf(api, 'a')).toBe('node2');
});

test('V3: two Pods that are decided on at once do not get one volume', async () => {
  const { api, clock } = await cluster(byHand);
  api.put('persistentvolumeclaims', claim('more'));
  for (const name of ['pv1', 'pv2']) api.put('persistentvolumes', volume(name));
  api.intercept = async ({ resource }) => {
    if (resource === 'persistentvolumes') await clock.sleep(100);
  };
  api.put('pods', using('a'));
  api.put('pods', using('b', 'more'));
  await clock.advance(200);
  const holders = ['pv1', 'pv2'].map((name) => (api.object('persistentvolumes', name) as PersistentVolume).spec?.claimRef?.name);
  expect(holders).toEqual(['data', 'more']);
  expect(api.events).toEqual([]);
});

test('V3: Pods that share a claim go where its volume is', async () => {
  const { api, clock } = await cluster(byHand);
  api.put('persistentvolumes', volume('pv', 'node2'));
  for (const name of ['a', 'b']) api.put('pods', using(name));
  await clock.advance(10);
  bind(api, 'data', 'pv');
  await clock.advance(10);
  expect(['a', 'b'].map((name) => nodeOf(api, name))).toEqual(['node2', 'node2']);
  expect(eventTexts(api)).toEqual(['a', 'b'].map((name) => `Normal Scheduled Successfully assigned default/${name} to node2`));
});

test('V6: Pods that share a claim wait for one volume, on one node', async () => {
  const { api, clock } = await cluster();
  for (const name of ['a', 'b', 'c']) api.put('pods', using(name));
  await clock.advance(10);
  // Two fill the node that was chosen.
  expect(api.condition('c')?.message).toContain(
    "0/2 nodes are available: 1 Insufficient memory, 1 node(s) didn't find available persistent volumes to bind.",
  );
});

test('V6: a Pod whose volume cannot be made is tried elsewhere, after a backoff', async () => {
  const { api, clock } = await cluster();
  api.put('pods', using('a'));
  await clock.advance(10);
  unselect(api);
  await clock.advance(10);
  const message = 'running PreBind plugin "VolumeBinding": binding volumes: provisioning failed for PVC "data"';
  expect(eventTexts(api)).toEqual([`Warning FailedScheduling ${message}`]);
  expect(api.condition('a')).toMatchObject({ status: 'False', reason: 'SchedulerError', message });
  expect(selectedNode(api)).toBeUndefined();
  await clock.advance(2_000);
  expect(selectedNode(api)).toBe('node1');
});

test('V6: the node goes while the volume is made', async () => {
  const { api, clock } = await cluster();
  api.put('pods', using('a'));
  await clock.advance(10);
  api.remove('nodes', 'node1');
  await clock.advance(10);
  const message = 'running PreBind plugin "VolumeBinding": binding volumes: failed to get node "node1": node "node1" not found';
  expect(eventTexts(api)).toEqual([`Warning FailedScheduling ${message}`]);
  unselect(api);
  await clock.advance(2_000);
  expect(selectedNode(api)).toBe('node2');
});

test('V6: a volume that takes too long', async () => {
  const { api, clock } = await cluster();
  api.put('pods', using('a'));
  await clock.advance(599_000);
  expect(api.events).toEqual([]);
  await clock.advance(1_010);
  expect(eventTexts(api)).toEqual([
    'Warning FailedScheduling running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
  ]);
});

test('V3: a volume that somebody else took is not waited for', async () => {
  const { api, clock } = await cluster(byHand);
  for (const name of ['pv1', 'pv2']) api.put('persistentvolumes', volume(name));
  let first = true;
  api.intercept = ({ resource, name = '' }) => {
    if (resource !== 'persistentvolumes' || !first) return;
    first = false;
    const taken = volume(name);
    api.put('persistentvolumes', {
      ...taken,
      spec: { ...taken.spec, claimRef: { namespace: 'other', name: 'x', uid: 'u' } },
    } as PersistentVolume);
    throw conflict({ group: '', resource: 'persistentvolumes' }, name, 'the object has been modified');
  };
  api.put('pods', using('a'));
  await clock.advance(5_000);
  expect(eventTexts(api)[0]).toContain('Warning FailedScheduling running PreBind plugin "VolumeBinding": Operation cannot be fulfilled on');
  expect((api.object('persistentvolumes', 'pv2') as PersistentVolume).spec?.claimRef?.name).toBe('data');
});

test('V6: a Pod that goes while it waits for its volume frees its place, and one that waits keeps nobody up', async () => {
  const api = new FakeApi();
  api.put('nodes', node('node1', '2Gi'));
  api.put('storageclasses', late);
  api.put('persistentvolumeclaims', claim('data'));
  const { clock } = start(api, { bindConcurrency: 1 });
  api.put('pods', using('a'));
  await clock.advance(10);
  api.put('pods', pod('b', '1Gi'));
  api.put('pods', pod('c', '1Gi'));
  await clock.advance(2_000);
  expect(['b', 'c'].map((name) => nodeOf(api, name))).toEqual(['node1', undefined]);
  api.remove('pods', 'default/a');
  await clock.advance(2_000);
  expect(nodeOf(api, 'c')).toBe('node1');
  expect(eventTexts(api).filter((text) => text.includes('PreBind'))).toEqual([]);
});
