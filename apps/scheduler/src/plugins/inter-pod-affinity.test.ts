import type { Affinity, Node, Pod, PodAffinityTerm } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { noVolumes, pluginDeps } from '../../test/plugin-deps.ts';
import type { ClusterEvent } from '../framework/cluster-event.ts';
import { clusterView } from '../framework/cluster-view.ts';
import { Framework } from '../framework/framework.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { defaultProfile } from './default-profile.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';

const node = (name: string, zone: string, memory = '8Gi'): Node => ({
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...(zone ? { zone } : {}) } },
  status: { allocatable: { cpu: '4', memory, pods: '110' } },
});
/** `node3` has more memory than the others: it would be the first choice. */
const NODES = [node('node1', 'a'), node('node2', 'a'), node('node3', 'b', '64Gi'), node('node4', '')];

const about = (app: string, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  topologyKey: 'zone',
  labelSelector: { matchLabels: { app } },
  ...more,
});
const near = (...terms: PodAffinityTerm[]): Affinity => ({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } });
const off = (...terms: PodAffinityTerm[]): Affinity => ({ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } });
const ratherNear = (podAffinityTerm: PodAffinityTerm, weight = 100): Affinity => ({
  podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm }] },
});
const ratherOff = (podAffinityTerm: PodAffinityTerm, weight = 100): Affinity => ({
  podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm }] },
});
const onHost = { topologyKey: 'kubernetes.io/hostname' };

const pod = (app: string, affinity?: Affinity, namespace = 'default', name = app): Pod => ({
  metadata: { name, namespace, labels: { app } },
  spec: { containers: [{ name: 'web', resources: { requests: { memory: '1Gi' } } }], affinity },
});

type Placed = [where: string, pod: Pod];

function snapshotOf(placed: Placed[], nodes = NODES): Snapshot {
  const snapshot = new Snapshot();
  for (const each of nodes) snapshot.setNode(each);
  snapshot.namespaces.set('default', { 'kubernetes.io/metadata.name': 'default' });
  snapshot.namespaces.set('other', { team: 'red' });
  for (const [index, [name, each]] of placed.entries()) {
    snapshot.place(podInfoOf({ ...each, metadata: { ...each.metadata, name: `placed-${index}` } }), name);
  }
  return snapshot;
}

const frameworkOf = (snapshot: Snapshot): Framework => {
  const view = clusterView(snapshot, { volumes: noVolumes });
  return new Framework(defaultProfile('default-scheduler', pluginDeps(view)), view);
};

function outcome(placed: Placed[], wanted: Pod, nodes = NODES): string {
  const decision = frameworkOf(snapshotOf(placed, nodes)).decide(podInfoOf(wanted));
  return decision.fits ? decision.node.name : decision.message.replace(/ preemption: .*/, '');
}

const AFFINITY = "didn't match pod affinity rules";
const ANTI = "didn't match pod anti-affinity rules";
const EXISTING = "didn't satisfy existing pods anti-affinity rules";

