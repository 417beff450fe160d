import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 100;

/** Asks until the answer is something; gives undefined when it never was within `patienceMs`. */
export async function until<T>(ask: () => T | Promise<T>, patienceMs = Number.POSITIVE_INFINITY): Promise<T | undefined> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) return undefined;
    await pause(LOOK_MS);
  }
}
