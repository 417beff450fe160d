import type { Node, Pod, PodDisruptionBudget, PodSpec } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { noVolumes, pluginDeps } from '../../test/plugin-deps.ts';
import { clusterView } from '../framework/cluster-view.ts';
import { Framework } from '../framework/framework.ts';
import { isGoingByPreemption } from '../preemption/preemption-world.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { defaultProfile } from './default-profile.ts';
import type { VolumeWorld } from './volume-needs.ts';

const node = (name: string, memory = 4): Node => ({
  metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  status: { allocatable: { cpu: '4', memory: `${memory}Gi`, pods: '10' } },
});

interface Wanted {
  priority?: number;
  /** Gi; none: it asks for nothing. */
  memory?: number;
  hour?: number;
  labels?: Record<string, string>;
  spec?: Partial<PodSpec>;
  status?: Pod['status'];
  going?: boolean;
}

function pod(name: string, { priority = 0, memory, hour, labels, spec, status, going }: Wanted = {}): Pod {
  const requests = memory === undefined ? undefined : { memory: `${memory}Gi` };
  return {
    metadata: { name, namespace: 'default', labels, ...(going && { deletionTimestamp: '2026-11-27T00:00:00Z' }) },
    spec: { containers: [{ name: 'web', resources: { requests } }], priority, ...spec },
    status: { ...(hour !== undefined && { startTime: `2026-11-27T${String(hour).padStart(2, '0')}:00:00Z` }), ...status },
  };
}

