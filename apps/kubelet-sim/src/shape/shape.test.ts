import { addressPlan } from '@kubernats/net';
import { describe, expect, it, test } from 'vitest';
import { DEFAULTS, shapeOf } from '../config.ts';
import { allocatableOf, capacityOf, resourcesOf } from '../node/resources.ts';
import { labelsFlag, taintsFlag } from './flags.ts';
import { nodesOfGroups } from './nodes-of-groups.ts';
import { readNodeFile } from './read-node-file.ts';

const nodes = async (text: string) =>
  nodesOfGroups(await readNodeFile(`nodes:\n${text}`, 'nodes.yaml'), addressPlan('virtual'), 'nodes.yaml');

describe('a file of nodes', () => {
  it('names groups by prefix and number, and gives each node the address of its place', async () => {
    const found = await nodes(`
  - count: 2
  - name: big
    ip: 10.9.9.9
  - { prefix: gpu-, count: 2 }
  - cpu: 2
`);
    expect(found.map(({ name, ip }) => `${name} ${ip}`)).toEqual([
      'node1 172.30.0.1',
      'node2 172.30.0.2',
      'big 10.9.9.9',
      'gpu-1 172.30.0.4',
      'gpu-2 172.30.0.5',
      'node3 172.30.0.6',
    ]);
  });

  it('has the whole shape; zone, region and instance type become labels', async () => {
    const [node] = await nodes(`
  - cpu: 4
    memory: 8Gi
    pods: 30
    ephemeralStorage: 20Gi
    labels: { disk: ssd }
    taints: ["a=b:NoSchedule", "c:NoExecute", { key: d, effect: PreferNoSchedule }]
    zone: kr-1
    region: kr
    instanceType: large
    extendedResources: { nvidia.com/gpu: 2 }
    reserved: { cpu: 500m, memory: 1Gi }
    fidelity: status
    unschedulable: true
`);
    expect(node?.shape).toEqual({
      cpu: '4',
      memory: '8Gi',
      pods: 30,
      ephemeralStorage: '20Gi',
      labels: {
        'topology.kubernetes.io/zone': 'kr-1',
        'topology.kubernetes.io/region': 'kr',
        'node.kubernetes.io/instance-type': 'large',
        disk: 'ssd',
      },
      taints: [
        { key: 'a', value: 'b', effect: 'NoSchedule' },
        { key: 'c', effect: 'NoExecute' },
        { key: 'd', effect: 'PreferNoSchedule' },
      ],
      extendedResources: { 'nvidia.com/gpu': '2' },
      reserved: { cpu: '500m', memory: '1Gi' },
      fidelity: 'status',
      unschedulable: true,
    });
    const shape = shapeOf({ ...DEFAULTS, labels: { team: 'x', disk: 'hdd' } }, node?.shape);
    expect(shape.labels).toMatchObject({ team: 'x', disk: 'ssd' });
    expect(capacityOf(shape)).toEqual({ cpu: '4', memory: '8Gi', pods: '30', 'ephemeral-storage': '20Gi', 'nvidia.com/gpu': '2' });
    expect(allocatableOf(shape)).toEqual({ cpu: '3500m', memory: '7Gi', pods: '30', 'ephemeral-storage': '20Gi', 'nvidia.com/gpu': '2' });
  });

  test.each([
    ['- cpu: much', 'nodes.yaml: nodes[0].cpu: must be a quantity such as 4 or 16Gi'],
    ['- cpu: -1', 'nodes.yaml: nodes[0].cpu: must be a quantity such as 4 or 16Gi'],
    ['- name: x\n  - pods: 0', 'nodes.yaml: nodes[1].pods: must be at least 1'],
    ['- { name: x, count: 2 }', 'nodes.yaml: nodes[0].count: a node with a name is only one: use prefix'],
    ['- { name: x, prefix: y }', 'nodes.yaml: nodes[0].prefix: a node with a name has no prefix'],
    ['- { ip: 10.0.0.1 }', 'nodes.yaml: nodes[0].ip: only a node with a name has an address of its own'],
    ['- { name: Upper }', /^nodes\.yaml: nodes\[0\]\.name: a lowercase RFC 1123 subdomain/],
    ['- { prefix: "-" }', /^nodes\.yaml: nodes\[0\]\.prefix: a lowercase RFC 1123 subdomain/],
    ['- { name: a }\n  - { name: a }', 'nodes.yaml: nodes[1].name: Duplicate value: "a"'],
    ['- { labels: { "b c": d } }', /^nodes\.yaml: nodes\[0\]\.labels\["b c"\]: name part must consist of/],
    ['- { labels: { kubernats.dev/kubelet: d } }', /^nodes\.yaml: nodes\[0\]\.labels\["kubernats.dev\/kubelet"\]: is the kubelet's own/],
    ['- { taints: ["x"] }', 'nodes.yaml: nodes[0].taints[0]: must be KEY=VALUE:EFFECT or KEY:EFFECT'],
    ['- { taints: ["x:Now"] }', 'nodes.yaml: nodes[0].taints[0]: effect "Now" must be one of NoSchedule, PreferNoSchedule, NoExecute'],
    [
      '- { extendedResources: { gpu: 1 } }',
      'nodes.yaml: nodes[0].extendedResources.gpu: must be a name with a domain, such as nvidia.com/gpu',
    ],
    ['- { colour: red }', 'nodes.yaml: nodes[0].colour: unknown field'],
    ['- { fidelity: dead }', 'nodes.yaml: nodes[0].fidelity: must be live or status'],
    ['7', 'nodes.yaml: nodes: must be a list of nodes'],
    ['- [', /^nodes\.yaml: .* at line \d+/],
  ])('says what is wrong and where: %s', async (text, message) => {
    await expect(nodes(`  ${text}`)).rejects.toThrow(message);
  });

  it('is one document', async () => {
    await expect(readNodeFile('', 'f')).rejects.toThrow('f: must be one YAML document, with a list "nodes"');
    await expect(readNodeFile('nodes: []\n---\nnodes: []', 'f')).rejects.toThrow('f: must be one YAML document');
    await expect(readNodeFile('[]', 'f')).rejects.toThrow('f: must be a mapping with a list "nodes"');
  });

  it('written as JSON is read as JSON, and a text that only begins like it as YAML', async () => {
    const file = JSON.stringify({ nodes: [{ prefix: 'a', count: 2 }] });
    expect(await readNodeFile(file, 'f')).toEqual([{ prefix: 'a', count: 2 }]);
    expect(await readNodeFile('{ nodes: [{ prefix: a, count: 2 }] }', 'f')).toEqual([{ prefix: 'a', count: 2 }]);
  });

  it.each(['nodes:\n- { labels: { __proto__: x } }', '{"nodes":[{"labels":{"__proto__":"x"}}]}'])(
    '__proto__ does no harm: %s',
    async (text) => {
      await readNodeFile(text, 'f');
      expect(Object.prototype).not.toHaveProperty('x');
    },
  );
});

test('what others advertise on a Node stays and may be allocated; what the settings no longer say goes', () => {
  const shape = shapeOf(DEFAULTS, { reserved: { memory: '20Gi' } });
  const before = { capacity: { cpu: '1', 'example.com/dongle': '4', 'nvidia.com/gpu': '2' } };
  const { capacity, allocatable } = resourcesOf(shape, before, ['nvidia.com/gpu']);
  expect(capacity).toEqual({ cpu: '8', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi', 'example.com/dongle': '4' });
  expect(allocatable).toMatchObject({ 'example.com/dongle': '4', memory: '0' });
});

test('flags say the same in one line', () => {
  expect(labelsFlag.parse('a=b,example.com/c=')).toEqual({ a: 'b', 'example.com/c': '' });
  expect(labelsFlag.safeParse('a').error?.issues[0]?.message).toBe('must be NAME=VALUE,…');
  expect(taintsFlag.parse('k=v:NoSchedule,x:NoExecute')).toEqual([
    { key: 'k', value: 'v', effect: 'NoSchedule' },
    { key: 'x', effect: 'NoExecute' },
  ]);
  expect(taintsFlag.safeParse('k=v').success).toBe(false);
});
