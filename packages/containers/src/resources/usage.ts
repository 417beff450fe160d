import type { UsageStep } from '@kubernats/api';
import type { Clock, Timer } from '@kubernats/clock';

/** A ramp is climbed in so many steps, none shorter and none longer than these. */
const STEPS = 20;
const STEP_MIN_MS = 100;
const STEP_MAX_MS = 1000;

/**
 * What a course of use comes to after so long, and in how many milliseconds to ask again; undefined: it stays so. A ramp begins where the
 * step before has come to. Pure.
 */
export function usageAt(steps: readonly UsageStep[], elapsedMs: number): { amount: number; nextInMs: number | undefined } {
  let leftMs = elapsedMs;
  let amount = 0;
  for (const step of steps) {
    if (leftMs < step.afterMs) return { amount, nextInMs: step.afterMs - leftMs };
    leftMs -= step.afterMs;
    if (leftMs < step.overMs) {
      const stepMs = Math.min(Math.max(step.overMs / STEPS, STEP_MIN_MS), STEP_MAX_MS);
      return { amount: amount + (step.amount - amount) * (leftMs / step.overMs), nextInMs: Math.min(stepMs, step.overMs - leftMs) };
    }
    leftMs -= step.overMs;
    amount = step.amount;
  }
  return { amount, nextInMs: undefined };
}

/** Follows a course of use by the clock; `apply` is told each new amount, the first one at once. Gives what stops it. */
export function followUsage(clock: Clock, steps: readonly UsageStep[], apply: (amount: number) => void): () => void {
  const startMs = clock.monotonic();
  let timer: Timer | undefined;
  let stopped = false;
  const look = (): void => {
    const { amount, nextInMs } = usageAt(steps, clock.monotonic() - startMs);
    // The container may be killed for it.
    apply(amount);
    if (nextInMs !== undefined && !stopped) timer = clock.setTimer(nextInMs, look);
  };
  look();
  return () => {
    stopped = true;
    timer?.cancel();
  };
}
