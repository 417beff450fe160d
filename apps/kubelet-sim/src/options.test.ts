import { parseOptions, UsageError } from '@kubernats/runtime';
import { expect, test } from 'vitest';
import { kubeletSimConfig, kubeletSimOptions } from './options.ts';

const FILES: Record<string, string> = {
  'nodes.yaml': 'nodes:\n- { count: 2, zone: a }\n',
  'wrong.yaml': 'nodes:\n- { cpu: x }\n',
  'stages.yaml': 'pods:\n- { exit: { after: 1s } }\n',
};
const read = (file: string): string => {
  const text = FILES[file];
  if (text === undefined) throw new Error('no such file');
  return text;
};
const configOf = async (...argv: string[]) => {
  const parsed = parseOptions(kubeletSimOptions, argv, {});
  if (parsed.ask !== 'run') throw new Error(parsed.ask);
  return kubeletSimConfig(parsed.config, read);
};

test('nodes by names, by a count, or from a file; a pool of one is named like its node', async () => {
  expect(await configOf('--nodes', 'a,b7')).toMatchObject({ pool: 'pool', nodes: [{ ip: '127.10.0.1' }, { ip: '127.10.0.7' }] });
  expect(await (await configOf('--nodes', '2')).nodes.map(({ name }) => name)).toEqual(['node1', 'node2']);
  expect(await configOf('--nodes', 'x=127.10.9.9')).toMatchObject({ pool: 'x', nodes: [{ name: 'x', ip: '127.10.9.9' }] });
  const { nodes, cpu } = await configOf('--node-config', 'nodes.yaml', '--cpu', '2', '--slot', '1');
  expect(cpu).toBe('2');
  expect(nodes).toMatchObject([
    { name: 'node1', ip: '127.11.0.1', shape: { labels: { 'topology.kubernetes.io/zone': 'a' } } },
    { name: 'node2' },
  ]);
});

test('labels, taints and life cycles', async () => {
  expect(await configOf('--labels', 'a=b', '--taints', 'k:NoExecute', '--stages', 'stages.yaml')).toMatchObject({
    labels: { a: 'b' },
    taints: [{ key: 'k', effect: 'NoExecute' }],
    stages: { pods: [{ exit: { after: 1000 } }], nodes: [] },
  });
});

test.each([
  [['--node-config', 'wrong.yaml'], 'wrong.yaml: nodes[0].cpu: must be a quantity such as 4 or 16Gi'],
  [['--node-config', 'none.yaml'], '--node-config none.yaml: no such file'],
  [['--stages', 'nodes.yaml'], 'nodes.yaml: nodes[0].count, nodes[0].zone: unknown field'],
  [['--cpu', 'x'], '--cpu: "x" must be a quantity such as 4 or 16Gi'],
  [['--labels', 'x'], '--labels: "x" must be NAME=VALUE,…'],
])('wrong usage is named: %o', async (argv, message) => {
  await expect(configOf(...argv)).rejects.toThrow(new UsageError(message));
});
