import type { NodeVerdict, PodExplanation } from '@kubernats/explain';
import { describe, expect, test } from 'vitest';
import { podText } from './pod-text.ts';

const GI = 1024 ** 3;
const scored = (nodeName: string, total: number, memoryGi = 4, podCount = 1): NodeVerdict => ({
  ...{ nodeName, feasible: true, refusals: [], total, memoryLeftBytes: memoryGi * GI, podCount },
  scores: [
    { plugin: 'TaintToleration', raw: 0, normalized: 100, weight: 3, weighted: 300 },
    { plugin: 'NodeResourcesFit', raw: total - 300, normalized: total - 300, weight: 1, weighted: total - 300 },
  ],
});
const refused = (nodeName: string): NodeVerdict => ({
  ...{ nodeName, feasible: false, scores: [], memoryLeftBytes: 0, podCount: 110 },
  refusals: [
    { plugin: 'TaintToleration', reasons: ['node(s) had untolerated taint(s)'], preemptionHelps: false },
    { plugin: 'NodeResourcesFit', reasons: ['Too many pods', 'Insufficient cpu'], preemptionHelps: true },
  ],
});
const explanation = (more: Partial<PodExplanation>): PodExplanation => ({
  ...{
    apiVersion: 'kubernats.dev/v1',
    kind: 'PodExplanation',
    metadata: { name: 'web', namespace: 'shop' },
    schedulerName: 'default-scheduler',
  },
  ...{ state: 'Bound', nodeName: 'node1', waitsFor: [], basis: 'Decision', notes: [], nodeCount: 3, feasibleCount: 2 },
  ...{
    decision: { time: '2026-01-01T00:00:00.000Z', nodeName: 'node1' },
    winner: { nodeName: 'node1', advantage: 'HigherScore', runnerUp: 'node2' },
  },
  ...{ refused: [], nodes: [scored('node1', 390, 8, 3), scored('node2', 380)] },
  ...more,
});

test('P7: a Pod that has a node: who won over whom, by what, and the nodes as a table', () => {
  expect(podText(explanation({}), { all: false })).toBe(`Pod shop/web is on node1, decided by default-scheduler, 2026-01-01T00:00:00.000Z.

2 of 3 nodes would do. node1 won over node2 by a higher score: 390, 380.

NODE    TOTAL   TaintToleration ×3   NodeResourcesFit   MEMORY LEFT   PODS
node1   390     300                  90                 8Gi           3
node2   380     300                  80                 4Gi           1`);
});

test.each<[NonNullable<PodExplanation['winner']>['advantage'], string]>([
  ['MoreMemoryLeft', 'node1 won over node2, which has the same score, by more memory left: 8Gi, 4Gi.'],
  ['FewerPods', 'node1 won over node2, which has the same score and memory left, by fewer Pods: 3, 1.'],
  ['FirstByName', 'node1 won over node2, which is equal, by its name.'],
  ['Nominated', 'node1 won: preemption made room there for it.'],
  ['OnlyOne', 'node1 won.'],
])('P7: %s in words', (advantage, words) => {
  expect(podText(explanation({ winner: { nodeName: 'node1', advantage, runnerUp: 'node2' } }), { all: false })).toContain(words);
});

describe('a Pod that waits', () => {
  const waits = explanation({
    ...{
      state: 'Pending',
      nodeName: undefined,
      basis: 'Now',
      winner: undefined,
      nodeCount: 1_998,
      feasibleCount: 0,
      message: '0/1998 nodes …',
    },
    ...{ decision: { time: 'then', message: 'x' }, attempts: 3, nextAttempt: 'soon', waitsFor: ['a change'], nodes: [refused('node7')] },
    refused: [
      { plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'], preemptionHelps: true, count: 1_997, nodeNames: ['node1', 'node2'] },
      { plugin: 'NodeName', reasons: ['other'], preemptionHelps: false, count: 1, nodeNames: ['node7'] },
    ],
    victims: [{ pod: 'shop/small', nodeName: 'node1' }],
  });

  test('P7: what it waits for, and nodes by reason', () => {
    expect(podText(waits, { all: false })).toBe(`Pod shop/web is Pending: 0/1998 nodes …
It waits for a change.
Tried 3 times, last then; not tried again before soon.

0 of 1,998 nodes would do now.
Preemption would evict from node1: shop/small.

Refused:
  1,997 nodes: Insufficient cpu (NodeResourcesFit; evicting other Pods could help): node1, node2, …
  1 node: other (NodeName; evicting other Pods would not help): node7`);
  });

  test('all nodes one by one, or one alone with all that is said of it', () => {
    expect(podText(waits, { all: true })).toContain(
      'node7   TaintToleration: node(s) had untolerated taint(s); NodeResourcesFit: Too many pods, Insufficient cpu',
    );
    const one = podText(waits, { all: false, node: 'node7' });
    expect(one).toContain('node7 (110 Pods, 0 of memory left) is refused:\n  node(s) had untolerated taint(s) (TaintToleration; evicting');
    expect(one).not.toContain('1,997');
    expect(podText(explanation({ nodes: [scored('node2', 380)] }), { all: false, node: 'node2' })).toContain(
      'PLUGIN             RAW   OF 100   WEIGHT   WEIGHTED\nTaintToleration    0     100      3        300',
    );
  });
});

test.each<[Partial<PodExplanation>, string]>([
  [{ state: 'Binding' }, 'Pod shop/web goes to node1, decided by default-scheduler, 2026'],
  [{ state: 'Ended' }, 'Pod shop/web has ended; it was on node1.'],
  [{ state: 'Waiting', nodeName: undefined }, 'Pod shop/web is Pending, and default-scheduler does not look for a node.'],
  [{ decision: undefined, notes: ['nobody knows'] }, 'Pod shop/web is on node1.\nNote: nobody knows.'],
  [{ feasibleCount: 4_990 }, '… 4,988 more that would do (--all)'],
])('%j', (more, words) => {
  expect(podText(explanation(more), { all: false })).toContain(words);
});
