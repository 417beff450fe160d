import type { Affinity, Pod, PodAffinityTerm } from '@kubernats/api';
import { expect, test } from 'vitest';
import { FakeApi } from './fake-api.ts';
import { node, nodeOf, pod, start } from './objects.ts';

const WAITS = "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. preemption: 0/2 nodes are available: ";

const term = (more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  topologyKey: 'hostname',
  labelSelector: { matchLabels: { app: 'web' } },
  ...more,
});
const off = (more?: Partial<PodAffinityTerm>): Affinity => ({
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(more)] },
});
const web = (name: string, affinity?: Affinity, namespace = 'default'): Pod => {
  const made = pod(name, '1Gi', { affinity });
  return { ...made, metadata: { ...made.metadata, namespace, labels: { app: 'web' } } };
};
async function until(clock: ReturnType<typeof start>['clock'], holds: () => boolean): Promise<void> {
  for (let second = 0; second < 60 && !holds(); second++) await clock.advance(1_000);
  expect(holds()).toBe(true);
}

function twoNodes(): FakeApi {
  const api = new FakeApi();
  for (const name of ['node1', 'node2']) api.put('nodes', node(name));
  return api;
}

test('one more replica than nodes waits, and takes the place of the first that goes', async () => {
  const api = twoNodes();
  const { clock, stop, done } = start(api);
  for (const name of ['a', 'b', 'c']) api.put('pods', web(name, off()));
  await until(clock, () => api.condition('c')?.message?.startsWith(WAITS) ?? false);
  const freed = nodeOf(api, 'a');
  api.remove('pods', 'default/a');
  await until(clock, () => nodeOf(api, 'c') === freed);
  stop.abort();
  await done;
});

test('a namespace that a term selects no more keeps a Pod from its node no longer', async () => {
  const api = twoNodes();
  api.put('namespaces', { metadata: { name: 'other', labels: { team: 'red' } } });
  for (const on of ['node1', 'node2']) {
    const there = web(`in-${on}`, undefined, 'other');
    const bound: Pod = { ...there, spec: { containers: [], ...there.spec, nodeName: on } };
    api.put('pods', bound);
  }
  const { clock, stop, done } = start(api);
  api.put('pods', web('a', off({ namespaceSelector: { matchLabels: { team: 'red' } } })));
  await until(clock, () => api.condition('a')?.message?.startsWith(WAITS) ?? false);
  api.put('namespaces', { metadata: { name: 'other', labels: { team: 'blue' } } });
  await until(clock, () => nodeOf(api, 'a') !== undefined);
  stop.abort();
  await done;
});
