import type { Filter } from './filter.ts';
import { planVolumes } from './volume-plan.ts';

/** The volumes of the Pod's bound claims must be reachable from the node, and for the others there must be some, or be made. */
export const volumeBinding: Filter = {
  name: 'VolumeBinding',
  check({ volumes }, { node }) {
    if (!node || (volumes.bound.length === 0 && volumes.delayed.length === 0)) return undefined;
    const { conflicts } = planVolumes(volumes, node);
    return conflicts.length === 0 ? undefined : { reasons: conflicts, unresolvable: true };
  },
};
