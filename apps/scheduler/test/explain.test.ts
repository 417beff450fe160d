import type { PersistentVolume, PersistentVolumeClaim, Pod } from '@kubernats/api';
import { type Bus, MemoryBusServer } from '@kubernats/bus';
import { SteppedClock } from '@kubernats/clock';
import { unavailable } from '@kubernats/errors';
import { askScheduler, type PodExplanation } from '@kubernats/explain';
import { beforeEach, expect, test } from 'vitest';
import { FakeApi } from './fake-api.ts';
import { node, nodeOf, pod, start } from './objects.ts';

let api: FakeApi;
let clock: SteppedClock;
let bus: Bus;
let stop: AbortController;
beforeEach(() => {
  api = new FakeApi();
  clock = new SteppedClock();
  const server = new MemoryBusServer({ clock });
  bus = server.connect({ identity: 'system:apiserver' });
  ({ stop } = start(api, {}, clock, { bus: server.connect({ identity: 'system:kube-scheduler' }), cluster: 'c' }));
});

async function explain(known: Pod | undefined): Promise<PodExplanation> {
  const asked = askScheduler(bus, 'c', 'default-scheduler', 'explain', { pod: known ?? {}, limit: 100 });
  const [answer] = await Promise.all([asked, clock.advance(0)]);
  return answer;
}

const claim: PersistentVolumeClaim = {
  metadata: { name: 'data', namespace: 'default' },
  spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};
const volume: PersistentVolume = {
  metadata: { name: 'pv' },
  spec: {
    ...{ storageClassName: 'late', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } },
    nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'hostname', operator: 'In', values: ['node2'] }] }] } },
  },
  status: { phase: 'Available' },
};

test('V3: a Pod that waits for its volumes, and later, are explained by the volumes that were there when it was decided', async () => {
  for (const name of ['node1', 'node2']) api.put('nodes', node(name));
  api.put('storageclasses', {
    metadata: { name: 'late' },
    ...{ provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
  });
  api.put('persistentvolumeclaims', claim);
  api.put('persistentvolumes', volume);
  api.put('pods', pod('a', '1Gi', { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }));
  await clock.advance(10);
  const decided = {
    ...{ basis: 'Decision', nodeName: 'node2', notes: [], winner: { nodeName: 'node2', advantage: 'OnlyOne' } },
    refused: [{ plugin: 'VolumeBinding', reasons: ["node(s) didn't find available persistent volumes to bind"], nodeNames: ['node1'] }],
  };
  expect(await explain(api.pod('a'))).toMatchObject({ ...decided, state: 'Binding', waitsFor: ['its volumes, and then to be bound'] });
  const known = api.object('persistentvolumeclaims', 'default/data') as PersistentVolumeClaim;
  const annotations = { 'pv.kubernetes.io/bind-completed': 'yes' };
  api.put('persistentvolumeclaims', {
    ...known,
    metadata: { ...known.metadata, annotations },
    spec: { ...known.spec, volumeName: 'pv' },
  } as PersistentVolumeClaim);
  await clock.advance(10);
  expect(nodeOf(api, 'a')).toBe('node2');
  expect(await explain(api.pod('a'))).toMatchObject({ ...decided, state: 'Bound' });
});

test('P7: a Pod that could not be bound is told when it is tried again', async () => {
  api.put('nodes', node('node1'));
  api.intercept = ({ subresource }) => {
    if (subresource === 'binding') throw unavailable('away');
  };
  api.put('pods', pod('a'));
  await clock.advance(10);
  const told = await explain(api.pod('a'));
  expect(told).toMatchObject({
    state: 'Pending',
    attempts: 1,
    waitsFor: [expect.stringContaining('its next attempt')],
    winner: { nodeName: 'node1' },
  });
  expect(Date.parse(told.nextAttempt ?? '')).toBeGreaterThan(clock.now());
});

test('a Pod that the scheduler has not seen, one that ends, one that has ended, and one that somebody else placed', async () => {
  api.put('nodes', node('node1'));
  await clock.advance(10);
  expect(await explain(pod('unseen'))).toMatchObject({ state: 'Pending', waitsFor: ['the scheduler, which has not seen it yet'] });
  const going = { ...pod('going'), metadata: { ...pod('going').metadata, deletionTimestamp: 'now' } };
  expect(await explain(going)).toMatchObject({ state: 'Waiting', waitsFor: [expect.stringContaining('it is being deleted')] });
  expect(await explain({ ...pod('done', '1Gi', { nodeName: 'node1' }), status: { phase: 'Succeeded' } })).toMatchObject({
    state: 'Ended',
    nodeName: 'node1',
  });
  const placed = await explain(pod('placed', '1Gi', { nodeName: 'node1' }));
  expect(placed).toMatchObject({ state: 'Bound', basis: 'Now', notes: [expect.stringContaining('is not known')] });
});

test('R2: who does not lead any more does not answer', async () => {
  api.put('nodes', node('node1'));
  await clock.advance(10);
  stop.abort();
  await clock.advance(2_000);
  await expect(explain(pod('a'))).rejects.toMatchObject({ code: 503 });
});
