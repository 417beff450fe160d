import { CoreEvents, type Lease, Leases, type Node, Nodes, type Pod, Pods } from '@kubernats/api';
import { rfc3339, rfc3339Micro } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

const TYPES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'];
const UNREACHABLE = 'node.kubernetes.io/unreachable';

async function addNode({ client }: ControlPlane, name: string): Promise<void> {
  const { metadata } = await client.kind(Nodes).create({ metadata: { name } });
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid: metadata?.uid ?? '' }];
  await client.kind(Leases).create({ metadata: { name, namespace: 'kube-node-lease', ownerReferences }, spec: {} });
}

/** What the kubelet of a node that is well does. */
async function beat({ client, clock }: ControlPlane, ...names: string[]): Promise<void> {
  for (const name of names) {
    const conditions = TYPES.map((type) => ({
      type,
      status: type === 'Ready' ? 'True' : 'False',
      lastHeartbeatTime: rfc3339(clock.now()),
    }));
    await client.kind(Nodes).patch(name, undefined, 'strategic', { status: { conditions } }, { subresource: 'status' });
    const lease: Lease = { spec: { renewTime: rfc3339Micro(clock.now()) } };
    await client.kind(Leases).patch(name, 'kube-node-lease', 'merge', lease);
  }
}

/** Time passes, and only these nodes are heard of. */
async function live(plane: ControlPlane, seconds: number, ...names: string[]): Promise<void> {
  for (let at = 0; at < seconds; at += 10) {
    await beat(plane, ...names);
    await plane.pass(Math.min(10, seconds - at));
  }
}

async function addPod({ client, clock }: ControlPlane, name: string, nodeName: string, seconds?: number): Promise<void> {
  const tolerations =
    seconds === undefined ? [] : [{ key: UNREACHABLE, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds }];
  const pod: Pod = { metadata: { name, namespace: 'default' }, spec: { nodeName, tolerations, containers: [{ name: 'web', image: 'x' }] } };
  await client.kind(Pods).create(pod);
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: rfc3339(clock.now()) }];
  await client.kind(Pods).patch(name, 'default', 'strategic', { status: { phase: 'Running', conditions } }, { subresource: 'status' });
}

const node = (plane: ControlPlane, name: string): Promise<Node> => plane.client.kind(Nodes).get(name);
const pod = (plane: ControlPlane, name: string): Promise<Pod> => plane.client.kind(Pods).get(name, 'default');
const ready = ({ status }: Node | Pod) => status?.conditions?.find(({ type }) => type === 'Ready');
const taints = ({ spec }: Node) => (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);
const eventsAbout = async (plane: ControlPlane, name: string) =>
  (await plane.list(CoreEvents))
    .filter(({ involvedObject }) => involvedObject.name === name)
    .map(({ type, reason, message }) => [type, reason, message]);

async function threeNodes(): Promise<ControlPlane> {
  const plane = await startControlPlane();
  for (const name of ['node1', 'node2', 'node3']) await addNode(plane, name);
  await live(plane, 10, 'node1', 'node2', 'node3');
  return plane;
}

describe('a node that falls silent', () => {
  test('is unknown after the grace period, and its Pods are not ready; then it is unreachable', async () => {
    await using plane = await threeNodes();
    await addPod(plane, 'web', 'node3', 300);
    await live(plane, 30, 'node1', 'node2');
    expect(ready(await node(plane, 'node3'))?.status).toBe('True');
    await live(plane, 30, 'node1', 'node2');
    const silent = await node(plane, 'node3');
    for (const condition of silent.status?.conditions ?? []) {
      expect(condition).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' });
    }
    expect(taints(silent)).toEqual([`${UNREACHABLE}:NoSchedule`, `${UNREACHABLE}:NoExecute`]);
    expect(ready(await pod(plane, 'web'))?.status).toBe('False');
    expect(await eventsAbout(plane, 'node3')).toEqual([
      ['Normal', 'RegisteredNode', 'Node node3 event: Registered Node node3 in Controller'],
      ['Normal', 'NodeNotReady', 'Node node3 status is now: NodeNotReady'],
    ]);
    expect(await eventsAbout(plane, 'web')).toEqual([['Warning', 'NodeNotReady', 'Node is not ready']]);
    for (const name of ['node1', 'node2']) expect(taints(await node(plane, name))).toEqual([]);
  });

  test('P8: loses its Pods as soon as they do not tolerate it any longer', async () => {
    await using plane = await threeNodes();
    await addPod(plane, 'short', 'node3', 30);
    await addPod(plane, 'long', 'node3', 300);
    await live(plane, 60, 'node1', 'node2');
    expect((await pod(plane, 'short')).metadata?.deletionTimestamp).toBeUndefined();
    await live(plane, 30, 'node1', 'node2');
    const going = await pod(plane, 'short');
    expect(going.metadata?.deletionTimestamp).toBeDefined();
    expect(going.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    });
    expect(await eventsAbout(plane, 'short')).toContainEqual(['Normal', 'TaintManagerEviction', 'Marking for deletion Pod default/short']);
    expect((await pod(plane, 'long')).metadata?.deletionTimestamp).toBeUndefined();
  });

  test('and comes back in time keeps its Pods', async () => {
    await using plane = await threeNodes();
    await addPod(plane, 'web', 'node3', 60);
    await live(plane, 70, 'node1', 'node2');
    expect(taints(await node(plane, 'node3'))).toHaveLength(2);
    await live(plane, 120, 'node1', 'node2', 'node3');
    expect(taints(await node(plane, 'node3'))).toEqual([]);
    expect((await pod(plane, 'web')).metadata?.deletionTimestamp).toBeUndefined();
    expect(await eventsAbout(plane, 'web')).toContainEqual(['Normal', 'TaintManagerEviction', 'Cancelling deletion of Pod default/web']);
  });
});

