import { type Client, createClient } from '@kubernats/client';
import { realClock } from '@kubernats/clock';
import { isRetryable, StatusError } from '@kubernats/errors';
import type { Target } from '../targets/target.ts';

/** Shorter than most faults last: who asks is to see them. */
const PATIENCE_MS = 5000;
const AGAIN_MS = 250;

export const NAMESPACE = 'chaos';

export const clientOf = (target: Target): Client => createClient(target.transport, { timeoutMs: PATIENCE_MS });

export type Answer<T> = { outcome: 'acknowledged'; answer: T } | { outcome: 'refused' | 'unknown'; why: string };

/** Asks once. `unknown`: what was asked for may have been done, or may be done yet. */
export async function ask<T>(question: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { outcome: 'acknowledged', answer: await question() };
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { outcome: isRetryable(error) ? 'unknown' : 'refused', why: error.message };
  }
}

/** For what may be asked for twice: asks until there is an answer. `isDone` tells the refusals that say that an earlier try has done it. */
export async function insist(question: () => Promise<unknown>, isDone: (error: unknown) => boolean = () => false): Promise<void> {
  for (;;) {
    try {
      await question();
      return;
    } catch (error) {
      if (isDone(error)) return;
      if (!isRetryable(error)) throw error;
      await realClock.sleep(AGAIN_MS);
    }
  }
}
