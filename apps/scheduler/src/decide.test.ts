import type { Node, Pod, PodSpec } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import { Snapshot } from './snapshot/snapshot.ts';

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

function cluster(nodes: Node[], placed: [string, Pod][] = []): Snapshot {
  const snapshot = new Snapshot();
  for (const each of nodes) snapshot.setNode(each);
  for (const [index, [name, each]] of placed.entries()) snapshot.place(`default/placed-${index}`, each, name);
  return snapshot;
}

const THREE = [node('node1'), node('node2'), node('node3')];

describe('where a Pod goes', () => {
  const rows: [string, Snapshot, Pod, ReturnType<typeof decide>][] = [
    [
      'P6: nodeSelector hostname: node1 puts it on node1',
      cluster(THREE),
      pod({}, { nodeSelector: { hostname: 'node1' } }),
      { node: 'node1' },
    ],
    [
      'P7: of two nodes the one with more memory left wins',
      cluster([node('node1', { memory: '4Gi' }), node('node2', { memory: '8Gi' })]),
      pod({ memory: '2Gi' }),
      { node: 'node2' },
    ],
    [
      'P7: of two nodes with the same share left the one with more memory wins',
      cluster(
        [node('node1', { memory: '4Gi' }), node('node2', { memory: '8Gi' })],
        [
          ['node1', pod({ cpu: '1', memory: '1Gi' })],
          ['node2', pod({ cpu: '1', memory: '2Gi' })],
        ],
      ),
      pod({ cpu: '1m', memory: '1' }),
      { node: 'node2' },
    ],
    [
      'P7: what others asked for counts',
      cluster([node('node1'), node('node2')], [['node1', pod({ memory: '6Gi' })]]),
      pod({ memory: '1Gi' }),
      { node: 'node2' },
    ],
    [
      'P7: only a node with the memory free will do',
      cluster([node('node1', { cpu: '64', memory: '2Gi' }), node('node2', { cpu: '1', memory: '8Gi' })]),
      pod({ memory: '4Gi' }),
      { node: 'node2' },
    ],
    [
      'Pods without requests spread as well',
      cluster(THREE, [
        ['node1', pod()],
        ['node2', pod()],
      ]),
      pod(),
      { node: 'node3' },
    ],
    [
      'a tolerated taint does not keep it away',
      cluster([node('node1', { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } })]),
      pod({}, { tolerations: [{ key: 'gpu', operator: 'Exists' }] }),
      { node: 'node1' },
    ],
    [
      'PreferNoSchedule is avoided where possible',
      cluster([node('node1', { memory: '64Gi', spec: { taints: [{ key: 'old', effect: 'PreferNoSchedule' }] } }), node('node2')]),
      pod(),
      { node: 'node2' },
    ],
    [
      'preferred affinity attracts',
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
      { node: 'node2' },
    ],
  ];
  test.each(rows)('%s', (_what, snapshot, wanted, expected) => {
    expect(decide(snapshot, wanted)).toEqual(expected);
  });
});

describe('why a Pod is Pending', () => {
  const rows: [string, Snapshot, Pod, string][] = [
    ['there is no node', cluster([]), pod(), 'no nodes available to schedule pods'],
    [
      'P7: node by node, with counts',
      cluster([
        node('node1', { memory: '32Gi', labels: { hostname: 'other' } }),
        node('node2', { labels: { zone: 'a' } }),
        node('node3', { labels: { zone: 'a' } }),
      ]),
      pod({ memory: '16Gi' }, { nodeSelector: { zone: 'a' } }),
      "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 2 Insufficient memory.",
    ],
    [
      'a node short of two things counts for both',
      cluster([node('node1')]),
      pod({ cpu: '8', memory: '16Gi' }),
      '0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.',
    ],
    [
      'cordoned',
      cluster([node('node1', { spec: { unschedulable: true } })]),
      pod(),
      '0/1 nodes are available: 1 node(s) were unschedulable.',
    ],
    [
      'tainted',
      cluster([node('node1', { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } })]),
      pod(),
      '0/1 nodes are available: 1 node(s) had untolerated taint {gpu: yes}.',
    ],
    ['full of Pods', cluster([node('node1', { pods: '1' })], [['node1', pod()]]), pod(), '0/1 nodes are available: 1 Too many pods.'],
    [
      'an unknown resource',
      cluster([node('node1')]),
      pod({ 'example.com/gpu': '1' }),
      '0/1 nodes are available: 1 Insufficient example.com/gpu.',
    ],
    [
      'a taken port of the node',
      cluster([node('node1')], [['node1', pod({}, { containers: [{ name: 'a', ports: [{ containerPort: 80, hostPort: 80 }] }] })]]),
      pod({}, { containers: [{ name: 'b', ports: [{ containerPort: 8080, hostPort: 80 }] }] }),
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
    ],
  ];
  test.each(rows)('%s', (_what, snapshot, wanted, expected) => {
    expect(decide(snapshot, wanted)).toEqual({ unschedulable: expected });
  });
});

describe('the snapshot', () => {
  const big = pod({ memory: '8Gi' });

  test('a Pod that was assumed and is then seen counts once, and one that is gone no more', () => {
    const snapshot = cluster([node('node1')]);
    snapshot.place('default/a', big, 'node1');
    snapshot.place('default/a', big, 'node1');
    expect(snapshot.get('node1')?.requested.memory).toBe(8 * 1024 ** 3);
    snapshot.removePod('default/a');
    expect(decide(snapshot, big)).toEqual({ node: 'node1' });
  });

  test('a Pod seen on another node than assumed moves there', () => {
    const snapshot = cluster([node('node1'), node('node2')]);
    snapshot.place('default/a', big, 'node1');
    snapshot.place('default/a', big, 'node2');
    expect(decide(snapshot, big)).toEqual({ node: 'node1' });
  });

  test('a removed node is no candidate, and its Pods count again when it returns', () => {
    const snapshot = cluster([node('node1')], [['node1', big]]);
    snapshot.removeNode('node1');
    expect(decide(snapshot, pod())).toEqual({ unschedulable: 'no nodes available to schedule pods' });
    snapshot.setNode(node('node1'));
    expect(decide(snapshot, big)).toEqual({ unschedulable: '0/1 nodes are available: 1 Insufficient memory.' });
  });

  test('init containers count by their largest beside the sidecars before them', () => {
    const heavy: Pod = {
      spec: {
        initContainers: [
          { name: 'log', restartPolicy: 'Always', resources: { requests: { memory: '1Gi' } } },
          { name: 'migrate', resources: { requests: { memory: '6Gi' } } },
        ],
        containers: [{ name: 'web', resources: { requests: { memory: '2Gi' } } }],
      },
    };
    const snapshot = cluster([node('node1')], [['node1', heavy]]);
    expect(snapshot.get('node1')?.requested.memory).toBe(7 * 1024 ** 3);
  });
});
