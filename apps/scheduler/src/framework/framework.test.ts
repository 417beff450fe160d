import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, PodSpec, StorageClass } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { noVolumes, pluginDeps } from '../../test/plugin-deps.ts';
import { defaultProfile } from '../plugins/default-profile.ts';
import type { VolumeWorld } from '../plugins/volume-needs.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { clusterView } from './cluster-view.ts';
import { Framework } from './framework.ts';

const node = (
  name: string,
  more: { cpu?: string; memory?: string; pods?: string; labels?: Record<string, string>; spec?: Node['spec'] } = {},
): Node => ({
  metadata: { name, labels: { hostname: name, 'kubernetes.io/hostname': name, ...more.labels } },
  spec: more.spec ?? {},
  status: { allocatable: { cpu: more.cpu ?? '4', memory: more.memory ?? '8Gi', pods: more.pods ?? '110' } },
});

const pod = (requests: Record<string, string> = {}, spec: Partial<PodSpec> = {}): Pod => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'web', resources: { requests } }], ...spec },
});

const onPort = (hostPort: number, hostIP?: string, protocol?: string): Pod =>
  pod({}, { containers: [{ name: 'a', ports: [{ containerPort: 80, hostPort, hostIP, protocol }] }] });

function cluster(nodes: Node[], placed: [string, Pod][] = []): Snapshot {
  const snapshot = new Snapshot();
  for (const each of nodes) snapshot.setNode(each);
  for (const [index, [name, each]] of placed.entries()) {
    snapshot.place(podInfoOf({ ...each, metadata: { name: `placed-${index}`, namespace: 'default' } }), name);
  }
  return snapshot;
}

const frameworkOf = (snapshot: Snapshot, world = noVolumes): Framework => {
  const cluster = clusterView(snapshot, { volumes: world });
  return new Framework(defaultProfile('default-scheduler', pluginDeps(cluster)), cluster);
};

function outcome(snapshot: Snapshot, wanted: Pod, world = noVolumes): string {
  const decision = frameworkOf(snapshot, world).decide(podInfoOf(wanted));
  return decision.fits ? decision.node.name : decision.message;
}

const THREE = [node('node1'), node('node2'), node('node3')];
const tainted = (effect: string, value?: string) => ({ taints: [{ key: 'gpu', value, effect }] });
const required = (key: string, operator: string, values?: string[]): Partial<PodSpec> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }] },
    },
  },
});

