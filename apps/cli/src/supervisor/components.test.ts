import { expect, test } from 'vitest';
import { maskSize } from './components.ts';

test.each([
  [1, 24],
  [3, 24],
  [2048, 24],
  [2049, 25],
  [10_000, 27],
])('%i nodes share the Pods of a slot in parts of /%i', (nodes, size) => {
  expect(maskSize(nodes)).toBe(size);
});
