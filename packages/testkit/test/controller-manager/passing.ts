import type { SteppedClock } from '@kubernats/clock';

/** Lets time pass until the work is done. */
export async function passing<T>(clock: SteppedClock, work: Promise<T>): Promise<T> {
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  while (!done) await clock.advance(250);
  return ended;
}
