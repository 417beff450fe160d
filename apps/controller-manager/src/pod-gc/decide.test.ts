import type { Node, Pod } from '@kubernats/api';
import { expect, test } from 'vitest';
import { endsUnscheduled, strandedPods, surplusPods } from './decide.ts';

const pod = (name: string, deletionTimestamp?: string, creationTimestamp = '2026-01-01T00:00:00Z'): Pod => ({
  metadata: { name, deletionTimestamp, creationTimestamp },
});
const node = (ready: string, taint?: string): Node => ({
  metadata: { name: 'node1' },
  spec: { taints: taint ? [{ key: taint, effect: 'NoExecute' }] : [] },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const running = pod('running');
const going = pod('going', '2026-01-01T00:00:30Z');
const OUT = 'node.kubernetes.io/out-of-service';

test.each<[string, Node | undefined, string[]]>([
  ['that is gone: all of them', undefined, ['running', 'going']],
  ['that is well', node('True'), []],
  ['that is silent: it may come back', node('Unknown'), []],
  ['that is silent, and said to be out of service: those that wait for it to end them', node('Unknown', OUT), ['going']],
  ['that is said to be out of service and is not', node('True', OUT), []],
])('of a node %s', (_name, which, expected) => {
  expect(strandedPods(which, [running, going]).map((removal) => removal.pod.metadata?.name)).toEqual(expected);
});

test.each<[string, Pod, boolean]>([
  ['is to go', going, true],
  ['is not to go', running, false],
  ['is to go, and is on a node', { ...going, spec: { containers: [], nodeName: 'node1' } }, false],
])('a Pod that no kubelet will end: one without a node that %s', (_name, which, expected) => {
  expect(endsUnscheduled(which)).toBe(expected);
});

test('of ended Pods the evicted ones go before older ones', () => {
  const old = pod('old', undefined, '2026-01-01T00:00:01Z');
  const evicted: Pod = { ...pod('evicted', undefined, '2026-01-01T00:00:02Z'), status: { phase: 'Failed', reason: 'Evicted' } };
  expect(surplusPods([old, evicted], 1)).toEqual([evicted]);
});

test('of ended Pods the oldest go, and only those that are too many', () => {
  const ended = ['03', '01', '02'].map((second) => pod(`p${second}`, undefined, `2026-01-01T00:00:${second}Z`));
  const names = (threshold: number) => surplusPods(ended, threshold).map(({ metadata }) => metadata?.name);
  expect([names(1), names(3), names(0)]).toEqual([['p01', 'p02'], [], []]);
});
