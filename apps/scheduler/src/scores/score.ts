import type { Candidate, Place } from '../filters/filter.ts';

/** One opinion on how good a node is. Larger is better. */
export interface Score {
  name: string;
  /** How much it counts beside the others. */
  weight: number;
  /** 0 to 100, or any scale that `normalise` brings there. */
  of(candidate: Candidate, place: Place): number;
  /** `highest`: 100 goes to the largest value. `lowest`: to the smallest. Absent: the values are final. */
  normalise?: 'highest' | 'lowest';
}

export const MAX_SCORE = 100;
