import type { Filter } from './filter.ts';

/** P7: the node has what the Pod asks for, free, of every resource; and room for one more Pod. */
export const nodeResourcesFit: Filter = {
  name: 'NodeResourcesFit',
  check({ requests }, place) {
    const reasons: string[] = [];
    if (place.podCount + 1 > (place.allocatable.pods ?? 0)) reasons.push('Too many pods');
    for (const resource of Object.keys(requests)) {
      const wanted = requests[resource] ?? 0;
      if (wanted === 0) continue;
      const free = (place.allocatable[resource] ?? 0) - (place.requested[resource] ?? 0);
      if (wanted > free) reasons.push(`Insufficient ${resource}`);
    }
    return reasons;
  },
};
