import { describe, expect, test } from 'vitest';
import { PodRanges } from './pod-ranges.ts';

describe('R4: the ranges of Pod addresses', () => {
  test('each Node gets the lowest free part, and keeps it', () => {
    const ranges = new PodRanges('10.244.0.0/16', 24);
    expect(ranges.take('a')).toBe('10.244.0.0/24');
    expect(ranges.take('b')).toBe('10.244.1.0/24');
    expect(ranges.take('a')).toBe('10.244.0.0/24');
  });

  test('what a Node has already is given to nobody else', () => {
    const ranges = new PodRanges('10.244.0.0/16', 24);
    ranges.occupy('old', '10.244.0.0/24');
    expect(ranges.take('new')).toBe('10.244.1.0/24');
    ranges.release('old');
    expect(ranges.take('newer')).toBe('10.244.0.0/24');
  });

  test('when none is left there is none, until one is free', () => {
    const ranges = new PodRanges('10.0.0.0/23', 24);
    expect([ranges.take('a'), ranges.take('b'), ranges.take('c')]).toEqual(['10.0.0.0/24', '10.0.1.0/24', undefined]);
    ranges.release('a');
    expect(ranges.take('c')).toBe('10.0.0.0/24');
  });

  test.each(['nonsense', '10.9.0.0/24', '10.244.0.0/25', '10.244.0.1/24'])(
    'a range that is none of the parts takes nothing: %s',
    (cidr) => {
      const ranges = new PodRanges('10.244.0.0/16', 24);
      ranges.occupy('other', cidr);
      expect(ranges.take('a')).toBe('10.244.0.0/24');
    },
  );
});
