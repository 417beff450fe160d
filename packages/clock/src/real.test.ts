import { afterEach, expect, test, vi } from 'vitest';
import { realClock } from './real.ts';

const DAY_MS = 24 * 3600 * 1000;

afterEach(() => void vi.useRealTimers());

test("a timer that is longer than the machine's count is waited for, not fired at once", async () => {
  vi.useFakeTimers();
  const fired: string[] = [];
  realClock.setTimer(60 * DAY_MS, () => fired.push('timer'));
  void realClock.sleep(60 * DAY_MS).then(() => fired.push('sleep'));
  const cancelled = realClock.setTimer(60 * DAY_MS, () => fired.push('cancelled'));
  await vi.advanceTimersByTimeAsync(59 * DAY_MS);
  expect(fired).toEqual([]);
  cancelled.cancel();
  await vi.advanceTimersByTimeAsync(DAY_MS);
  expect(fired).toEqual(['timer', 'sleep']);
});
