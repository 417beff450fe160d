import type { PersistentVolume } from '@kubernats/api';
import { PROVISIONED_BY, PROVISIONER_FINALIZER, REMOVING } from '../annotations.ts';

/** What is to become of a volume's bytes. */
export type DeletionDecision =
  | { do: 'nothing' }
  /** A volume that goes with its claim says so: it stays until its bytes are gone. */
  | { do: 'protect' }
  /** Its bytes are to be kept. */
  | { do: 'unprotect' }
  | { do: 'delete' };

const DELETE = 'Delete';

/**
 * V6: decides about a volume that a back end of this cluster holds. Source: the external-provisioner's part of KEP-2644 (Honor Persistent Volume Reclaim
 * Policy).
 */
export function decide({ metadata = {}, spec = {}, status }: PersistentVolume): DeletionDecision {
  const isProtected = metadata.finalizers?.includes(PROVISIONER_FINALIZER) ?? false;
  const isGoing = metadata.deletionTimestamp !== undefined;
  // Whoever wants to keep it now is late: nobody can tell whether there is anything left to keep.
  if (metadata.annotations?.[REMOVING] !== undefined && (isProtected || !isGoing)) return { do: 'delete' };
  if (spec.persistentVolumeReclaimPolicy !== DELETE) return { do: isProtected ? 'unprotect' : 'nothing' };
  // The finalizer was taken off: the bytes are gone, or somebody wants to keep them.
  if (isGoing && !isProtected) return { do: 'nothing' };
  if (metadata.annotations?.[PROVISIONED_BY] === undefined) return { do: isGoing && isProtected ? 'unprotect' : 'nothing' };
  const isReleased = status?.phase === 'Released' || status?.phase === 'Failed';
  if (isReleased || (isGoing && !spec.claimRef)) return { do: 'delete' };
  return { do: !isProtected && !isGoing ? 'protect' : 'nothing' };
}
