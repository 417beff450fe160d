import type { Clock } from './ports.ts';

/** Waits for a promise, but no longer than `limitMs`: then it rejects with `tooLate()`, and what becomes of the promise is nobody's concern. */
export async function settledWithin<T>(limitMs: number, clock: Clock, promise: Promise<T>, tooLate: () => Error): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = clock.setTimer(limitMs, () => reject(tooLate()));
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.cancel();
  }
}
