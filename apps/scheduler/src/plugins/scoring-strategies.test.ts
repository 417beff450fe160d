import { describe, expect, test } from 'vitest';
import type { ScoringStrategy } from '../config/args.ts';
import { type Resources, resourcesOf } from '../snapshot/resources.ts';
import { resourceScore } from './scoring-strategies.ts';

const on = (allocatable: Record<string, string>, requested: Record<string, string>) => ({
  allocatable: resourcesOf(allocatable),
  scoreRequested: resourcesOf(requested) as Resources,
});
const strategy = (type: ScoringStrategy['type'], weights: Record<string, number>, shape?: [number, number][]): ScoringStrategy => ({
  type,
  resources: Object.entries(weights).map(([name, weight]) => ({ name, weight })),
  requestedToCapacityRatio: shape && { shape: shape.map(([utilization, score]) => ({ utilization, score })) },
});

const BOTH = { cpu: 1, memory: 1 };
const PACKING = strategy('RequestedToCapacityRatio', { 'intel.com/foo': 5, memory: 1, cpu: 3 }, [
  [0, 0],
  [100, 10],
]);
const wanted = { 'intel.com/foo': '2', memory: '256', cpu: '2' };
const NODE_1 = on({ 'intel.com/foo': '4', memory: '1024', cpu: '8' }, { 'intel.com/foo': '1', memory: '256', cpu: '1' });
const NODE_2 = on({ 'intel.com/foo': '8', memory: '1024', cpu: '8' }, { 'intel.com/foo': '2', memory: '512', cpu: '6' });
const VALLEY = strategy('RequestedToCapacityRatio', { cpu: 1 }, [
  [0, 10],
  [50, 3],
  [100, 10],
]);

describe('P7: how nodes are liked by what is requested of them', () => {
  const rows: [string, ScoringStrategy, Record<string, string>, ReturnType<typeof on>, number][] = [
    [
      'least: the mean of what is left',
      strategy('LeastAllocated', BOTH),
      { cpu: '1', memory: '1000' },
      on({ cpu: '4', memory: '4000' }, { cpu: '1' }),
      62,
    ],
    [
      'least: whole points for each resource',
      strategy('LeastAllocated', BOTH),
      { cpu: '1', memory: '1' },
      on({ cpu: '3', memory: '3' }, {}),
      66,
    ],
    [
      'least: more than there is counts as nothing left',
      strategy('LeastAllocated', BOTH),
      { cpu: '5', memory: '0' },
      on({ cpu: '4', memory: '4' }, {}),
      50,
    ],
    ['least: weights', strategy('LeastAllocated', { cpu: 3, memory: 1 }), { cpu: '1', memory: '0' }, on({ cpu: '4', memory: '4' }, {}), 81],
    [
      'most: the mean of what is taken',
      strategy('MostAllocated', BOTH),
      { cpu: '1', memory: '1000' },
      on({ cpu: '4', memory: '4000' }, { cpu: '1' }),
      37,
    ],
    ['most: more than there is counts as full', strategy('MostAllocated', { cpu: 1 }), { cpu: '5' }, on({ cpu: '4' }, {}), 100],
    [
      'a resource that the node has none of does not count',
      strategy('MostAllocated', BOTH),
      { cpu: '2', memory: '1' },
      on({ cpu: '4' }, {}),
      50,
    ],
    ['no resource at all', strategy('MostAllocated', BOTH), { cpu: '2' }, on({}, {}), 0],
    [
      'an extended resource counts for who requests it',
      strategy('MostAllocated', { cpu: 1, 'example.com/gpu': 1 }),
      { cpu: '1', 'example.com/gpu': '1' },
      on({ cpu: '4', 'example.com/gpu': '1' }, {}),
      62,
    ],
    [
      'and for nobody else',
      strategy('MostAllocated', { cpu: 1, 'example.com/gpu': 1 }),
      { cpu: '1' },
      on({ cpu: '4', 'example.com/gpu': '1' }, { 'example.com/gpu': '1' }),
      25,
    ],
    // (7.5·5 + 5·1 + 3.7·3) / 9 of 10 in the concept's words; kube-scheduler reckons to 100.
    ['the concept "Resource Bin Packing", node 1', PACKING, wanted, NODE_1, 60],
    ['the concept "Resource Bin Packing", node 2', PACKING, wanted, NODE_2, 69],
    ['a shape between its points, cut towards zero', VALLEY, { cpu: '1' }, on({ cpu: '3' }, {}), 54],
    ['a shape at a point', VALLEY, { cpu: '2' }, on({ cpu: '4' }, {}), 30],
    ['a shape beyond what there is', VALLEY, { cpu: '9' }, on({ cpu: '4' }, {}), 100],
    [
      'what a shape does not like at all does not count',
      strategy('RequestedToCapacityRatio', BOTH, [
        [0, 0],
        [100, 10],
      ]),
      { cpu: '1', memory: '0' },
      on({ cpu: '4', memory: '4' }, {}),
      25,
    ],
  ];
  test.each(rows)('%s', (_name, given, pod, node, score) => {
    expect(resourceScore(given)(resourcesOf(pod), node)).toBe(score);
  });
});
