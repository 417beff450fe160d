import { matchesNodeSelector, type Node, type PersistentVolume, type PersistentVolumeClaim } from '@kubernats/api';
import { labelSelectorOf, quantityValue } from '@kubernats/apimachinery';

/** The class that a claim or volume is of; none is a class of its own: the empty one. */
export const classOf = ({ spec }: PersistentVolume | PersistentVolumeClaim): string => spec?.storageClassName ?? '';

export const capacityOf = ({ spec }: PersistentVolume): number => quantityValue(spec?.capacity?.storage);
const requestOf = ({ spec }: PersistentVolumeClaim): number => quantityValue(spec?.resources?.requests?.storage);

/** Whether a claim could have the volume, whoever has it now. `node`: where its first Pod will be, if that counts. */
export function fits(claim: PersistentVolumeClaim, volume: PersistentVolume, node: Node | undefined): boolean {
  const { accessModes = [], volumeMode = 'Filesystem', selector } = claim.spec ?? {};
  const offered = volume.spec?.accessModes ?? [];
  if (classOf(claim) !== classOf(volume)) return false;
  if (volumeMode !== (volume.spec?.volumeMode ?? 'Filesystem')) return false;
  if (!accessModes.every((mode) => offered.includes(mode))) return false;
  if (capacityOf(volume) < requestOf(claim)) return false;
  if (selector && !labelSelectorOf(selector).matches(volume.metadata?.labels)) return false;
  const affinity = volume.spec?.nodeAffinity?.required;
  return !node || !affinity || matchesNodeSelector(affinity, node);
}

/** Whether the volume is set aside for this claim: by a person, by name, or by the binder, with its uid. */
export function isReservedFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const reference = volume.spec?.claimRef;
  if (!reference || reference.name !== claim.metadata?.name || reference.namespace !== claim.metadata?.namespace) return false;
  return !reference.uid || reference.uid === claim.metadata?.uid;
}

/**
 * V3: the volume for a claim: one that is set aside for it, or else the smallest free one that fits. Among equals the name decides, so that the
 * choice is the same every time. With `reservedOnly`, only the former. Source: the Persistent Volumes concept, "Binding".
 */
export function bestVolume(
  claim: PersistentVolumeClaim,
  volumes: Iterable<PersistentVolume>,
  { node, reservedOnly = false }: { node?: Node; reservedOnly?: boolean } = {},
): PersistentVolume | undefined {
  let best: PersistentVolume | undefined;
  for (const volume of volumes) {
    if (volume.metadata?.deletionTimestamp !== undefined) continue;
    if (volume.spec?.claimRef) {
      if (isReservedFor(volume, claim)) return volume;
      continue;
    }
    if (reservedOnly || (volume.status?.phase ?? 'Available') !== 'Available' || !fits(claim, volume, node)) continue;
    if (!best || isBetter(volume, best)) best = volume;
  }
  return best;
}

function isBetter(volume: PersistentVolume, best: PersistentVolume): boolean {
  const difference = capacityOf(volume) - capacityOf(best);
  return difference < 0 || (difference === 0 && (volume.metadata?.name ?? '') < (best.metadata?.name ?? ''));
}
