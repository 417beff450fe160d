import { MAX_SCORE, type Score } from './score.ts';

/** The share of cpu and memory that would still be free: work spreads over the nodes. Source: "Resource Bin Packing", LeastAllocated. */
export const leastAllocated: Score = {
  name: 'NodeResourcesFit',
  weight: 1,
  of({ scoring }, place) {
    let sum = 0;
    let counted = 0;
    for (const resource of ['cpu', 'memory']) {
      const capacity = place.allocatable[resource] ?? 0;
      if (capacity === 0) continue;
      counted++;
      const after = (place.scoring[resource] ?? 0) + (scoring[resource] ?? 0);
      if (after <= capacity) sum += ((capacity - after) * MAX_SCORE) / capacity;
    }
    return counted === 0 ? 0 : Math.floor(sum / counted);
  },
};
