import type { PersistentVolumeClaim, Pod, StatefulSet } from '@kubernats/api';
import { controllerOf, deepEqual, type OwnerReference, ownerReferenceTo } from '@kubernats/apimachinery';

// The claims of a StatefulSet's Pods. Source: the StatefulSet concept, "Stable Storage" and "PersistentVolumeClaim retention" (KEP-1847).

export const claimName = (set: StatefulSet, template: string, ordinal: number): string => `${template}-${set.metadata?.name}-${ordinal}`;

/** The claims that the Pod of an ordinal mounts. */
export function claimsFor(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
  return (set.spec?.volumeClaimTemplates ?? []).map(({ metadata: { name = '', labels, annotations } = {}, spec }) => {
    const owners = set.spec?.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete' ? [ownerReferenceTo(set)] : [];
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: claimName(set, name, ordinal),
        namespace: set.metadata?.namespace,
        labels: { ...labels, ...set.spec?.selector.matchLabels },
        ...(annotations && { annotations }),
        ...(owners.length > 0 && { ownerReferences: owners }),
      },
      spec,
    };
  });
}

/**
 * The owners that a claim must have by the set's policy: the set where it goes with it, the Pod where it goes with a Pod that is scaled away. Undefined:
 * it has them, or something else manages it, and the policy is not ours to carry out.
 */
export function claimOwners(claim: PersistentVolumeClaim, set: StatefulSet, pod: Pod, condemned: boolean): OwnerReference[] | undefined {
  const { whenDeleted, whenScaled } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {};
  const before = claim.metadata?.ownerReferences ?? [];
  const manager = controllerOf(claim);
  if (manager && !isSet(manager, set) && !isPod(manager, pod)) return undefined;
  const goesWithPod = whenScaled === 'Delete' && condemned;
  const goesWithSet = whenDeleted === 'Delete' && !goesWithPod;
  const others = before.filter((owner) => !isSet(owner, set) && !isPod(owner, pod));
  const owners = [
    ...others,
    ...(goesWithSet ? [ownerReferenceTo(set)] : []),
    ...(goesWithPod ? [ownerReferenceTo({ apiVersion: 'v1', kind: 'Pod', metadata: pod.metadata })] : []),
  ];
  return deepEqual(owners, before) ? undefined : owners;
}

/** Whether a claim waits to go with an earlier Pod of that name: a new Pod must not mount it. */
export function isStale({ metadata }: PersistentVolumeClaim, podName: string): boolean {
  return metadata?.ownerReferences?.some(({ kind, name }) => kind === 'Pod' && name === podName) ?? false;
}

const isSet = ({ kind, name }: OwnerReference, set: StatefulSet): boolean => kind === 'StatefulSet' && name === set.metadata?.name;
const isPod = ({ kind, name }: OwnerReference, pod: Pod): boolean => kind === 'Pod' && name === pod.metadata?.name;
