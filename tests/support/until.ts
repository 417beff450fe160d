import { setTimeout as pause } from 'node:timers/promises';

/**
 * How long a state that tells nobody of itself is left alone between two looks: as long as a look takes, to leave the processor to those who bring it
 * about.
 */
const PAUSE_MS = { least: 50, most: 500 };

/** Asks until the answer is as wanted, by default: something; and gives it. */
export async function until<T>(ask: () => T | Promise<T>, is: (answer: T) => boolean = Boolean): Promise<T> {
  for (;;) {
    const beganMs = performance.now();
    const answer = await ask();
    if (is(answer)) return answer;
    await pause(Math.min(Math.max(PAUSE_MS.least, performance.now() - beganMs), PAUSE_MS.most));
  }
}