describe('where a Pod goes', () => {
  const rows: [string, Snapshot, Pod, string][] = [
    ['P6: nodeSelector hostname: node1 puts it on node1', cluster(THREE), pod({}, { nodeSelector: { hostname: 'node1' } }), 'node1'],
    ['P6: nodeSelector hostname: node2 puts it on node2', cluster(THREE), pod({}, { nodeSelector: { hostname: 'node2' } }), 'node2'],
    [
      'P7: of two empty nodes the one with more memory wins',
      cluster([node('node1', { memory: '4Gi' }), node('node2', { memory: '8Gi' })]),
      pod({ memory: '2Gi' }),
      'node2',
    ],
    [
      'P7: of two nodes with the same share left the one with more memory left wins',
      cluster(
        [node('node1', { memory: '4Gi' }), node('node2', { memory: '8Gi' })],
        [
          ['node1', pod({ cpu: '1', memory: '1Gi' })],
          ['node2', pod({ cpu: '1', memory: '2Gi' })],
        ],
      ),
      pod({ cpu: '1m', memory: '1' }),
      'node2',
    ],
    [
      'P7: what others asked for counts',
      cluster([node('node1'), node('node2')], [['node1', pod({ memory: '6Gi' })]]),
      pod({ memory: '1Gi' }),
      'node2',
    ],
    [
      'P7: only a node with the memory free will do',
      cluster([node('node1', { cpu: '64', memory: '2Gi' }), node('node2', { cpu: '1', memory: '8Gi' })]),
      pod({ memory: '4Gi' }),
      'node2',
    ],
    [
      'Pods without requests spread as well',
      cluster(THREE, [
        ['node1', pod()],
        ['node2', pod()],
      ]),
      pod(),
      'node3',
    ],
    [
      'a tolerated taint does not keep it away',
      cluster([node('node1', { spec: tainted('NoSchedule', 'yes') })]),
      pod({}, { tolerations: [{ key: 'gpu', operator: 'Exists' }] }),
      'node1',
    ],
    [
      'PreferNoSchedule is avoided where possible',
      cluster([node('node1', { memory: '64Gi', spec: tainted('PreferNoSchedule') }), node('node2')]),
      pod(),
      'node2',
    ],
    ['PreferNoSchedule refuses nobody', cluster([node('node1', { spec: tainted('PreferNoSchedule') })]), pod(), 'node1'],
    [
      'a cordoned node takes who tolerates it',
      cluster([node('node1', { spec: { unschedulable: true } })]),
      pod({}, { tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }] }),
      'node1',
    ],
    [
      'required affinity: In',
      cluster([node('node1'), node('node2', { labels: { disk: 'ssd' } })]),
      pod({}, required('disk', 'In', ['ssd'])),
      'node2',
    ],
    [
      'required affinity: Gt compares numbers',
      cluster([node('node1', { labels: { cores: '9' } }), node('node2', { labels: { cores: '10' } })]),
      pod({}, required('cores', 'Gt', ['9'])),
      'node2',
    ],
    [
      'required affinity: DoesNotExist',
      cluster([node('node1', { labels: { old: '' } }), node('node2')]),
      pod({}, required('old', 'DoesNotExist')),
      'node2',
    ],
    [
      'required affinity by the name of the node',
      cluster(THREE),
      pod(
        {},
        {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node3'] }] }],
              },
            },
          },
        },
      ),
      'node3',
    ],
    [
      'preferred affinity weighs more than free memory',
      cluster([node('node1', { memory: '64Gi' }), node('node2', { labels: { disk: 'ssd' } })]),
      pod(
        {},
        {
          affinity: {
            nodeAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 10, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] } },
              ],
            },
          },
        },
      ),
      'node2',
    ],
    ['the same port of another protocol is free', cluster([node('node1')], [['node1', onPort(80)]]), onPort(80, undefined, 'UDP'), 'node1'],
    [
      'the same port of another address is free',
      cluster([node('node1')], [['node1', onPort(80, '127.0.0.1')]]),
      onPort(80, '127.0.0.2'),
      'node1',
    ],
  ];
  test.each(rows)('%s', (_what, snapshot, wanted, expected) => {
    expect(outcome(snapshot, wanted)).toBe(expected);
  });
});

