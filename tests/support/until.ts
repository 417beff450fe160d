import { setTimeout as pause } from 'node:timers/promises';

/** How often a state that tells nobody of itself is looked at: seldom enough to leave the processor to those who bring it about. */
const LOOK_MS = 50;

/** Asks until the answer is as wanted, by default: something; and gives it. */
export async function until<T>(ask: () => T | Promise<T>, is: (answer: T) => boolean = Boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (is(answer)) return answer;
    await pause(LOOK_MS);
  }
}
