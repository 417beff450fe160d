import type { Node, Pod, TopologySpreadConstraint } from '@kubernats/api';
import { selectorOfMap } from '@kubernats/apimachinery';
import { describe, expect, test } from 'vitest';
import { noVolumes, pluginDeps } from '../../test/plugin-deps.ts';
import { defaultArgs, type PodTopologySpreadArgs } from '../config/args.ts';
import type { ClusterEvent } from '../framework/cluster-event.ts';
import { clusterView } from '../framework/cluster-view.ts';
import { Framework } from '../framework/framework.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { defaultProfile } from './default-profile.ts';
import { podTopologySpread } from './pod-topology-spread.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';

/** `node2/b`: in that zone. */
function node(text: string, more: Record<string, string> = {}, spec: Node['spec'] = {}): Node {
  const [name = '', zone] = text.split('/');
  const labels = { [HOST]: name, ...(zone ? { [ZONE]: zone } : {}), ...more };
  return { metadata: { name, labels }, spec, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } } };
}
const pod = (constraints: TopologySpreadConstraint[] = [], more: Partial<Pod['spec']> = {}, metadata: Pod['metadata'] = {}): Pod => ({
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' }, ...metadata },
  spec: { containers: [], topologySpreadConstraints: constraints, ...more },
});
const constraint = (topologyKey: string, more: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint => ({
  ...{ topologyKey, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } },
  ...more,
});

/** `node1: 2`: so many Pods `web` are there. */
function cluster(nodes: Node[], placed: Record<string, number>, like: Pod['metadata'] = {}): Snapshot {
  const snapshot = new Snapshot();
  for (const each of nodes) snapshot.setNode(each);
  for (const [name, count] of Object.entries(placed)) {
    for (let i = 0; i < count; i++) snapshot.place(podInfoOf(pod([], {}, { ...like, name: `${name}-${i}` })), name);
  }
  return snapshot;
}

const workloads = { selectorOf: ({ metadata }: Pod) => selectorOfMap(metadata?.ownerReferences ? { app: 'web' } : {}) };
const view = (snapshot: Snapshot) => clusterView(snapshot, { volumes: noVolumes, workloads });

/** The nodes that will do, by name, or what is said when none will. */
function allowed(snapshot: Snapshot, wanted: Pod): string | string[] {
  const cluster = view(snapshot);
  const framework = new Framework(defaultProfile('default-scheduler', pluginDeps(cluster)), cluster);
  const info = podInfoOf(wanted);
  const decision = framework.decide(info);
  return decision.fits ? snapshot.nodes.filter((each) => framework.fitsOn(info, each)).map(({ name }) => name) : decision.message;
}

const FOUR = [node('node1/a'), node('node2/a'), node('node3/b'), node('node4/b')];
const FIVE = [...FOUR, node('node5/c')];
const TOLERANT = { tolerations: [{ key: 'old', operator: 'Exists' }] };
const OLD: Node['spec'] = { taints: [{ key: 'old', effect: 'NoSchedule' }] };
const TWO_AND_ONE = { node1: 1, node2: 1, node3: 1 };

