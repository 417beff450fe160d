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
  expect(readable(line)).toBe('12:30:01.005 warn  binding failed component=scheduler pod={"name":"a"}');
});

test.each(['plain text', '{ not json', '{"level":'])('any other line stays as it is: %s', (line) => {
  expect(readable(line)).toBe(line);
});
