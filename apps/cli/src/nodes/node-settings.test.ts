import { describe, expect, it, test } from 'vitest';
import { DEFAULTS, type Settings } from '../state/settings.ts';
import { groupsOf, type NodeFlags, nodeSettings } from './node-settings.ts';

const FILES: Record<string, string> = {
  'two.yaml': 'nodes:\n- count: 2\n  cpu: 4\n  labels: { disk: ssd }\n- name: big\n',
  'bad.yaml': 'nodes:\n- cpu: x\n',
};
const settings = async (flags: NodeFlags, before: Settings = DEFAULTS): Promise<Settings> => ({
  ...before,
  ...(await nodeSettings(before, flags, (file) => FILES[file] ?? '')),
});

describe('the nodes of a cluster', () => {
  it('are three alike, unless flags say otherwise; flags are remembered one by one', async () => {
    expect(groupsOf(await settings({}))).toEqual([{ count: 3, labels: {} }]);
    const first = await settings({
      nodes: 2,
      nodeCpu: '4',
      nodeLabels: 'a=b,c=',
      nodeTaints: 'k=v:NoSchedule',
      fidelity: 'status',
      cpuThrottle: 'request',
    });
    const second = await settings({ nodeCpu: '', nodeMemory: '8Gi', nodePods: 20 }, first);
    expect(groupsOf(second)).toEqual([
      {
        count: 2,
        memory: '8Gi',
        pods: 20,
        labels: { a: 'b', c: '' },
        taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }],
        fidelity: 'status',
        cpuThrottle: 'request',
      },
    ]);
  });

  it('from a file have the shape of the flags where they have none of their own', async () => {
    const first = await settings({ nodeConfig: 'two.yaml', nodeCpu: '2', nodeLabels: 'team=x' });
    const groups = [
      { count: 2, cpu: '4', labels: { disk: 'ssd', team: 'x' } },
      { name: 'big', cpu: '2', labels: { team: 'x' } },
    ];
    expect(groupsOf(first)).toEqual(groups);
    expect(groupsOf(await settings({}, first))).toEqual(groups);
    expect(groupsOf(await settings({ nodes: 1 }, first))).toEqual([{ count: 1, cpu: '2', labels: { team: 'x' } }]);
  });

  it('may be none', async () => {
    expect(groupsOf(await settings({ nodes: 0 }))).toEqual([]);
  });

  test.each<[NodeFlags, string]>([
    [{ nodes: 1, nodeConfig: 'two.yaml' }, '--nodes and --node-config both say which nodes there are: give one of them'],
    [{ nodeCpu: 'x' }, '--node-cpu x: must be a quantity such as 4 or 16Gi'],
    [{ nodeLabels: 'a' }, '--node-labels a: must be NAME=VALUE,…'],
    [{ nodeTaints: 'a:Now' }, '--node-taints a:Now: [0]: effect "Now" must be one of NoSchedule, PreferNoSchedule, NoExecute'],
    [{ nodeConfig: 'bad.yaml' }, 'bad.yaml: nodes[0].cpu: must be a quantity such as 4 or 16Gi'],
  ])('what is wrong is named: %o', async (flags, message) => {
    await expect(settings(flags)).rejects.toMatchObject({ message: expect.stringContaining(message), exitCode: 2 });
  });
});
