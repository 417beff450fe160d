import { describe, expect, test } from 'vitest';
import { NodeSampling } from './node-sampling.ts';

const all = () => true;
const ends = (places: ReadonlySet<number> | undefined) => places && [places.size, Math.min(...places), Math.max(...places)];

describe('P7: percentageOfNodesToScore', () => {
  test('a hundred nodes at least: fewer are always all compared', () => {
    expect(new NodeSampling(10).next(100, all)).toBeUndefined();
    expect(new NodeSampling(100).next(1_000, all)).toBeUndefined();
    expect(new NodeSampling(10).next(500, all)?.size).toBe(100);
  });

  test('each Pod begins where the one before left off', () => {
    const sampling = new NodeSampling(40);
    expect([1, 2].map(() => ends(sampling.next(1_000, all)))).toEqual([
      [400, 0, 399],
      [400, 400, 799],
    ]);
    const third = sampling.next(1_000, all);
    expect([third?.has(800), third?.has(199), third?.has(200), third?.has(799)]).toEqual([true, true, false, false]);
  });

  test('nodes that will not do are passed over', () => {
    const sampling = new NodeSampling(10);
    expect(ends(sampling.next(1_000, (place) => place % 2 === 1))).toEqual([100, 1, 199]);
    expect(ends(sampling.next(1_000, (place) => place < 5))).toEqual([5, 0, 4]);
  });
});