describe('P7: constraints that must be kept: the cases of the concept page', () => {
  const rows: [string, Snapshot, Pod, string | string[]][] = [
    ['one constraint: the zone that has fewer', cluster(FOUR, TWO_AND_ONE), pod([constraint(ZONE)]), ['node3', 'node4']],
    [
      'with a larger skew both zones',
      cluster(FOUR, TWO_AND_ONE),
      pod([constraint(ZONE, { maxSkew: 2 })]),
      ['node1', 'node2', 'node3', 'node4'],
    ],
    ['two constraints: both must hold', cluster(FOUR, TWO_AND_ONE), pod([constraint(ZONE), constraint(HOST)]), ['node4']],
    [
      'two constraints that conflict: the Pod stays Pending',
      cluster([node('node1/a'), node('node2/a'), node('node3/b')], { node1: 2, node2: 1, node3: 2 }),
      pod([constraint(ZONE), constraint(HOST)]),
      "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints. " +
        'preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    ],
    [
      'node affinity: a zone that the Pod may not go to does not count',
      cluster(FIVE, TWO_AND_ONE),
      pod([constraint(ZONE)], {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'NotIn', values: ['c'] }] }],
            },
          },
        },
      }),
      ['node3', 'node4'],
    ],
    [
      'nodeAffinityPolicy: Ignore: it counts, and is the one with the fewest',
      cluster([node('node1/a', { disk: 'ssd' }), node('node2/b')], { node1: 1 }),
      pod([constraint(ZONE, { nodeAffinityPolicy: 'Ignore' })], { nodeSelector: { disk: 'ssd' } }),
      "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) didn't match pod topology spread constraints. " +
        'preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
    ],
    [
      'a tainted node counts although the Pod may not go there',
      cluster([node('node1/a'), node('node2/b', {}, OLD)], { node1: 1 }),
      pod([constraint(ZONE)]),
      "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) had untolerated taint(s). " +
        'preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
    ],
    [
      'nodeTaintsPolicy: Honor: it does not',
      cluster([node('node1/a'), node('node2/b', {}, OLD)], { node1: 1 }),
      pod([constraint(ZONE, { nodeTaintsPolicy: 'Honor' })]),
      ['node1'],
    ],
    [
      'nodeTaintsPolicy: Honor: it does for a Pod that tolerates the taint',
      cluster([node('node1/a'), node('node2/b', {}, OLD)], { node1: 1 }),
      pod([constraint(ZONE, { nodeTaintsPolicy: 'Honor' })], TOLERANT),
      ['node2'],
    ],
    [
      'minDomains: with fewer domains the fewest Pods count as none',
      cluster(FOUR, { node1: 1, node3: 1 }),
      pod([constraint(ZONE, { minDomains: 3 })]),
      "0/4 nodes are available: 4 node(s) didn't match pod topology spread constraints. " +
        'preemption: 0/4 nodes are available: 4 No preemption victims found for incoming pod.',
    ],
    ['minDomains: enough of them', cluster(FIVE, { node1: 1, node3: 1 }), pod([constraint(ZONE, { minDomains: 3 })]), ['node5']],
    [
      'a node without the label',
      cluster([node('node1')], {}),
      pod([constraint(ZONE)]),
      "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label). " +
        'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    ],
    [
      'what is on a node that lacks a label of another constraint does not count',
      cluster([node('node1/a', { rack: '1' }), node('node2/b', { rack: '1' }), node('node3/b')], { node1: 1, node3: 2 }),
      pod([constraint(ZONE), constraint('rack')]),
      ['node2'],
    ],
    [
      'without a selector nobody counts',
      cluster(FOUR, { node1: 9 }),
      pod([constraint(ZONE, { labelSelector: undefined })]),
      FOUR.map(nameOf),
    ],
    ['nor with an empty one', cluster(FOUR, { node1: 9 }), pod([constraint(ZONE, { labelSelector: {} })]), FOUR.map(nameOf)],
    [
      'a Pod that its own selector does not select does not make it worse',
      cluster(FOUR, { node1: 1 }),
      pod([constraint(ZONE)], {}, { labels: { app: 'other' } }),
      FOUR.map(nameOf),
    ],
    [
      'Pods of other namespaces do not count',
      cluster(FOUR, { node1: 2 }, { namespace: 'other' }),
      pod([constraint(ZONE)]),
      FOUR.map(nameOf),
    ],
    ['nor those that are going', cluster(FOUR, { node1: 2 }, { deletionTimestamp: 'now' }), pod([constraint(ZONE)]), FOUR.map(nameOf)],
    [
      'matchLabelKeys: nor those of another revision',
      cluster(FOUR, { node1: 2 }, { labels: { app: 'web', 'pod-template-hash': 'old' } }),
      pod([constraint(ZONE, { matchLabelKeys: ['pod-template-hash'] })], {}, { labels: { app: 'web', 'pod-template-hash': 'new' } }),
      FOUR.map(nameOf),
    ],
  ];
  test.each(rows)('%s', (_what, snapshot, wanted, expected) => {
    expect(allowed(snapshot, wanted)).toEqual(expected);
  });
});

function nameOf({ metadata }: Node): string {
  return metadata?.name ?? '';
}

