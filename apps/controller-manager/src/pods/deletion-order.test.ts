import type { Pod } from '@kubernats/api';
import { expect, test } from 'vitest';
import { inDeletionOrder } from './deletion-order.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

interface Shape {
  node?: string;
  phase?: string;
  ready?: number;
  cost?: string;
  restarts?: number;
  age?: number;
}

function pod(name: string, shape: Shape = {}): Pod {
  const { node = 'node1', phase = 'Running', ready = 60, cost, restarts = 0, age = 3_600 } = shape;
  return {
    metadata: {
      name,
      uid: name,
      creationTimestamp: ago(age),
      ...(cost !== undefined && { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } }),
    },
    spec: { containers: [], nodeName: node },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready < 0 ? 'False' : 'True', lastTransitionTime: ago(Math.abs(ready)) }],
      containerStatuses: [{ name: 'web', image: '', imageID: '', ready: true, restartCount: restarts }],
    },
  };
}

test.each<[string, Pod, Pod]>([
  ['one without a node before one with', pod('b', { node: '' }), pod('a')],
  ['a pending one before a running one', pod('b', { phase: 'Pending' }), pod('a')],
  ['one of unknown phase before a running one', pod('b', { phase: 'Unknown' }), pod('a')],
  ['one that is not ready before one that is', pod('b', { ready: -60 }), pod('a')],
  ['the cheaper to delete before the dearer', pod('b', { cost: '-5' }), pod('a')],
  ['a cost that is no integer is none', pod('b', { cost: '-1' }), pod('a', { cost: '-1e3' })],
  ['one on a crowded node before one that is alone', pod('b', { node: 'crowded' }), pod('a')],
  ['one that became ready lately before one that has been for long', pod('b', { ready: 10 }), pod('a', { ready: 1_000 })],
  ['one that restarts often before one that does not', pod('b', { restarts: 3 }), pod('a', { restarts: 1 })],
  ['the younger before the older', pod('b', { age: 10 }), pod('a', { age: 10_000 })],
  ['of nearly the same age by uid', pod('a', { age: 3_000 }), pod('b', { age: 3_100 })],
])('%s', (_name, first, second) => {
  const crowd = ({ spec }: Pod) => (spec?.nodeName === 'crowded' ? 4 : 1);
  for (const given of [
    [first, second],
    [second, first],
  ]) {
    expect(inDeletionOrder(given, crowd, NOW).map(({ metadata }) => metadata?.name)).toEqual([first.metadata?.name, second.metadata?.name]);
  }
});
