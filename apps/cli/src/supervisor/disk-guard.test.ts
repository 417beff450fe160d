import { expect, test } from 'vitest';
import { isDiskFull } from './disk-guard.ts';

const MB = 1024 * 1024;

test.each([
  ['a disk with space', false, 33, false],
  ['that gets full', false, 31, true],
  ['and a little less so', true, 63, true],
  ['has space again', true, 64, false],
])('%s', (_, wasFull, free, isFull) => {
  expect(isDiskFull(wasFull, free * MB)).toBe(isFull);
});
