import { expect, test } from 'vitest';
import { readable } from './output.ts';

test('a JSON log line is shown as a person reads it', () => {
  const line = JSON.stringify({
    level: 40,
    time: Date.UTC(2026, 0, 1, 12, 30, 1, 5),
    component: 'scheduler',
    pod: { name: 'a' },
    msg: 'binding failed',
  });
  expect(readable(line)).toBe('12:30:01.005 warn  binding failed pod={"name":"a"}');
});

test.each(['plain text', '{ not json', '{"level":'])('any other line stays as it is: %s', (line) => {
  expect(readable(line)).toBe(line);
});

test('an error shows its message; its stack is for the file', () => {
  const line = JSON.stringify({ level: 50, time: 0, msg: 'failed', error: { message: 'no such "thing"', stack: 'Error: …' } });
  expect(readable(line)).toBe('00:00:00.000 error failed error="no such \\"thing\\""');
});

test('of nats-server, what is out of order is shown', () => {
  const said = (level: string): string => `[7] 2026/11/24 04:33:53.025023 [${level}] JetStream`;
  expect(readable(said('INF'))).toBeUndefined();
  expect(readable(said('WRN'))).toBe(said('WRN'));
});
