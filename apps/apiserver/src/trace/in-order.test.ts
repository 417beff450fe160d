import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { InOrder } from './in-order.ts';

const HOLD_MS = 100;

test('what arrives within a moment is given in the order in which it happened', async () => {
  const clock = new SteppedClock();
  const given: string[] = [];
  const inOrder = new InOrder<string>(clock, HOLD_MS, (item) => given.push(item));
  inOrder.add('second', 20);
  await clock.advance(60);
  inOrder.add('first', 10);
  inOrder.add('third', 30);
  await clock.advance(39);
  expect(given).toEqual([]);
  await clock.advance(1);
  expect(given).toEqual(['first', 'second']);
  await clock.advance(HOLD_MS);
  expect(given).toEqual(['first', 'second', 'third']);
  inOrder.add('late', 1);
  await clock.advance(HOLD_MS);
  expect(given.at(-1)).toBe('late');
  expect(clock.waiting).toBe(0);
});

test('at the end nothing is held back', () => {
  const clock = new SteppedClock();
  const given: number[] = [];
  const inOrder = new InOrder<number>(clock, HOLD_MS, (item) => given.push(item));
  for (const at of [3, 1, 2]) inOrder.add(at, at);
  inOrder.flush();
  expect(given).toEqual([1, 2, 3]);
  expect(clock.waiting).toBe(0);
});
