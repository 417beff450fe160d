import { expect, test } from 'vitest';
import { atLeast } from './version.mjs';

test.each([
  ['24.0.0', '22.18.0', true],
  ['22.18.0', '22.18.0', true],
  ['v22.18.1', '22.18.0', true],
  ['22.9.9', '22.18.0', false],
  ['20.20.2', '22.18.0', false],
  ['2.12.1', '2.9.0', true],
])('%s is at least %s: %s', (version, oldest, expected) => {
  expect(atLeast(version, oldest)).toBe(expected);
});
