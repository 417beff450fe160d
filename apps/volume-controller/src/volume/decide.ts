import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeStatus } from '@kubernats/api';
import { PROVISIONED_BY } from '../annotations.ts';

/** The phase that a volume should be in, and what to tell about it. */
export interface VolumeDecision {
  status: PersistentVolumeStatus;
  note?: { type: 'Warning'; reason: string; message: string };
}

const UNDELETABLE = 'no volume plugin matched';

/**
 * V4: Available, Bound, Released or Failed. `claim` is the one that the volume is set aside for, as far as it exists.
 * Source: the Persistent Volumes concept, "Phase" and "Reclaiming".
 */
export function decide(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumeDecision {
  const reference = volume.spec?.claimRef;
  if (!reference) return { status: { phase: 'Available' } };
  // Set aside by name only: whether the claim exists or not, nobody has used it yet.
  if (!reference.uid) return { status: { phase: 'Available' } };
  if (claim?.metadata?.uid === reference.uid) return { status: { phase: 'Bound' } };
  if (volume.spec?.persistentVolumeReclaimPolicy !== 'Delete') return { status: { phase: 'Released' } };
  // Who provisioned it deletes it when it is Released; a volume that a person made has nobody to delete what is on it.
  if (volume.metadata?.annotations?.[PROVISIONED_BY] !== undefined) return { status: { phase: 'Released' } };
  const message = `error getting deleter volume plugin for volume ${JSON.stringify(volume.metadata?.name)}: ${UNDELETABLE}`;
  return { status: { phase: 'Failed', message }, note: { type: 'Warning', reason: 'VolumeFailedDelete', message } };
}
