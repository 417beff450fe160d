import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  ['500ms', 500],
  ['15s', 15_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['10d', 864_000_000],
  ['250us', 0.25],
  ['', undefined],
  ['15', undefined],
  ['15s ', undefined],
  ['-1s', undefined],
  ['1w', undefined],
])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));

test('a number alone, where it may stand', () => {
  expect(parseDuration('15', 's')).toBe(15_000);
  expect(parseDuration('1500000', 'ns')).toBe(1.5);
  expect(parseDuration('15ms', 's')).toBe(15);
});

test.each([
  [0, '0s'],
  [0.012, '12µs'],
  [850, '850ms'],
  [1500, '1.5s'],
  [160_000, '2m40s'],
  [3_600_000, '1h0m0s'],
  [4_500_000, '1h15m0s'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
  expect(parseDuration(text)).toBe(ms);
});