describe('P7: constraints that are kept where that is possible', () => {
  const soft = { whenUnsatisfiable: 'ScheduleAnyway' };
  const owned = { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: '1', controller: true }] };

  function scores(snapshot: Snapshot, wanted: Pod, args: Partial<PodTopologySpreadArgs> = {}): number[] | 'skip' {
    const info = podInfoOf(wanted);
    const spread = podTopologySpread({ ...defaultArgs('PodTopologySpread'), ...args });
    const first = spread.preScore?.(info, view(snapshot), () => snapshot.nodes) ?? 'skip';
    if (first === 'skip') return 'skip';
    const amounts = Float64Array.from(snapshot.nodes, (each) => spread.score?.(first.state, info, each) ?? 0);
    spread.normalize?.(amounts, first.state, snapshot.nodes);
    return [...amounts];
  }

  const rows: [string, Snapshot, Pod, Partial<PodTopologySpreadArgs>, number[] | 'skip'][] = [
    // Two zones: 30 and 10 Pods, each worth log(2 + 2). 42 and 14, less is better.
    ['the less there are the better', cluster(FOUR, { node1: 30, node3: 10 }), pod([constraint(ZONE, soft)]), {}, [33, 33, 100, 100]],
    // Four nodes, each Pod worth log(4 + 2). 54, 0, 18 and 0.
    ['node by node', cluster(FOUR, { node1: 30, node3: 10 }), pod([constraint(HOST, soft)]), {}, [0, 100, 66, 100]],
    // With a skew of 31 each counts 30 more: 72 and 44.
    [
      'a larger skew evens out',
      cluster(FOUR, { node1: 30, node3: 10 }),
      pod([constraint(ZONE, { ...soft, maxSkew: 31 })]),
      {},
      [61, 61, 100, 100],
    ],
    ['nobody is anywhere', cluster(FOUR, {}), pod([constraint(ZONE, soft)]), {}, [100, 100, 100, 100]],
    ['a node without the label gets nothing', cluster([node('node1/a'), node('node2')], {}), pod([constraint(ZONE, soft)]), {}, [100, 0]],
    [
      'a Pod of a ReplicaSet that says nothing: by node and zone',
      cluster(FOUR, { node1: 6, node3: 2 }),
      pod([], {}, owned),
      {},
      [36, 80, 88, 100],
    ],
    ['where nodes have no zone: by node', cluster([node('node1'), node('node2')], { node1: 6 }), pod([], {}, owned), {}, [20, 100]],
    ['a Pod that belongs to nothing', cluster(FOUR, { node1: 6 }), pod(), {}, 'skip'],
    [
      'a Pod of a ReplicaSet that says something: nothing else',
      cluster(FOUR, { node1: 6 }),
      pod([constraint(ZONE)], {}, owned),
      {},
      'skip',
    ],
    ['defaults of a list: none', cluster(FOUR, { node1: 6 }), pod([], {}, owned), { defaultingType: 'List' }, 'skip'],
    [
      'defaults of a list: what it says',
      cluster(FOUR, { node1: 30, node3: 10 }),
      pod([], {}, owned),
      { defaultingType: 'List', defaultConstraints: [{ topologyKey: ZONE, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 1 }] },
      [33, 33, 100, 100],
    ],
  ];
  test.each(rows)('%s', (_what, snapshot, wanted, args, expected) => {
    expect(scores(snapshot, wanted, args)).toEqual(expected);
  });
});

describe('what may help a Pod that was refused', () => {
  const spread = podTopologySpread();
  const wanted = podInfoOf(pod([constraint(ZONE)]));
  const other = (metadata: Pod['metadata'] = {}) => podInfoOf(pod([], {}, { name: 'other', ...metadata }));
  const onNode = (action: 'assigned' | 'updated' | 'deleted', object = other(), old?: ReturnType<typeof other>): ClusterEvent => ({
    ...{ resource: 'Pod', nodeName: 'node1', action, object, old },
  });
  const of = (action: 'added' | 'updated' | 'deleted', object: Node, old?: Node): ClusterEvent => ({
    resource: 'Node',
    action,
    object,
    old,
  });
  const stranger = other({ labels: { app: 'other' } });
  const rows: [string, ClusterEvent, boolean][] = [
    ['a Pod that counts has come', onNode('assigned'), true],
    ['a Pod that does not', onNode('assigned', stranger), false],
    ['a Pod of another namespace', onNode('assigned', other({ namespace: 'other' })), false],
    ['a Pod that counted is gone', onNode('deleted'), true],
    ['a Pod that counted is going', onNode('updated', other({ deletionTimestamp: 'now' }), other()), true],
    ['what was going already is gone', onNode('deleted', other({ deletionTimestamp: 'now' })), false],
    ['a Pod counts by its new labels', onNode('updated', other(), stranger), true],
    ['labels that do not matter', onNode('updated', other({ labels: { app: 'web', x: 'y' } }), other()), false],
    ['a node of a zone', of('added', node('node9/a')), true],
    ['a node of no zone', of('added', node('node9')), false],
    ['a node of a zone is gone', of('deleted', node('node9/a')), true],
    ['a node has got a zone', of('updated', node('node9/a'), node('node9')), true],
    ['a node has changed its zone', of('updated', node('node9/a'), node('node9/b')), true],
    ['a node has lost a taint', of('updated', node('node9/a'), node('node9/a', {}, OLD)), true],
    ['a node has another label', of('updated', node('node9/a', { x: 'y' }), node('node9/a')), false],
  ];
  test.each(rows)('%s', (_what, event, expected) => {
    expect(spread.mayHelp?.(wanted, event, view(new Snapshot()))).toBe(expected);
  });
});
