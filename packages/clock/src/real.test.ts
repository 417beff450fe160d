import { afterEach, expect, test, vi } from 'vitest';
import { realClock } from './real.ts';

const DAY_MS = 24 * 3600 * 1000;

afterEach(() => void vi.useRealTimers());

test("a timer that is longer than the machine's count is waited for, not fired at once", async () => {
  // Nothing is waited for while time is not real: what other files of this thread may still be up to must not live through two months.
  vi.useFakeTimers();
  const fired: string[] = [];
  realClock.setTimer(60 * DAY_MS, () => fired.push('timer'));
  void realClock.sleep(60 * DAY_MS).then(() => fired.push('sleep'));
  const cancelled = realClock.setTimer(60 * DAY_MS, () => fired.push('cancelled'));
  vi.advanceTimersByTime(59 * DAY_MS);
  expect(fired).toEqual([]);
  cancelled.cancel();
  vi.advanceTimersByTime(DAY_MS);
  await null;
  expect(fired).toEqual(['timer', 'sleep']);
});
