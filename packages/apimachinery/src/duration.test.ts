import { expect, test } from 'vitest';
import { formatDuration, parseDuration, parseGoDuration } from './duration.ts';

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

test.each([
  ['0', 0],
  ['1h30m', 5_400_000],
  ['-1.5h', -5_400_000],
  ['+.5s', 500],
  ['1.s', 1_000],
  ['10\u00b5s10\u03bcs', 0.02],
])('Go reads %s', (text, ms) => expect(parseGoDuration(text)).toBe(ms));

test.each([
  ['', 'time: invalid duration ""'],
  ['-', 'time: invalid duration "-"'],
  ['.s', 'time: invalid duration ".s"'],
  ['1h ', 'time: unknown unit "h " in duration "1h "'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  ['1h30', 'time: missing unit in duration "1h30"'],
  ['99999999h', 'time: invalid duration "99999999h"'],
])('Go refuses %j', (text, message) => expect(() => parseGoDuration(text)).toThrow(message));
