import { isReservedFor, type PersistentVolume, type PersistentVolumeClaim } from '@kubernats/api';
import { BOUND_BY_CONTROLLER, PROVISIONED_BY } from '../annotations.ts';

/** What is to become of a volume. */
export type VolumeDecision =
  | { do: 'phase'; phase: 'Available' | 'Bound' | 'Released' }
  /** It is half bound; or it failed, and what was tried then is not wanted any more: an administrator looks after it. */
  | { do: 'nothing' }
  /** Nobody can delete it, though its policy says so. */
  | { do: 'fail'; message: string }
  /** Its claim took another one: it is set aside no longer, or only by name again if a person did it. */
  | { do: 'unbind' };

/**
 * V4: Available, Bound, Released or Failed. `claim` is the one of the name that the volume is set aside for, as far as it exists.
 * Source: the Persistent Volumes concept, "Phase" and "Reclaiming".
 */
export function decide(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumeDecision {
  // Set aside by name only: whether the claim exists or not, nobody has used it yet.
  if (!volume.spec?.claimRef?.uid) return { do: 'phase', phase: 'Available' };
  if (!claim || !isReservedFor(volume, claim)) return decideReclaim(volume);
  const chosen = claim.spec?.volumeName;
  // Half a binding: the claim's own loop goes on with it.
  if (!chosen) return { do: 'nothing' };
  if (chosen === volume.metadata?.name) return { do: 'phase', phase: 'Bound' };
  const madeForIt = wasProvisioned(volume) && volume.spec.persistentVolumeReclaimPolicy === 'Delete';
  return madeForIt ? decideReclaim(volume) : { do: 'unbind' };
}

function decideReclaim(volume: PersistentVolume): VolumeDecision {
  // Who provisioned it deletes it when it is Released; a volume that a person made has nobody to delete what is on it.
  if (volume.spec?.persistentVolumeReclaimPolicy !== 'Delete' || wasProvisioned(volume)) {
    return volume.status?.phase === 'Failed' ? { do: 'nothing' } : { do: 'phase', phase: 'Released' };
  }
  return { do: 'fail', message: whyNotDeleted(volume) };
}

function whyNotDeleted({ metadata, spec }: PersistentVolume): string {
  const path = spec?.hostPath?.path;
  if (path !== undefined && !path.startsWith('/tmp/')) return `host_path deleter only supports /tmp/.+ but received provided ${path}`;
  return `error getting deleter volume plugin for volume ${JSON.stringify(metadata?.name)}: no deletable volume plugin matched`;
}

const wasProvisioned = ({ metadata }: PersistentVolume): boolean => metadata?.annotations?.[PROVISIONED_BY] !== undefined;

/** The volume without the claim that it was set aside for. */
export function unbound(volume: PersistentVolume): PersistentVolume {
  const { [BOUND_BY_CONTROLLER]: byController, ...annotations } = volume.metadata?.annotations ?? {};
  const { claimRef, ...spec } = volume.spec ?? {};
  if (byController !== undefined || !claimRef) return { ...volume, metadata: { ...volume.metadata, annotations }, spec };
  const { uid: _uid, resourceVersion: _version, ...byName } = claimRef;
  return { ...volume, spec: { ...spec, claimRef: byName } };
}
