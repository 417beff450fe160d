import type { PodDisruptionBudget } from '@kubernats/api';
import { expect, test } from 'vitest';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { splitterBy } from './budgets.ts';

const pod = (name: string, labels: Record<string, string> = { app: 'shop' }, namespace = 'default') =>
  podInfoOf({ metadata: { name, namespace, labels }, spec: { containers: [] } });

const budget = (disruptionsAllowed: number, more: Partial<PodDisruptionBudget['spec']> = {}, disrupted: string[] = []) => ({
  metadata: { name: 'budget', namespace: 'default' },
  spec: { selector: { matchLabels: { app: 'shop' } }, ...more },
  status: {
    ...{ disruptionsAllowed, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    disruptedPods: Object.fromEntries(disrupted.map((name) => [name, '2026-11-27T00:00:00Z'])),
  },
});

test.each<[string, PodDisruptionBudget[], ReturnType<typeof pod>[], string[]]>([
  ['no budget', [], [pod('a')], []],
  ['none may go', [budget(0)], [pod('a'), pod('b')], ['a', 'b']],
  ['one may go: the first', [budget(1)], [pod('a'), pod('b')], ['b']],
  ['another namespace', [budget(0)], [pod('a', { app: 'shop' }, 'other')], []],
  ['other labels', [budget(0)], [pod('a', { app: 'bank' })], []],
  ['no labels', [budget(0)], [pod('a', {})], []],
  ['an empty selector protects nobody', [budget(0, { selector: {} })], [pod('a')], []],
  ['an absent selector protects nobody', [budget(0, { selector: undefined })], [pod('a')], []],
  ['one whose eviction was granted does not count', [budget(1, {}, ['a'])], [pod('a'), pod('b'), pod('c')], ['c']],
  ['of two budgets either protects', [budget(2), budget(1)], [pod('a'), pod('b')], ['b']],
  ['names of every object are just names', [budget(0, {}, ['a'])], [pod('constructor')], ['constructor']],
])('%s', (_, budgets, victims, violating) => {
  const split = splitterBy(budgets)(victims);
  expect(split.violating.map((each) => each.pod.metadata?.name)).toEqual(violating);
  expect([...split.violating, ...split.others]).toHaveLength(victims.length);
});

test('what some victims use up is there again for those of another node', () => {
  const split = splitterBy([budget(1)]);
  for (const name of ['a', 'b']) expect(split([pod(name)]).violating).toEqual([]);
});
