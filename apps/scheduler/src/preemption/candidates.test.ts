import { expect, test } from 'vitest';
import { defaultArgs } from '../config/args.ts';
import { resolvable } from '../framework/plugin.ts';
import { NodeInfo } from '../snapshot/node-info.ts';
import { findCandidates } from './candidates.ts';

const NODES = Array.from({ length: 10 }, (_, index) => new NodeInfo(`node${index}`));
const FULL = resolvable('full');

/** The candidates' places, and the place to go on from. `breaking`: those that break a budget. */
function found(start: number, percentage: number, absolute: number, breaking: number[] = [], full: number[] = []) {
  const args = { minCandidateNodesPercentage: percentage, minCandidateNodesAbsolute: absolute };
  const { candidates, refusals, next } = findCandidates(NODES, start, args, (node) => {
    const place = NODES.indexOf(node);
    return full.includes(place) ? FULL : { node, victims: [], violations: breaking.includes(place) ? 1 : 0 };
  });
  return { places: candidates.map(({ node }) => NODES.indexOf(node)), refused: [...refusals.keys()], next };
}

test('all nodes are looked at, unless the arguments say otherwise', () => {
  expect(findCandidates(NODES, 0, defaultArgs('DefaultPreemption'), () => FULL).refusals.size).toBe(10);
  expect(found(0, 100, 0).places).toHaveLength(10);
});

test.each([
  ['so many of 100', [0, 30, 0], { places: [0, 1, 2], refused: [], next: 3 }],
  ['so many at least', [0, 10, 4], { places: [0, 1, 2, 3], refused: [], next: 4 }],
  ['round the end', [8, 30, 0], { places: [8, 9, 0], refused: [], next: 1 }],
  ['from a place that is gone', [21, 10, 0], { places: [1], refused: [], next: 2 }],
  ['refused ones do not count', [0, 20, 0, [], [0, 2]], { places: [1, 3], refused: ['node0', 'node2'], next: 4 }],
  ['on until one breaks no budget, which comes first', [0, 20, 0, [0, 1, 2]], { places: [3, 0, 1, 2], refused: [], next: 4 }],
] as const)('%s', (_, [start, percentage, absolute, breaking = [], full = []], expected) => {
  expect(found(start, percentage, absolute, [...breaking], [...full])).toEqual(expected);
});