/** Who goes from where, or the message. `placed`: by node. */
function outcome(
  nodes: Node[],
  placed: Record<string, Pod[]>,
  wanted: Pod,
  more: { budgets?: PodDisruptionBudget[]; nominated?: [Pod, string][] } = {},
) {
  const snapshot = new Snapshot();
  for (const each of nodes) snapshot.setNode(each);
  for (const [name, pods] of Object.entries(placed)) for (const each of pods) snapshot.place(podInfoOf(each), name);
  for (const [each, name] of more.nominated ?? []) snapshot.nominations.set(podInfoOf(each), name);
  const volumes: VolumeWorld = {
    ...noVolumes,
    claim: (namespace, name) => ({
      metadata: { name, namespace, annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
      spec: { accessModes: ['ReadWriteOncePod'], volumeName: 'v' },
    }),
    volume: (name) => ({ metadata: { name }, spec: {} }),
    isInUse: (namespace, name) => snapshot.usesClaim(`${namespace}/${name}`),
  };
  const preemption = {
    budgets: more.budgets ?? [],
    newest: ({ pod: each }: { pod: Pod }) => each,
    isPreempted: ({ pod: each }: { pod: Pod }) => isGoingByPreemption(each),
  };
  const view = clusterView(snapshot, { volumes, preemption });
  const framework = new Framework(defaultProfile('default-scheduler', pluginDeps(view)), view);
  const decision = framework.decide(podInfoOf(wanted));
  if (decision.fits) return decision.node.name;
  if (!decision.nominated || decision.nominated === 'none') return decision.message;
  return { [decision.nominated.node.name]: decision.nominated.victims.map((each) => each.pod.metadata?.name) };
}

const budget = (app: string, disruptionsAllowed: number): PodDisruptionBudget => ({
  metadata: { name: app, namespace: 'default' },
  spec: { selector: { matchLabels: { app } } },
  status: { disruptionsAllowed, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
});
const of = (app: string, wanted: Wanted): Wanted => ({ ...wanted, labels: { app } });

describe('P7: who goes', () => {
  const high = pod('high', { priority: 100, memory: 2 });

  test('nobody where there is room', () => {
    expect(outcome([node('a'), node('b')], { a: [pod('x', { memory: 4 })] }, high)).toBe('b');
  });

  test('only who is less important, and only as many as must', () => {
    const placed = {
      a: [pod('equal', { priority: 100, memory: 1 }), pod('x', { priority: 1, memory: 2 }), pod('y', { priority: 2, memory: 1 })],
    };
    expect(outcome([node('a')], placed, high)).toEqual({ a: ['x'] });
  });

  test('the most important ones are spared first', () => {
    const placed = { a: [1, 2, 3, 4].map((priority) => pod(`p${priority}`, { priority, memory: 1 })) };
    expect(outcome([node('a')], placed, high)).toEqual({ a: ['p2', 'p1'] });
  });

  test('of equals those that run longer', () => {
    const placed = { a: [3, 1, 4, 2].map((hour) => pod(`since${hour}`, { hour, memory: 1 })) };
    expect(outcome([node('a')], placed, high)).toEqual({ a: ['since3', 'since4'] });
  });

  test('many small ones are spared where one large one is enough', () => {
    const placed = { a: [pod('large', { priority: 5, memory: 3 }), pod('small', { priority: 6, memory: 1 })] };
    expect(outcome([node('a')], placed, high)).toEqual({ a: ['large'] });
  });

  test('those that a budget protects are spared before more important ones, and go where there is no other way', () => {
    const placed = { a: [pod('kept', of('shop', { memory: 2 })), pod('other', of('bank', { priority: 50, memory: 2 }))] };
    const budgets = [budget('shop', 0)];
    expect(outcome([node('a')], placed, high, { budgets })).toEqual({ a: ['other'] });
    expect(outcome([node('a')], placed, pod('huge', { priority: 100, memory: 4 }), { budgets })).toEqual({ a: ['other', 'kept'] });
  });

  test('a node where no budget is broken is better than one with less important Pods', () => {
    const placed = { a: [pod('kept', of('shop', { memory: 4 }))], b: [pod('other', { priority: 50, memory: 4 })] };
    expect(outcome([node('a'), node('b')], placed, high, { budgets: [budget('shop', 0)] })).toEqual({ b: ['other'] });
    expect(outcome([node('a'), node('b')], placed, high, { budgets: [budget('shop', 1)] })).toEqual({ a: ['kept'] });
  });

  test('who holds a port, a place among the Pods of a node, or a claim that is for one', () => {
    const port = { containers: [{ name: 'web', ports: [{ containerPort: 80, hostPort: 80 }] }] };
    expect(outcome([node('a')], { a: [pod('x', { spec: port }), pod('y')] }, pod('high', { priority: 1, spec: port }))).toEqual({
      a: ['x'],
    });
    const crowd = Array.from({ length: 10 }, (_, index) => pod(`p${index}`, { priority: index }));
    expect(outcome([node('a')], { a: crowd }, high)).toEqual({ a: ['p0'] });
    const claim = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
    const placed = { a: [pod('x', { spec: claim }), pod('y')], b: [pod('z')] };
    expect(outcome([node('a'), node('b')], placed, pod('high', { priority: 1, spec: claim }))).toEqual({ a: ['x'] });
  });

  test('those for whom room is made count, if they are no less important', () => {
    const placed = { a: [pod('x', { memory: 2 }), pod('y', { priority: 1, memory: 2 })] };
    expect(outcome([node('a')], placed, high, { nominated: [[pod('peer', { priority: 100, memory: 2 }), 'a']] })).toEqual({
      a: ['y', 'x'],
    });
    expect(outcome([node('a')], placed, high, { nominated: [[pod('less', { priority: 99, memory: 2 }), 'a']] })).toEqual({ a: ['x'] });
  });

  test('those that go already go first, and are waited for', () => {
    const target = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' };
    const going = pod('x', { memory: 4, going: true, status: { conditions: [target] } });
    const placed = { a: [going], b: [pod('y', { priority: 1, memory: 4 })] };
    const waiting: [Pod, string][] = [[high, 'a']];
    expect(outcome([node('a'), node('b')], placed, high, { nominated: waiting })).toBe(
      '0/2 nodes are available: 2 Insufficient memory. preemption: not eligible due to a terminating pod on the nominated node.',
    );
    // One that goes for another reason may be long in coming.
    const deleted = { ...placed, a: [pod('x', { memory: 4, going: true })] };
    expect(outcome([node('a'), node('b')], deleted, high, { nominated: waiting })).toEqual({ a: ['x'] });
    // The nominated node is gone.
    expect(outcome([node('b')], { b: placed.b }, high, { nominated: waiting })).toEqual({ b: ['y'] });
  });
});

describe('P7: why nobody goes', () => {
  const high = pod('high', { priority: 100, memory: 2 });
  const NOBODY = 'No preemption victims found for incoming pod';

  test.each<[string, Node[], Record<string, Pod[]>, Pod, string]>([
    [
      'all are as important',
      [node('a')],
      { a: [pod('x', { priority: 100, memory: 4 })] },
      high,
      `1 Insufficient memory. preemption: 0/1 nodes are available: 1 ${NOBODY}.`,
    ],
    [
      'others are less important, elsewhere',
      [node('a'), node('b', 1)],
      { a: [pod('x', { priority: 100, memory: 4 })], b: [pod('y')] },
      high,
      `2 Insufficient memory. preemption: 0/2 nodes are available: 1 ${NOBODY}, 1 Preemption is not helpful for scheduling.`,
    ],
    [
      'the Pod is larger than the node',
      [node('a')],
      { a: [pod('x', { memory: 4 })] },
      pod('high', { priority: 100, memory: 5 }),
      '1 Insufficient memory. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    ],
    [
      'those that would go are not enough',
      [node('a')],
      { a: [pod('x', { memory: 1 }), pod('y', { priority: 100, memory: 3 })] },
      high,
      '1 Insufficient memory. preemption: 0/1 nodes are available: 1 Insufficient memory.',
    ],
    [
      'no node is the right one',
      [node('a')],
      { a: [pod('x', { memory: 4 })] },
      pod('high', { priority: 100, memory: 2, spec: { nodeSelector: { disk: 'ssd' } } }),
      "1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    ],
    [
      'it does not want to',
      [node('a')],
      { a: [pod('x', { memory: 4 })] },
      pod('high', { priority: 100, memory: 2, spec: { preemptionPolicy: 'Never' } }),
      '1 Insufficient memory. preemption: not eligible due to preemptionPolicy=Never.',
    ],
  ])('%s', (_, nodes, placed, wanted, message) => {
    expect(outcome(nodes, placed, wanted)).toBe(`0/${nodes.length} nodes are available: ${message}`);
  });
});