// Source: the concept "Assigning Pods to Nodes", inter-pod affinity and anti-affinity.
describe('where a Pod goes on account of others', () => {
  const rows: [string, Placed[], Pod, string][] = [
    ['near its cache, in the same zone', [['node1', pod('cache')]], pod('web', near(about('cache'))), 'node2'],
    ['on the very node of its cache', [['node1', pod('cache')]], pod('web', near(about('cache', onHost))), 'node1'],
    [
      'one Pod must match all terms',
      [
        ['node1', pod('cache')],
        ['node2', pod('store')],
      ],
      pod('web', near(about('cache'), about('store'))),
      `0/4 nodes are available: 4 node(s) ${AFFINITY}.`,
    ],
    ['to nobody: it waits', [], pod('web', near(about('cache'))), `0/4 nodes are available: 4 node(s) ${AFFINITY}.`],
    ['the first of its group goes anywhere', [], pod('cache', near(about('cache'))), 'node3'],
    [
      'but to a node that has the label',
      [],
      pod('cache', near(about('cache', { topologyKey: 'rack' }))),
      `0/4 nodes are available: 4 node(s) ${AFFINITY}.`,
    ],
    ['the second goes to the first', [['node1', pod('cache')]], pod('cache', near(about('cache'))), 'node2'],
    [
      'a Pod on a node without the label is near nobody',
      [['node4', pod('cache')]],
      pod('web', near(about('cache'))),
      `0/4 nodes are available: 4 node(s) ${AFFINITY}.`,
    ],
    ['away from its like', [['node3', pod('web')]], pod('web', off(about('web'))), 'node1'],
    [
      'one on each node',
      [
        ['node1', pod('web')],
        ['node2', pod('web')],
        ['node3', pod('web')],
      ],
      pod('web', off(about('web', onHost))),
      'node4',
    ],
    [
      'more replicas than nodes',
      NODES.map(({ metadata }): Placed => [metadata?.name ?? '', pod('web')]),
      pod('web', off(about('web', onHost))),
      `0/4 nodes are available: 4 node(s) ${ANTI}.`,
    ],
    ['away from who does not want it', [['node3', pod('db', off(about('web')))]], pod('web'), 'node1'],
    [
      'contradictory terms',
      [['node1', pod('cache')]],
      pod('web', { ...near(about('cache')), ...off(about('cache')) }),
      `0/4 nodes are available: 2 node(s) ${AFFINITY}, 2 node(s) ${ANTI}.`,
    ],
    [
      "affinity is told of before anti-affinity, and one's own before that of others",
      [
        ['node1', pod('web', off(about('web')))],
        ['node3', pod('db', off(about('web')))],
      ],
      pod('web', off(about('web'), about('web', onHost))),
      'node4',
    ],
    [
      'nobody wants it anywhere',
      [
        ['node1', pod('db', off(about('web')))],
        ['node3', pod('db', off(about('web')))],
        ['node4', pod('db', off(about('web', onHost)))],
      ],
      pod('web'),
      `0/4 nodes are available: 4 node(s) ${EXISTING}.`,
    ],
    [
      'of another namespace than its own nobody counts',
      [['node1', pod('cache', undefined, 'other')]],
      pod('web', near(about('cache'))),
      `0/4 nodes are available: 4 node(s) ${AFFINITY}.`,
    ],
    [
      'but of those that the term names',
      [['node1', pod('cache', undefined, 'other')]],
      pod('web', near(about('cache', { namespaces: ['other'] }))),
      'node2',
    ],
    [
      'or selects',
      [['node1', pod('cache', undefined, 'other')]],
      pod('web', near(about('cache', { namespaceSelector: { matchLabels: { team: 'red' } } }))),
      'node2',
    ],
    [
      'an empty selector selects all namespaces',
      [['node1', pod('cache', undefined, 'other')]],
      pod('web', near(about('cache', { namespaceSelector: {} }))),
      'node2',
    ],
    [
      'a selector that selects none, none',
      [['node1', pod('cache')]],
      pod('web', near(about('cache', { namespaceSelector: { matchLabels: { team: 'blue' } } }))),
      `0/4 nodes are available: 4 node(s) ${AFFINITY}.`,
    ],
    [
      'a term without a selector is about nobody',
      [['node1', pod('web')]],
      pod('web', off(about('', { labelSelector: undefined }))),
      'node3',
    ],
    ['an empty selector is about everybody', [['node3', pod('cache')]], pod('web', off(about('', { labelSelector: {} }))), 'node1'],
    ['rather near', [['node1', pod('cache')]], pod('web', ratherNear(about('cache'))), 'node2'],
    ['rather off', [['node3', pod('cache')]], pod('web', ratherOff(about('cache'))), 'node1'],
    ['rather where others would have it', [['node1', pod('db', ratherNear(about('web')))]], pod('web'), 'node2'],
    ['rather not where others would not', [['node3', pod('db', ratherOff(about('web')))]], pod('web'), 'node1'],
    ['near those that must be near it', [['node1', pod('db', near(about('web')))]], pod('web'), 'node2'],
    [
      'what is preferred does not keep it from going',
      [
        ['node1', pod('x')],
        ['node2', pod('x')],
        ['node3', pod('x')],
        ['node4', pod('x')],
      ],
      pod('x', ratherOff(about('x', onHost))),
      'node3',
    ],
  ];
  test.each(rows)('%s', (_, placed, wanted, expected) => {
    expect(outcome(placed, wanted)).toBe(expected);
  });

  test('P7: of two nodes that are equal to its terms the one with more memory left wins', () => {
    const nodes = [node('node1', 'a'), node('node2', 'a', '64Gi'), node('node3', 'b', '64Gi')];
    expect(outcome([['node1', pod('cache')]], pod('web', near(about('cache'))), nodes)).toBe('node2');
  });

  test('preemption can make room where Pods stand in the way, and not where a Pod is missing', () => {
    const decided = (wanted: Pod) => {
      const decision = frameworkOf(snapshotOf([['node1', pod('cache')]], NODES.slice(0, 1))).decide(podInfoOf(wanted));
      return decision.fits || [...decision.refusals.values()].map(({ unresolvable, plugin }) => ({ unresolvable, plugin }));
    };
    expect(decided(pod('web', near(about('db'))))).toEqual([{ unresolvable: true, plugin: 'InterPodAffinity' }]);
    expect(decided(pod('web', off(about('cache'))))).toEqual([{ unresolvable: false, plugin: 'InterPodAffinity' }]);
  });

  test('keys that every object has are no labels', () => {
    const term = about('web', {
      topologyKey: 'constructor',
      labelSelector: { matchExpressions: [{ key: '__proto__', operator: 'Exists' }] },
    });
    expect(outcome([['node3', pod('web')]], pod('web', off(term)))).toBe('node3');
    expect(outcome([['node3', pod('web')]], pod('web', near(term)))).toContain(AFFINITY);
  });
});