test('when all nodes are silent none is emptied', async () => {
  await using plane = await threeNodes();
  await addPod(plane, 'web', 'node3');
  await live(plane, 200);
  for (const each of await plane.list(Nodes)) {
    expect(ready(each)?.status).toBe('Unknown');
    expect(taints(each)).toEqual([`${UNREACHABLE}:NoSchedule`]);
  }
  expect((await pod(plane, 'web')).metadata?.deletionTimestamp).toBeUndefined();
});

test('a node that never said anything is unknown after the grace period of its start', async () => {
  await using plane = await threeNodes();
  await addNode(plane, 'mute');
  await live(plane, 50, 'node1', 'node2', 'node3');
  expect((await node(plane, 'mute')).status?.conditions ?? []).toEqual([]);
  await live(plane, 20, 'node1', 'node2', 'node3');
  expect(ready(await node(plane, 'mute'))).toMatchObject({
    status: 'Unknown',
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
  });
});

test('a cordoned node and one under pressure are tainted, and only as long', async () => {
  await using plane = await threeNodes();
  const nodes = plane.client.kind(Nodes);
  const mine = { key: 'example.com/mine', effect: 'NoSchedule' };
  await nodes.patch('node1', undefined, 'merge', { spec: { unschedulable: true, taints: [mine] } });
  await nodes.patch(
    'node2',
    undefined,
    'strategic',
    { status: { conditions: [{ type: 'DiskPressure', status: 'True' }] } },
    { subresource: 'status' },
  );
  await plane.pass(1);
  expect(taints(await node(plane, 'node1'))).toEqual(['example.com/mine:NoSchedule', 'node.kubernetes.io/unschedulable:NoSchedule']);
  expect(taints(await node(plane, 'node2'))).toEqual(['node.kubernetes.io/disk-pressure:NoSchedule']);
  await nodes.patch('node1', undefined, 'merge', { spec: { unschedulable: null } });
  await beat(plane, 'node2');
  await plane.pass(1);
  expect(taints(await node(plane, 'node1'))).toEqual(['example.com/mine:NoSchedule']);
  expect(taints(await node(plane, 'node2'))).toEqual([]);
});

test('the Pods of a node that is gone for good are taken away', async () => {
  await using plane = await threeNodes();
  await addPod(plane, 'web', 'node3');
  await plane.client.kind(Nodes).delete('node3');
  await live(plane, 30, 'node1', 'node2');
  expect((await plane.list(Pods)).map(({ metadata }) => metadata?.name)).toEqual(['web']);
  await live(plane, 20, 'node1', 'node2');
  expect(await plane.list(Pods)).toEqual([]);
  expect((await plane.list(Leases)).map(({ metadata }) => metadata?.name)).not.toContain('node3');
});

test('each node gets a range for its Pods, and gives it back', async () => {
  await using plane = await startControlPlane({ clusterCidr: '10.244.0.0/23', nodeCidrMaskSize: 24 });
  for (const name of ['node1', 'node2', 'node3']) await addNode(plane, name);
  await plane.pass(1);
  const ranges = async () =>
    Object.fromEntries((await plane.list(Nodes)).map(({ metadata, spec }) => [metadata?.name, spec?.podCIDRs?.join()]));
  expect(await ranges()).toEqual({ node1: '10.244.0.0/24', node2: '10.244.1.0/24', node3: undefined });
  expect(await eventsAbout(plane, 'node3')).toContainEqual(['Normal', 'CIDRNotAvailable', 'Node node3 status is now: CIDRNotAvailable']);
  await plane.client.kind(Nodes).delete('node1');
  await plane.pass(20);
  expect(await ranges()).toEqual({ node2: '10.244.1.0/24', node3: '10.244.0.0/24' });
});
