import { Deployments, type Node, Nodes, Pods } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';
import { deployment, inDefault, namesOf } from './objects.ts';
import { passing } from './passing.ts';

const ready = ({ status }: Node) => status?.conditions?.find(({ type }) => type === 'Ready')?.status;
const tolerations = ['not-ready', 'unreachable'].map((name) => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 20,
}));

test('P8: a node that is lost loses its Pods to the others, and takes part again when it is back', async () => {
  const clock = new SteppedClock();
  const cluster = await passing(clock, startCluster({ nodes: 3, fidelity: 'status', clock }));
  await cluster.apply(deployment('web', 9, { pod: { tolerations } }));
  const before = await passing(
    clock,
    cluster
      .waitFor(Deployments, ({ status }) => status?.availableReplicas === 9, inDefault())
      .then(() => cluster.client.kind(Pods).list(inDefault())),
  );
  const onNode2 = namesOf(before.items.filter(({ spec }) => spec?.nodeName === 'node2'));
  expect(onNode2).toHaveLength(3);

  await cluster.stopNode('node2');
  await passing(
    clock,
    cluster.waitFor(Nodes, (node) => ready(node) === 'Unknown', { name: 'node2' }),
  );
  await passing(
    clock,
    cluster.waitFor(Deployments, ({ status }) => status?.availableReplicas === 6, inDefault()),
  );
  await passing(
    clock,
    cluster.waitFor(Deployments, ({ status }) => status?.availableReplicas === 9, inDefault()),
  );
  const during = (await cluster.client.kind(Pods).list(inDefault())).items;
  // Nobody has seen them end: they stay, and are told to go.
  const going = during.filter(({ metadata }) => metadata?.deletionTimestamp !== undefined);
  expect(namesOf(going)).toEqual(onNode2);

  await cluster.startNode('node2');
  await passing(
    clock,
    cluster.waitFor(Nodes, (node) => ready(node) === 'True' && !node.spec?.taints, { name: 'node2' }),
  );
  const after = await passing(
    clock,
    cluster.waitForAll(Pods, (pods) => pods.length === 9, inDefault()),
  );
  expect(namesOf(after).filter((name) => onNode2.includes(name))).toEqual([]);
  await passing(clock, cluster.stop());
});
