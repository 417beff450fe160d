import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { ClockSteps } from './clock-steps.ts';

test('a step of the wall clock is told of once, forward and back; time that passes is not', async () => {
  const clock = new SteppedClock();
  const steps = new ClockSteps(clock);
  const stop = new AbortController();
  let told = 0;
  const forget = steps.onStep(() => void told++);
  const running = steps.run(stop.signal);
  await clock.advance(300_000);
  expect(told).toBe(0);
  for (const hours of [5, -8]) {
    const before = told;
    clock.stepWall(hours * 3_600_000);
    await clock.advance(300_000);
    expect(told).toBe(before + 1);
  }
  // What a clock that is kept in time is moved by is none.
  clock.stepWall(200);
  await clock.advance(300_000);
  expect(told).toBe(2);
  forget();
  clock.stepWall(5_000);
  await clock.advance(300_000);
  expect(told).toBe(2);
  stop.abort();
  await running;
  expect(clock.waiting).toBe(0);
});
