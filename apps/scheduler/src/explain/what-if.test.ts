import type { Node, Pod, PodSpec } from '@kubernats/api';
import { expect, test } from 'vitest';
import { noVolumes, pluginDeps } from '../../test/plugin-deps.ts';
import { clusterView } from '../framework/cluster-view.ts';
import { Framework } from '../framework/framework.ts';
import type { Plugin } from '../framework/plugin.ts';
import type { World } from '../loop/world.ts';
import { defaultProfile } from '../plugins/default-profile.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { whatIf } from './what-if.ts';

const node = (name: string, memory: string): Node => ({
  metadata: { name, labels: { hostname: name } },
  status: { allocatable: { cpu: '4', memory, pods: '9' } },
});
const pod = (name: string, memory: string, spec: Partial<PodSpec> = {}): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: { schedulerName: 'default-scheduler', containers: [{ name: 'c', resources: { requests: { memory } } }], ...spec },
});

/** Evicts whoever is less important on the first node where somebody is. */
const evictor: Plugin = {
  name: 'Evictor',
  postFilter({ priority }, { cluster }) {
    for (const each of cluster.nodes) {
      const victims = [...each.pods].filter((other) => other.priority < priority);
      if (victims.length > 0) return { nominated: { node: each, victims } };
    }
    return { message: 'nobody' };
  },
};

function worldOf(nodes: Node[], placed: [string, Pod][]): { snapshot: Snapshot; deps: Parameters<typeof whatIf>[0] } {
  const snapshot = new Snapshot();
  for (const each of nodes) snapshot.setNode(each);
  for (const [name, each] of placed) snapshot.place(podInfoOf(each), name);
  const on = (its: Snapshot) => {
    const view = clusterView(its, { volumes: noVolumes });
    return new Framework({ ...defaultProfile('default-scheduler', pluginDeps(view)), postFilter: [evictor] }, view);
  };
  const world: Pick<World, 'snapshot' | 'frameworkOf' | 'frameworkOn'> = {
    snapshot,
    frameworkOf: ({ spec }) => (spec?.schedulerName === 'default-scheduler' ? on(snapshot) : undefined),
    frameworkOn: on,
  };
  return { snapshot, deps: { world, clock: { sleep: async () => {} } } };
}

test('P7: whom preemption would evict is named, the room counts at once, and the cluster stays as it is', async () => {
  const { snapshot, deps } = worldOf([node('node1', '2Gi')], [['node1', pod('small', '1Gi')]]);
  const workloads = [
    { name: 'middle', pod: pod('middle', '2Gi', { priority: 1 }), count: 2, replaces: [] },
    { name: 'high', pod: pod('high', '2Gi', { priority: 2 }), count: 1, replaces: [] },
  ];
  const answer = await whatIf(deps, { nodes: [], workloads });
  expect(answer.workloads).toMatchObject([
    {
      ...{ wanted: 2, placed: [], victims: [{ pod: 'default/small', nodeName: 'node1' }] },
      pending: [
        { count: 1, message: expect.stringContaining('Insufficient memory') },
        { count: 1, message: 'it would be evicted for high' },
      ],
    },
    { wanted: 1, placed: [{ nodeName: 'node1', count: 1 }], victims: [], pending: [] },
  ]);
  expect(answer.nodes).toMatchObject([
    { nodeName: 'node1', added: false, placed: 1, pods: { requested: 1 }, memoryBytes: { requested: 2 * 1024 ** 3 } },
  ]);
  expect([snapshot.nodeOf('default/small'), snapshot.node('node1')?.podCount]).toEqual(['node1', 1]);
});

test('a DaemonSet has a Pod on each node that its template may go to: where it does not fit it waits', async () => {
  const tainted = { ...node('node3', '4Gi'), spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } };
  const { deps } = worldOf([node('node1', '4Gi'), node('node2', '1Gi'), tainted], []);
  const workload = { name: 'd', pod: pod('log', '2Gi'), count: 'eachNode' as const, replaces: [] };
  const { workloads } = await whatIf(deps, { nodes: [node('node4', '8Gi')], workloads: [workload] });
  expect(workloads).toMatchObject([
    {
      wanted: 3,
      placed: [{ nodeName: 'node1' }, { nodeName: 'node4' }],
      pending: [{ count: 1, message: expect.stringContaining('1 Insufficient memory') }],
    },
  ]);
});

test('who is not looked at waits: Pods with gates, and those of another scheduler', async () => {
  const { deps } = worldOf([node('node1', '4Gi')], []);
  const gated = pod('gated', '1Gi', { schedulingGates: [{ name: 'wait' }] });
  const foreign = pod('foreign', '1Gi', { schedulerName: 'mine' });
  const workloads = [gated, foreign].map((each) => ({ name: 'w', pod: each, count: 3, replaces: [] }));
  expect((await whatIf(deps, { nodes: [], workloads })).workloads.map(({ wanted, pending }) => [wanted, pending])).toEqual([
    [3, [{ count: 3, message: 'waiting for scheduling gates: [wait]' }]],
    [3, [{ count: 3, message: 'its scheduler is another one: mine' }]],
  ]);
});

test('P7: no node is given more than it has, nor more Pods than it takes', async () => {
  const { deps } = worldOf([node('node1', '8Gi'), node('node2', '3Gi')], []);
  const { workloads, nodes } = await whatIf(deps, {
    nodes: [],
    workloads: [{ name: 'w', pod: pod('p', '512Mi'), count: 1_000, replaces: [] }],
  });
  expect(workloads[0]?.placed.map(({ count }) => count).sort()).toEqual([6, 9]);
  for (const { memoryBytes, pods } of nodes) {
    expect(memoryBytes.requested).toBeLessThanOrEqual(memoryBytes.allocatable);
    expect(pods.requested).toBeLessThanOrEqual(pods.allocatable);
  }
  expect(workloads[0]?.pending).toMatchObject([{ count: 985 }]);
});

test('workloads of one name, and Pods that are there under such names, are counted apart', async () => {
  const { deps } = worldOf([node('node1', '8Gi')], [['node1', pod('web-0', '1Gi')]]);
  const workload = { name: 'w', pod: pod('web', '1Gi'), count: 2, replaces: [] };
  const { nodes } = await whatIf(deps, { nodes: [], workloads: [workload, workload] });
  expect(nodes).toMatchObject([{ placed: 4, pods: { requested: 5 }, memoryBytes: { requested: 5 * 1024 ** 3 } }]);
});