describe('why a Pod is Pending', () => {
  const hopeless = (count: number) => ` preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`;
  const noVictims = (count: number) =>
    ` preemption: 0/${count} nodes are available: ${count} No preemption victims found for incoming pod.`;
  const rows: [string, Snapshot, Pod, string][] = [
    ['there is no node', cluster([]), pod(), 'no nodes available to schedule pods'],
    [
      'P7: node by node, with counts',
      cluster(
        [node('node1'), node('node2', { labels: { zone: 'a' } }), node('node3', { labels: { zone: 'a' } })],
        [
          ['node2', pod({ memory: '7Gi' })],
          ['node3', pod({ memory: '7Gi' })],
        ],
      ),
      pod({ memory: '6Gi' }, { nodeSelector: { zone: 'a' } }),
      "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2 Insufficient memory. " +
        'preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.',
    ],
    [
      'a node that is too small for two reasons counts for both, and nobody could make room',
      cluster([node('node1')]),
      pod({ cpu: '8', memory: '16Gi' }),
      `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.${hopeless(1)}`,
    ],
    [
      'counts are sorted as texts',
      cluster([
        ...Array.from({ length: 10 }, (_, i) => node(`full${i}`, { cpu: '1' })),
        node('small1', { memory: '1Gi' }),
        node('small2', { memory: '1Gi' }),
      ]),
      pod({ cpu: '2', memory: '2Gi' }),
      `0/12 nodes are available: 10 Insufficient cpu, 2 Insufficient memory.${hopeless(12)}`,
    ],
    [
      'cordoned',
      cluster([node('node1', { spec: { unschedulable: true } })]),
      pod(),
      `0/1 nodes are available: 1 node(s) were unschedulable.${hopeless(1)}`,
    ],
    [
      'tainted',
      cluster([node('node1', { spec: tainted('NoExecute', 'yes') })]),
      pod(),
      `0/1 nodes are available: 1 node(s) had untolerated taint(s).${hopeless(1)}`,
    ],
    [
      'full of Pods',
      cluster([node('node1', { pods: '1' })], [['node1', pod()]]),
      pod(),
      `0/1 nodes are available: 1 Too many pods.${noVictims(1)}`,
    ],
    [
      'an unknown resource',
      cluster([node('node1')]),
      pod({ 'example.com/gpu': '1' }),
      `0/1 nodes are available: 1 Insufficient example.com/gpu.${hopeless(1)}`,
    ],
    [
      'a taken port of the node',
      cluster([node('node1')], [['node1', onPort(80)]]),
      onPort(80, '127.0.0.1'),
      `0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.${noVictims(1)}`,
    ],
    [
      'a Pod that does not preempt',
      cluster([node('node1')]),
      pod({ cpu: '5' }, { preemptionPolicy: 'Never' }),
      '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    ],
  ];
  test.each(rows)('%s', (_what, snapshot, wanted, expected) => {
    expect(outcome(snapshot, wanted)).toBe(expected);
  });
});

describe('V3: the volumes of a Pod', () => {
  const claiming = pod({}, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] });
  const claim = (more: Partial<PersistentVolumeClaim> = {}): PersistentVolumeClaim => ({
    metadata: { name: 'data', namespace: 'default' },
    ...more,
  });
  const metadata = { name: 'data', namespace: 'default', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } };
  const bound = claim({ metadata, spec: { volumeName: 'pv1' } });
  const forOnePod = claim({ metadata, spec: { volumeName: 'pv1', accessModes: ['ReadWriteOncePod'] } });
  const onNode2: PersistentVolume = {
    spec: {
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'hostname', operator: 'In', values: ['node2'] }] }] } },
    },
  };
  interface Has {
    claim?: PersistentVolumeClaim;
    volume?: PersistentVolume;
    class?: StorageClass;
    free?: PersistentVolume[];
    inUse?: boolean;
  }
  const world = (has: Has): VolumeWorld => ({
    claim: (namespace, name) => (namespace === 'default' && name === 'data' ? has.claim : undefined),
    volume: (name) => (name === 'pv1' ? has.volume : undefined),
    storageClass: (name) => (name === 'late' ? has.class : undefined),
    candidates: () => has.free ?? [],
    isInUse: () => has.inUse ?? false,
  });
  const late: StorageClass = { provisioner: 'x', volumeBindingMode: 'WaitForFirstConsumer' };
  const byHand: StorageClass = { ...late, provisioner: 'kubernetes.io/no-provisioner' };
  const waiting = claim({
    spec: { storageClassName: 'late', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  const free = (storage: string): PersistentVolume => ({
    spec: { ...onNode2.spec, storageClassName: 'late', accessModes: ['ReadWriteOnce'], capacity: { storage } },
    status: { phase: 'Available' },
  });
  const selected = claim({ spec: waiting.spec, metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'node3' } } });
  const nothingFree = "0/3 nodes are available: 3 node(s) didn't find available persistent volumes to bind.";
  const hopeless = 'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
  const unbound = `0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${hopeless}`;
  const rows: [string, VolumeWorld, string][] = [
    ['no claim', world({}), `0/3 nodes are available: persistentvolumeclaim "data" not found. ${hopeless}`],
    ['a claim that is not bound', world({ claim: claim() }), unbound],
    [
      'a claim that is going',
      world({ claim: claim({ metadata: { name: 'data', deletionTimestamp: 'now' } }) }),
      `0/3 nodes are available: persistentvolumeclaim "data" is being deleted. ${hopeless}`,
    ],
    [
      'a bound claim without its volume',
      world({ claim: bound }),
      `0/3 nodes are available: 3 node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s). ${hopeless}`,
    ],
    ['a claim that has a volume, which does not say so yet', world({ claim: claim({ spec: bound.spec }), volume: { spec: {} } }), unbound],
    ['a claim of a class that there is not', world({ claim: waiting }), unbound],
    [
      'a claim that has lost its volume',
      world({ claim: { ...bound, status: { phase: 'Lost' } } }),
      `0/3 nodes are available: persistentvolumeclaim "data" bound to non-existent persistentvolume "pv1". ${hopeless}`,
    ],
    ['a volume that any node reaches', world({ claim: bound, volume: { spec: {} } }), 'node1'],
    ['a volume of one node', world({ claim: bound, volume: onNode2 }), 'node2'],
    ['a claim that is bound once a node is chosen', world({ claim: claim({ spec: { storageClassName: 'late' } }), class: late }), 'node1'],
    ['a claim whose volume is to be found, and is on one node', world({ claim: waiting, class: byHand, free: [free('2Gi')] }), 'node2'],
    [
      'a claim whose volume is to be found, and is too small',
      world({ claim: waiting, class: byHand, free: [free('1Mi')] }),
      `${nothingFree} ${hopeless}`,
    ],
    ['a claim that another Pod uses', world({ claim: bound, volume: { spec: {} }, inUse: true }), 'node1'],
    ['a claim for one Pod', world({ claim: forOnePod, volume: { spec: {} } }), 'node1'],
    [
      'a claim for one Pod that another Pod uses',
      world({ claim: forOnePod, volume: { spec: {} }, inUse: true }),
      '0/3 nodes are available: 3 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode. ' +
        'preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    ],
    ['a claim for which a node was chosen already', world({ claim: selected, class: late }), 'node3'],
  ];
  test.each(rows)('%s', (_what, volumes, expected) => {
    expect(outcome(cluster(THREE), claiming, volumes)).toBe(expected);
  });

  describe('that lives with it', () => {
    const ephemeral = pod({}, { volumes: [{ name: 'cache', ephemeral: {} }] });
    const lookup = (found?: PersistentVolumeClaim): VolumeWorld => ({
      ...noVolumes,
      claim: (_, name) => (name === 'web-cache' ? found : undefined),
    });

    test('has no claim yet', () => {
      expect(outcome(cluster(THREE), ephemeral, lookup())).toContain(
        '0/3 nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim "web-cache". preemption',
      );
    });
    test('has a claim that was not made for it', () => {
      const foreign = { ...bound, metadata: { ...metadata, name: 'web-cache' } };
      expect(outcome(cluster(THREE), ephemeral, lookup(foreign))).toContain(
        '0/3 nodes are available: PVC default/web-cache was not created for pod default/web (pod is not owner). preemption',
      );
    });
  });

  test('a bound volume of a zone goes to the nodes of that zone, and to any where nobody knows zones', () => {
    const label = 'topology.kubernetes.io/zone';
    const inZone = (zone: string): VolumeWorld => world({ claim: bound, volume: { metadata: { labels: { [label]: zone } }, spec: {} } });
    const zoned = cluster([node('node1', { labels: { [label]: 'a' } }), node('node2', { labels: { [label]: 'b' } })]);
    expect(outcome(zoned, claiming, inZone('b'))).toBe('node2');
    expect(outcome(zoned, claiming, inZone('c__b'))).toBe('node2');
    expect(outcome(zoned, claiming, inZone('c'))).toContain('0/2 nodes are available: 2 node(s) had no available volume zone.');
    expect(outcome(cluster(THREE), claiming, inZone('c'))).toBe('node1');
  });

  test('a volume of a node that will not do for another reason', () => {
    const cordoned = cluster([node('node1'), node('node2', { spec: { unschedulable: true } })]);
    expect(outcome(cordoned, claiming, world({ claim: bound, volume: onNode2 }))).toBe(
      "0/2 nodes are available: 1 node(s) didn't match PersistentVolume's node affinity, 1 node(s) were unschedulable. " +
        'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    );
  });
});
