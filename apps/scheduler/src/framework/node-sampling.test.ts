import { describe, expect, test } from 'vitest';
import { NodeSampling } from './node-sampling.ts';

const openAt = (count: number, is: (place: number) => boolean = () => true) =>
  Uint8Array.from({ length: count }, (_, place) => Number(is(place)));
const sizeOf = (chosen: Uint8Array | undefined) => chosen?.reduce((sum, each) => sum + each, 0);
const ends = (chosen: Uint8Array | undefined) => chosen && [sizeOf(chosen), chosen.indexOf(1), chosen.lastIndexOf(1)];

describe('P7: percentageOfNodesToScore', () => {
  test('a hundred nodes at least: fewer are always all compared', () => {
    expect(new NodeSampling(10).next(openAt(100))).toBeUndefined();
    expect(new NodeSampling(100).next(openAt(1_000))).toBeUndefined();
    expect(sizeOf(new NodeSampling(10).next(openAt(500)))).toBe(100);
  });

  test('each Pod begins where the one before left off', () => {
    const sampling = new NodeSampling(40);
    expect([1, 2].map(() => ends(sampling.next(openAt(1_000))))).toEqual([
      [400, 0, 399],
      [400, 400, 799],
    ]);
    const third = sampling.next(openAt(1_000));
    expect([800, 199, 200, 799].map((place) => third?.[place])).toEqual([1, 1, 0, 0]);
  });

  test('nodes that will not do are passed over', () => {
    const sampling = new NodeSampling(10);
    expect(ends(sampling.next(openAt(1_000, (place) => place % 2 === 1)))).toEqual([100, 1, 199]);
    expect(ends(sampling.next(openAt(1_000, (place) => place < 5)))).toEqual([5, 0, 4]);
  });
});
