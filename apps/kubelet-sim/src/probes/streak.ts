import type { Probe } from '@kubernats/api';

/** How often in a row a probe has come to the same result. */
export interface Streak {
  result: 'success' | 'failure';
  length: number;
}

/** One more result. */
export function continued(streak: Streak | undefined, result: Streak['result']): Streak {
  return { result, length: streak?.result === result ? streak.length + 1 : 1 };
}

/** Whether the streak is long enough to count. */
export function counts({ result, length }: Streak, { successThreshold = 1, failureThreshold = 3 }: Probe): boolean {
  return length >= (result === 'success' ? successThreshold : failureThreshold);
}
