import { leastAllocated } from './least-allocated.ts';
import { preferredAffinity } from './node-affinity.ts';
import type { Score } from './score.ts';
import { preferredTaints } from './taint-toleration.ts';

/** With kube-scheduler's default weights. */
export const SCORES: readonly Score[] = [preferredTaints, preferredAffinity, leastAllocated];
