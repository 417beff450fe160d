import { expect, test } from 'vitest';
import { pauseAfter } from './child.ts';

test('R2: a child that ended once is back at once, and one that ends again and again waits ever longer', () => {
  expect([1, 2, 3, 8, 100].map(pauseAfter)).toEqual([100, 200, 400, 10_000, 10_000]);
});
