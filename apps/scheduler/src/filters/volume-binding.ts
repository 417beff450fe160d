import { matchesNodeSelector } from '@kubernats/api';
import { type Filter, unresolvable } from './filter.ts';

/** The volumes of the Pod's bound claims must be reachable from the node. */
export const volumeBinding: Filter = {
  name: 'VolumeBinding',
  check({ volumes }, { node }) {
    if (volumes.missingVolume) return unresolvable('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
    if (!node || volumes.affinities.every((affinity) => matchesNodeSelector(affinity, node))) return undefined;
    return unresolvable("node(s) didn't match PersistentVolume's node affinity");
  },
};
