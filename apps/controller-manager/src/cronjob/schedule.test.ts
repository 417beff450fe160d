import { expect, test } from 'vitest';
import { scheduleOf } from './schedule.ts';

const next = (text: string, after: string, zone?: string): string | undefined => {
  const at = scheduleOf(text, zone).next(Date.parse(after));
  return at === undefined ? undefined : new Date(at).toISOString().replace(':00.000Z', 'Z');
};

test.each<[string, string, string | undefined, string | undefined]>([
  ['0 3 * * 1', '2026-01-01T00:00:00Z', undefined, '2026-01-05T03:00Z'],
  ['0 0 13 * 5', '2026-02-01T00:00:00Z', undefined, '2026-02-06T00:00Z'],
  ['0 0 */2 * 1', '2026-01-01T00:00:00Z', undefined, '2026-01-03T00:00Z'],
  ['59 23 31 2 *', '2026-01-01T00:00:00Z', undefined, undefined],
  ['@every 90m', '2026-01-01T00:00:00Z', undefined, '2026-01-01T01:30Z'],
  ['0 9 * * *', '2026-01-01T00:00:00Z', 'Asia/Seoul', '2026-01-02T00:00Z'],
  // The clocks leap from 2:00 to 3:00 on March 8, and go back from 2:00 to 1:00 on November 1.
  ['30 2 * * *', '2026-03-08T05:00:00Z', 'America/New_York', '2026-03-09T06:30Z'],
  ['30 1 * * *', '2026-11-01T04:00:00Z', 'America/New_York', '2026-11-01T05:30Z'],
  ['30 1 * * *', '2026-11-01T05:30:00Z', 'America/New_York', '2026-11-01T06:30Z'],
  ['*/20 * * * *', '2026-11-01T05:40:00Z', 'America/New_York', '2026-11-01T06:00Z'],
])('%s after %s in %s', (text, after, zone, expected) => {
  expect(next(text, after, zone)).toBe(expected);
});
