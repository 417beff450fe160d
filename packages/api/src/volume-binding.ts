// Which volume a claim may have: the same for who binds them and for the scheduler, which must know beforehand. Pure.
import { labelSelectorOf, quantityValue } from '@kubernats/apimachinery';
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../generated/types.ts';
import { classOf } from './kinds/core/storage/common.ts';
import { matchesNodeSelector } from './node-selector.ts';

const FILESYSTEM = 'Filesystem';
const capacityOf = ({ spec }: PersistentVolume): number => quantityValue(spec?.capacity?.storage);
const requestOf = ({ spec }: PersistentVolumeClaim): number => quantityValue(spec?.resources?.requests?.storage);

/** Why a claim that asks for this volume by name cannot have it, as kube-controller-manager words it; undefined: it can. */
export function volumeMismatch(claim: PersistentVolumeClaim, volume: PersistentVolume): string | undefined {
  if (volume.metadata?.deletionTimestamp !== undefined) {
    return `the volume is marked for deletion ${JSON.stringify(volume.metadata.name)}`;
  }
  if (capacityOf(volume) < requestOf(claim)) return 'requested PV is too small';
  if (classOf(claim) !== classOf(volume)) return 'storageClassName does not match';
  if (!sameAttributes(claim, volume)) return 'volumeAttributesClassName does not match';
  if (!hasSameMode(claim, volume)) return 'incompatible volumeMode';
  return offersModes(claim, volume) ? undefined : 'incompatible accessMode';
}

/** Whether both are file systems, or both block devices. */
export const hasSameMode = (claim: PersistentVolumeClaim, volume: PersistentVolume): boolean =>
  (claim.spec?.volumeMode ?? FILESYSTEM) === (volume.spec?.volumeMode ?? FILESYSTEM);

const sameAttributes = (claim: PersistentVolumeClaim, volume: PersistentVolume): boolean =>
  (claim.spec?.volumeAttributesClassName ?? '') === (volume.spec?.volumeAttributesClassName ?? '');

function offersModes(claim: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  const offered = volume.spec?.accessModes ?? [];
  return (claim.spec?.accessModes ?? []).every((mode) => offered.includes(mode));
}

/** Whether the volume is set aside for this claim: by a person, by name, or by the binder, with its uid. */
export function isReservedFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const reference = volume.spec?.claimRef;
  if (!reference || reference.name !== claim.metadata?.name || reference.namespace !== claim.metadata?.namespace) return false;
  return !reference.uid || reference.uid === claim.metadata?.uid;
}

/** Whether the volume can be used on the node. */
export function isReachableFrom(volume: PersistentVolume, node: Node): boolean {
  const affinity = volume.spec?.nodeAffinity?.required;
  return !affinity || matchesNodeSelector(affinity, node);
}

/** Whether a claim of the volume's class could have it, if it is free. */
export function isOfUse(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  if (!hasSameMode(claim, volume) || !offersModes(claim, volume) || capacityOf(volume) < requestOf(claim)) return false;
  return !claim.spec?.selector || labelSelectorOf(claim.spec.selector).matches(volume.metadata?.labels);
}

export interface VolumeChoice {
  /** Where the claim's first Pod will be, if that counts. */
  node?: Node;
  /** Only a volume that is set aside for the claim: which other one it gets is not decided yet. */
  reservedOnly?: boolean;
}

/**
 * The volume for a claim: one that is set aside for it, or else, of those that fit, the one with the fewest access modes beside, and of these the
 * smallest. Among equals the name decides, so that the choice is the same every time. Source: the Persistent Volumes concept, "Binding".
 */
export function bestVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  { node, reservedOnly = false }: VolumeChoice = {},
): PersistentVolume | undefined {
  const selector = claim.spec?.selector && labelSelectorOf(claim.spec.selector);
  const [request, wantedClass] = [requestOf(claim), classOf(claim)];
  const isReachable = (volume: PersistentVolume): boolean => !node || isReachableFrom(volume, node);
  let best: PersistentVolume | undefined;
  for (const volume of volumes) {
    const { metadata, spec, status } = volume;
    const isFree = !spec?.claimRef;
    if (isFree ? reservedOnly : !isReservedFor(volume, claim)) continue;
    // Of many that are alike the others need no further look.
    if (isFree && best && compare(volume, best) > 0) continue;
    if (metadata?.deletionTimestamp !== undefined || capacityOf(volume) < request) continue;
    if (!hasSameMode(claim, volume) || !sameAttributes(claim, volume) || !offersModes(claim, volume)) continue;
    // Who set it aside did the choosing: class and labels do not matter, and where it cannot be used the claim gets none.
    if (!isFree) return isReachable(volume) ? volume : undefined;
    if (status?.phase !== 'Available' || wantedClass !== classOf(volume)) continue;
    if (selector && !selector.matches(metadata?.labels)) continue;
    // The dearest question comes last.
    if (isReachable(volume)) best = volume;
  }
  return best;
}

function compare(a: PersistentVolume, b: PersistentVolume): number {
  const modes = (a.spec?.accessModes ?? []).length - (b.spec?.accessModes ?? []).length;
  const isSameSize = a.spec?.capacity?.storage === b.spec?.capacity?.storage;
  return modes || (isSameSize ? 0 : capacityOf(a) - capacityOf(b)) || ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1);
}