describe('args', () => {
  const scoreOf = (args: Parameters<typeof interPodAffinity>[0], wanted: Pod, placed: Placed[]) => {
    const snapshot = snapshotOf(placed);
    const plugin = interPodAffinity(args);
    const info = podInfoOf(wanted);
    const first = plugin.preScore?.(info, clusterView(snapshot, { volumes: noVolumes }), () => snapshot.nodes) ?? 'skip';
    return first === 'skip' ? 'skip' : snapshot.nodes.map((each) => plugin.score?.(first.state, info, each));
  };
  const MUST: Placed[] = [['node1', pod('db', near(about('web')))]];
  const RATHER: Placed[] = [['node1', pod('db', ratherNear(about('web'), 7))]];
  const off = { ignorePreferredTermsOfExistingPods: false };

  test('hardPodAffinityWeight is what it is worth to those that must be near', () => {
    expect(scoreOf(undefined, pod('web'), MUST)).toEqual([1, 1, 0, 0]);
    expect(scoreOf({ ...off, hardPodAffinityWeight: 100 }, pod('web'), MUST)).toEqual([100, 100, 0, 0]);
    expect(scoreOf({ ...off, hardPodAffinityWeight: 0 }, pod('web'), MUST)).toBe('skip');
  });

  test('ignorePreferredTermsOfExistingPods leaves those alone that prefer nothing themselves', () => {
    const args = { hardPodAffinityWeight: 1, ignorePreferredTermsOfExistingPods: true };
    expect(scoreOf(args, pod('web'), RATHER)).toBe('skip');
    expect(scoreOf(args, pod('web', ratherNear(about('nobody'))), RATHER)).toEqual([7, 7, 0, 0]);
  });
});

describe('what may help a Pod that waits', () => {
  const assigned = (each: Pod): ClusterEvent => ({ resource: 'Pod', action: 'assigned', object: podInfoOf(each), nodeName: 'node1' });
  const deleted = (each: Pod): ClusterEvent => ({ resource: 'Pod', action: 'deleted', object: podInfoOf(each), nodeName: 'node1' });
  const relabelled = (from: string, to: string): ClusterEvent => ({
    ...{ resource: 'Pod', action: 'updated', nodeName: 'node1' },
    ...{ old: podInfoOf(pod(from)), object: podInfoOf(pod(to)) },
  });
  const nodeEvent = (action: 'added' | 'updated' | 'deleted', object: Node, old?: Node): ClusterEvent => ({
    resource: 'Node',
    action,
    object,
    old,
  });
  const namespaceEvent = (labels: Record<string, string>, old: Record<string, string>): ClusterEvent => ({
    ...{ resource: 'Namespace', action: 'updated' },
    ...{ object: { metadata: { name: 'default', labels } }, old: { metadata: { name: 'default', labels: old } } },
  });
  const ofTeam = { namespaceSelector: { matchLabels: { team: 'red' } } };
  const rows: [string, Pod, ClusterEvent, boolean][] = [
    ['a Pod that it must be near', pod('web', near(about('cache'))), assigned(pod('cache')), true],
    ['another one does not', pod('web', near(about('cache'))), assigned(pod('db')), false],
    ['nor one that it must be off', pod('web', off(about('cache'))), assigned(pod('cache')), false],
    ['a Pod that it must be off goes', pod('web', off(about('cache'))), deleted(pod('cache')), true],
    ['a Pod goes that wanted it off', pod('web'), deleted(pod('db', off(about('web')))), true],
    ['another one goes', pod('web', off(about('cache'))), deleted(pod('db')), false],
    ['the last of its group goes: it may be the first', pod('web', near(about('web'))), deleted(pod('web')), true],
    ['a Pod becomes one that it must be near', pod('web', near(about('cache'))), relabelled('db', 'cache'), true],
    ['a Pod is no more one that it must be off', pod('web', off(about('cache'))), relabelled('cache', 'db'), true],
    ['a Pod becomes one that it must be off', pod('web', off(about('cache'))), relabelled('db', 'cache'), false],
    ['a node comes into a zone', pod('web', near(about('cache'))), nodeEvent('added', node('node9', 'c')), true],
    ['a node is in no zone', pod('web', near(about('cache'))), nodeEvent('added', node('node9', '')), false],
    ['a node changes its zone', pod('web', off(about('cache'))), nodeEvent('updated', node('node9', 'c'), node('node9', 'b')), true],
    [
      'a node changes otherwise',
      pod('web', off(about('cache'))),
      nodeEvent('updated', node('node9', 'c', '9Gi'), node('node9', 'c')),
      false,
    ],
    ['a node goes with those that it must be off', pod('web', off(about('cache'))), nodeEvent('deleted', node('node1', 'a')), true],
    ['a namespace is selected now', pod('web', near(about('cache', ofTeam))), namespaceEvent({ team: 'red' }, {}), true],
    ['a namespace changes otherwise', pod('web', near(about('cache', ofTeam))), namespaceEvent({ team: 'blue' }, {}), false],
    ['its own namespace is selected no more by who wants it off', pod('web'), namespaceEvent({}, { team: 'red' }), true],
  ];
  test.each(rows)('%s', (_, waiting, event, expected) => {
    const framework = frameworkOf(snapshotOf([['node1', pod('db', off(about('web', ofTeam)))]]));
    expect(framework.mayHelp('InterPodAffinity', podInfoOf(waiting), event)).toBe(expected);
  });
});
