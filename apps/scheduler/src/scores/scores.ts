import { leastAllocated } from './least-allocated.ts';
import { nodeAffinityScore } from './node-affinity.ts';
import type { Score } from './score.ts';
import { taintTolerationScore } from './taint-toleration.ts';

/** All scores. What a Pod prefers by its own words weighs more than how full a node is. */
export const SCORES: readonly Score[] = [taintTolerationScore, nodeAffinityScore, leastAllocated];
