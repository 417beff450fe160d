import { describe, expect, test } from 'vitest';
import { parseCronSchedule } from './cron-schedule.ts';

const minutes = (text: string) => {
  const schedule = parseCronSchedule(text);
  return 'every' in schedule ? schedule : schedule.minute;
};
const days = (text: string) => {
  const schedule = parseCronSchedule(text);
  return 'every' in schedule ? schedule : [schedule.dayOfMonth.open, schedule.dayOfWeek.values];
};

describe('a schedule', () => {
  test.each([
    ['*/15 * * * *', { values: [0, 15, 30, 45], open: false }],
    ['5 * * * *', { values: [5], open: false }],
    ['50/3 * * * *', { values: [50, 53, 56, 59], open: false }],
    ['10-14/2,1 * * * *', { values: [1, 10, 12, 14], open: false }],
    ['@hourly', { values: [0], open: false }],
    ['@every 1h30m', { every: 5_400_000 }],
    ['@every 10ms', { every: 1_000 }],
    ['@every -1h', { every: 1_000 }],
    ['@every 1.5h30s', { every: 5_430_000 }],
  ])('%s', (text, expected) => {
    expect(minutes(text)).toEqual(expected);
  });

  test.each([
    ['0 0 * * fri', [true, [5]]],
    ['0 0 13 * FRI', [false, [5]]],
    ['0 0 ? * 1-5', [true, [1, 2, 3, 4, 5]]],
    ['0 0 */2 * 0', [false, [0]]],
    ['@weekly', [true, [0]]],
  ])('the days of %s', (text, expected) => {
    expect(days(text)).toEqual(expected);
  });

  test.each([
    ['', 'empty spec string'],
    ['* * *', 'expected exactly 5 fields, found 3: [* * *]'],
    ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['0 0 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['0 0 * * 7', 'end of range (7) above maximum (6): 7'],
    ['30-10 * * * *', 'beginning of range (30) beyond end of range (10): 30-10'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['@often', 'unrecognized descriptor: @often'],
    ['@every soon', 'failed to parse duration @every soon: time: invalid duration "soon"'],
    ['@every 1d', 'failed to parse duration @every 1d: time: unknown unit "d" in duration "1d"'],
    ['@every 90', 'failed to parse duration @every 90: time: missing unit in duration "90"'],
    ['@every ', 'failed to parse duration @every : time: invalid duration ""'],
  ])('%j is refused', (text, message) => {
    expect(() => parseCronSchedule(text)).toThrow(message);
  });
});
