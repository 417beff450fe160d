import type { PersistentVolume, PersistentVolumeClaim, Volume } from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import type { VolumeSource } from '@kubernats/volumes';

/** A volume of a back end, as a Pod wants it. */
export interface WantedVolume {
  /** As messages name it: the PersistentVolume's name, or the Pod's own for a volume that it describes itself. */
  readonly name: string;
  readonly source: VolumeSource;
  readonly readOnly: boolean;
  /** What it holds; undefined: nobody says. */
  readonly capacityBytes: number | undefined;
  /** No other Pod may use it at the same time. */
  readonly isExclusive: boolean;
}

/** The volume that a claim leads to. `readOnly` is the Pod's wish. Source: the Persistent Volumes concept, "Access Modes". */
export function wantedOfClaim(volume: PersistentVolume, source: VolumeSource, readOnly: boolean): WantedVolume {
  const { accessModes = [] } = volume.spec ?? {};
  const onlyMode = accessModes.length === 1 ? accessModes[0] : undefined;
  return {
    name: volume.metadata?.name ?? '',
    source,
    readOnly: readOnly || source.readOnly || onlyMode === 'ReadOnlyMany',
    capacityBytes: capacityOf(volume),
    isExclusive: onlyMode === 'ReadWriteOncePod',
  };
}

/** A volume that the Pod itself describes. */
export function wantedOfPod({ name }: Volume, source: VolumeSource): WantedVolume {
  return { name, source, readOnly: source.readOnly, capacityBytes: undefined, isExclusive: false };
}

/** How much the volume holds, in bytes; undefined: it does not say. */
export const capacityOf = ({ spec }: PersistentVolume): number | undefined => quantityValue(spec?.capacity?.storage) || undefined;

/** Whether the volume has grown, and its node is to finish that. Source: KEP-1790, "Recover from volume expansion failure". */
export function awaitsNodeExpansion({ status }: PersistentVolumeClaim, volume: PersistentVolume): boolean {
  const isPending =
    status?.conditions?.some((condition) => condition.type === 'FileSystemResizePending' && condition.status === 'True') === true ||
    status?.allocatedResourceStatuses?.storage === 'NodeResizePending';
  return isPending && (capacityOf(volume) ?? 0) >= quantityValue(status?.capacity?.storage);
}
