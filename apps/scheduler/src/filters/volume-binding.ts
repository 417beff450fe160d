import { bestVolume, matchesNodeSelector, type Node, type PersistentVolume } from '@kubernats/api';
import { type Filter, unresolvable } from './filter.ts';
import type { DelayedClaim } from './volume-needs.ts';

/** On a claim: the node that was chosen for its first Pod. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** The volumes of the Pod's bound claims must be reachable from the node, and for the others there must be some. */
export const volumeBinding: Filter = {
  name: 'VolumeBinding',
  check({ volumes }, { node }) {
    if (volumes.missingVolume) return unresolvable('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
    if (!node) return undefined;
    if (!volumes.affinities.every((affinity) => matchesNodeSelector(affinity, node))) {
      return unresolvable("node(s) didn't match PersistentVolume's node affinity");
    }
    return findsVolumes(volumes.delayed, node) ? undefined : unresolvable("node(s) didn't find available persistent volumes to bind");
  },
};

function findsVolumes(delayed: readonly DelayedClaim[], node: Node): boolean {
  const taken = new Set<PersistentVolume>();
  for (const { claim, volumes } of delayed) {
    const selected = claim.metadata?.annotations?.[SELECTED_NODE];
    if (selected !== undefined && selected !== node.metadata?.name) return false;
    if (!volumes) continue;
    const volume = bestVolume(
      claim,
      volumes.filter((each) => !taken.has(each)),
      { node },
    );
    if (!volume) return false;
    taken.add(volume);
  }
  return true;
}
