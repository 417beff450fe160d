import { type Lease, Leases, Nodes, Pods, ReplicaSets } from '@kubernats/api';
import { rfc3339, rfc3339Micro } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { eventsOf, follow } from './cron-jobs.ts';
import { template } from './living-pods.ts';
import { isReady } from './objects.ts';

const NODES = ['n1', 'n2', 'n3'];
const REPLICAS = 3;
const STEP_SECONDS = 20;

/** What the kubelet of a node says of it, and of its Pods. */
async function report({ client, clock, list }: ControlPlane, name: string, ready: boolean): Promise<void> {
  const conditions = [
    {
      type: 'Ready',
      status: ready ? 'True' : 'False',
      reason: ready ? 'KubeletReady' : 'KubeletNotReady',
      lastHeartbeatTime: rfc3339(clock.now()),
    },
  ];
  await client.kind(Nodes).patch(name, undefined, 'strategic', { status: { conditions } }, { subresource: 'status' });
  const lease: Lease = { spec: { renewTime: rfc3339Micro(clock.now()) } };
  await client.kind(Leases).patch(name, 'kube-node-lease', 'merge', lease);
  if (!ready) return;
  for (const pod of (await list(Pods)).filter(({ spec }) => spec?.nodeName === name)) {
    const podName = pod.metadata?.name ?? '';
    if (pod.metadata?.deletionTimestamp) await client.kind(Pods).delete(podName, 'default', { gracePeriodSeconds: 0 });
    else if (!isReady(pod)) {
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      await client.kind(Pods).patch(podName, 'default', 'strategic', { status }, { subresource: 'status' });
    }
  }
}

/** What a scheduler does: a Pod comes to the node that has the fewest, of those that have no taint. */
async function schedule({ client, list }: ControlPlane): Promise<void> {
  const nodes = (await list(Nodes)).filter(({ spec }) => !spec?.taints?.length).map(({ metadata }) => metadata?.name ?? '');
  const pods = await list(Pods);
  const count = new Map(nodes.map((name) => [name, pods.filter(({ spec }) => spec?.nodeName === name).length]));
  for (const { metadata } of pods.filter(({ spec }) => !spec?.nodeName)) {
    const [name = ''] = [...count.entries()].sort((a, b) => a[1] - b[1])[0] ?? [];
    count.set(name, (count.get(name) ?? 0) + 1);
    await client.kind(Pods).bind({ name: metadata?.name ?? '', namespace: 'default' }, { kind: 'Node', name });
  }
}

/** Half an hour in which n3 is not ready for so many seconds of each ten minutes. Answers with how many Pods there ever were. */
async function halfAnHourWith(plane: ControlPlane, downSeconds: number): Promise<number> {
  const made = new Set<string>();
  await using _pods = follow(plane, Pods, ({ metadata }) => made.add(metadata?.uid ?? ''));
  for (const name of NODES) {
    await plane.client.kind(Nodes).create({ metadata: { name } });
    await plane.client.kind(Leases).create({ metadata: { name, namespace: 'kube-node-lease' }, spec: {} });
  }
  const spec = { replicas: REPLICAS, selector: { matchLabels: { app: 'web' } }, template: template('web', 'a') };
  await plane.client.kind(ReplicaSets).create({ metadata: { name: 'web', namespace: 'default' }, spec });
  for (let second = 0; second < 1_800; second += STEP_SECONDS) {
    for (const name of NODES) await report(plane, name, name !== 'n3' || second % 600 < 600 - downSeconds);
    await schedule(plane);
    await plane.clock.advance(STEP_SECONDS * 1_000);
    const lives = (await plane.list(Pods)).filter(({ metadata }) => !metadata?.deletionTimestamp);
    if (second > 0) expect(lives).toHaveLength(REPLICAS);
  }
  return made.size;
}

test('P8: a node that flaps keeps its Pods while they tolerate it, and none is made twice', async () => {
  await using plane = await startControlPlane({}, { direct: true });
  expect(await halfAnHourWith(plane, 200)).toBe(REPLICAS);
  const onN3 = (await plane.list(Pods)).find(({ spec }) => spec?.nodeName === 'n3');
  const told = (await eventsOf(plane, onN3?.metadata?.name ?? '')).filter((event) => event.includes('TaintManagerEviction'));
  expect(told[0]).toBe(`Normal TaintManagerEviction Cancelling deletion of Pod default/${onN3?.metadata?.name}`);
  expect((await plane.client.kind(Nodes).get('n3')).spec?.taints?.map(({ key }) => key)).toEqual(
    Array(2).fill('node.kubernetes.io/not-ready'),
  );
});

test('P8: a node that is not ready for longer than its Pods tolerate loses them once, and what takes their place stays', async () => {
  await using plane = await startControlPlane({}, { direct: true });
  // Tainted within seconds, they go after five minutes; one Pod each time that n3 has one.
  expect(await halfAnHourWith(plane, 400)).toBe(REPLICAS + 1);
});
