import { expect, test } from 'vitest';
import { LastUsed } from './last-used.ts';

test('what was used last is kept, and who gave the rest is told of what is dropped', () => {
  const dropped: string[] = [];
  let limit = 2;
  const kept = new LastUsed<string>(
    () => limit,
    (item) => dropped.push(item),
  );
  kept.get('a', () => 'A');
  kept.get('b', () => 'B');
  expect(kept.get('a', () => 'another')).toBe('A');
  kept.get('c', () => 'C');
  expect([...kept.values()]).toEqual(['A', 'C']);
  expect(kept.take('a')).toBe('A');
  expect(kept.take('a')).toBeUndefined();
  expect(dropped).toEqual(['B']);
  limit = 1;
  kept.put('d', 'D');
  expect(dropped).toEqual(['B', 'C']);
  kept.clear();
  expect(dropped).toEqual(['B', 'C', 'D']);
  expect([...kept.values()]).toEqual([]);
});
