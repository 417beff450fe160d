import type { Entry } from '../history/entries.ts';

/** A promise that is checked against all that was noted of a run. */
export interface Checker {
  name: string;
  /** What is wrong, a line each; and what was looked at, in words, for a reader who wonders whether anything was. */
  check(history: readonly Entry[]): Verdict;
}

export interface Verdict {
  wrong: readonly string[];
  looked: string;
}
