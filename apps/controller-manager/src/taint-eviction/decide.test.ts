import type { Node, Pod, Toleration } from '@kubernats/api';
import { expect, test } from 'vitest';
import { evictionTimeMs } from './decide.ts';
import { SeenTaints } from './seen-taints.ts';

const PLACED = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number) => PLACED + seconds * 1000;
const taint = (key: string, seconds: number, value = '') => ({ taint: { key, value, effect: 'NoExecute' }, sinceMs: at(seconds) });

const pod = (...tolerations: Toleration[]): Pod => ({
  metadata: { creationTimestamp: '2025-12-31T00:00:00Z' },
  spec: { containers: [], tolerations },
  status: { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }] },
});
const exists = (key: string, tolerationSeconds?: number): Toleration => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds,
});

test.each<[string, Pod, ReturnType<typeof taint>[], number | undefined]>([
  ['there is no taint', pod(), [], undefined],
  ['it does not tolerate the taint', pod(), [taint('a', 10)], at(10)],
  ['it tolerates it for ever', pod(exists('a')), [taint('a', 10)], undefined],
  ['it tolerates it for a time', pod(exists('a', 300)), [taint('a', 10)], at(310)],
  ['it came to the node after the taint', pod(exists('a', 300)), [taint('a', -10)], at(300)],
  ['it tolerates it for less than nothing', pod(exists('a', -5)), [taint('a', 10)], at(10)],
  ['it tolerates each for a time of its own', pod(exists('a', 300), exists('b', 20)), [taint('a', 10), taint('b', 40)], at(60)],
  ['it tolerates but one of two', pod(exists('a')), [taint('a', 10), taint('b', 40)], at(40)],
  ['it tolerates all', pod({ operator: 'Exists' }), [taint('a', 10), taint('b', 40)], undefined],
  ['it tolerates another value', pod({ key: 'a', operator: 'Equal', value: 'x', effect: 'NoExecute' }), [taint('a', 10, 'y')], at(10)],
  ['its toleration is for another effect', pod({ key: 'a', operator: 'Exists', effect: 'NoSchedule' }), [taint('a', 10)], at(10)],
])('when %s', (_name, which, taints, expected) => {
  expect(evictionTimeMs(which, taints)).toBe(expected);
});

test('a taint that does not say since when counts from when it was first seen', () => {
  const seen = new SeenTaints();
  const node = (...taints: NonNullable<NonNullable<Node['spec']>['taints']>): Node => ({ metadata: { name: 'n' }, spec: { taints } });
  const a = { key: 'a', effect: 'NoExecute' };
  const b = { key: 'b', effect: 'NoExecute', timeAdded: '2026-01-01T00:00:05Z' };
  expect(seen.see(node(a, { key: 'c', effect: 'NoSchedule' }), at(1))).toBe(true);
  expect(seen.see(node(a), at(2))).toBe(false);
  expect(seen.see(node(a, b), at(9))).toBe(true);
  expect(seen.of('n').map(({ sinceMs }) => sinceMs)).toEqual([at(1), at(5)]);
  seen.see(node(), at(10));
  expect(seen.of('n')).toEqual([]);
});
