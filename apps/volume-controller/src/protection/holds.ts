import type { PersistentVolumeClaim, Pod } from '@kubernats/api';
import { isControlledBy } from '@kubernats/apimachinery';

/**
 * Whether the Pod keeps the claim from going: from when it comes to a node until it is deleted, ended or not, because its node may still have the
 * volume mounted. A claim that lives with its Pod is held only until the kubelet is done: otherwise each would wait for the other to go.
 * Source: the Persistent Volumes concept, "Storage Object in Use Protection".
 */
export function holds({ metadata, spec }: Pod, claim: PersistentVolumeClaim): boolean {
  const { name = '', namespace } = claim.metadata ?? {};
  if (!spec?.nodeName || metadata?.namespace !== namespace) return false;
  const isShutDown = metadata?.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
  return (spec.volumes ?? []).some((volume) => {
    if (volume.persistentVolumeClaim) return volume.persistentVolumeClaim.claimName === name;
    if (!volume.ephemeral || isShutDown) return false;
    return `${metadata?.name}-${volume.name}` === name && isControlledBy(claim, metadata?.uid ?? '');
  });
}
