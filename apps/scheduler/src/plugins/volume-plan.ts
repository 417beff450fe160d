import {
  bestVolume,
  isReachableFrom,
  type Node,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from '@kubernats/api';
import type { VolumeNeeds } from './volume-needs.ts';

/** On a claim: the node that was chosen for its first Pod, where a volume is to be made for it. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** What is to be written before a Pod can go to the node that was looked at. */
export interface VolumePlan {
  /** Volumes that are there, and which claims get them. */
  bindings: { claim: PersistentVolumeClaim; volume: PersistentVolume }[];
  /** Claims for which volumes are to be made there. */
  provisions: PersistentVolumeClaim[];
  /** Why the node will not do, in kube-scheduler's words; empty: it will. */
  conflicts: string[];
}

/**
 * Which volumes the Pod would use on the node. A volume that is there is preferred to one that is to be made. Pure. Source: the Storage Classes
 * concept, "Volume binding mode" and "Allowed topologies".
 */
export function planVolumes({ bound, delayed }: VolumeNeeds, node: Node): VolumePlan {
  const plan: VolumePlan = { bindings: [], provisions: [], conflicts: [] };
  const lost = bound.findIndex((volume) => !volume || !isReachableFrom(volume, node));
  const isGone = lost >= 0 && bound[lost] === undefined;
  if (lost >= 0 && !isGone) plan.conflicts.push("node(s) didn't match PersistentVolume's node affinity");
  if (!findVolumes(plan, delayed, node)) plan.conflicts.push("node(s) didn't find available persistent volumes to bind");
  if (isGone) plan.conflicts.push('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
  return plan;
}

/** Answers whether each claim finds something. */
function findVolumes({ bindings, provisions }: VolumePlan, delayed: VolumeNeeds['delayed'], node: Node): boolean {
  const taken = new Set<PersistentVolume>();
  for (const { claim, volumes, storageClass } of delayed) {
    const selected = claim.metadata?.annotations?.[SELECTED_NODE];
    if (selected !== undefined && selected !== node.metadata?.name) return false;
    const free = taken.size === 0 ? volumes : volumes.filter((each) => !taken.has(each));
    const volume = selected === undefined ? bestVolume(claim, free, { node }) : undefined;
    if (volume) {
      taken.add(volume);
      bindings.push({ claim, volume });
    } else if (canProvision(storageClass, node)) provisions.push(claim);
    else return false;
  }
  return true;
}

function canProvision({ provisioner, allowedTopologies = [] }: StorageClass, node: Node): boolean {
  if (!provisioner || provisioner === NO_PROVISIONER) return false;
  const labels = node.metadata?.labels ?? {};
  return (
    allowedTopologies.length === 0 ||
    allowedTopologies.some(
      // A term that says nothing matches nothing.
      ({ matchLabelExpressions = [] }) =>
        matchLabelExpressions.length > 0 && matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
    )
  );
}
