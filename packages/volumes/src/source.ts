import type { PersistentVolume } from '@kubernats/api';
import type { VolumeRef } from './port.ts';

/** Where a volume says that it is. */
export interface VolumeSource {
  /** The field that says it: `csi`, `nfs`, `hostPath`, `awsElasticBlockStore`, … */
  readonly field: string;
  /** The CSI driver: the one that is named, the one that took over from an in-tree field, or the back end's own. `Backends.ofDriver` knows it. */
  readonly driver: string;
  readonly volume: VolumeRef;
  readonly readOnly: boolean;
}

/** Reads the source of a PersistentVolume; undefined: it has none that is known here. */
export function sourceOf({ spec }: PersistentVolume): VolumeSource | undefined {
  if (spec?.csi) {
    const { driver, volumeHandle, volumeAttributes = {}, readOnly = false } = spec.csi;
    return { field: 'csi', driver, volume: { handle: volumeHandle, attributes: volumeAttributes }, readOnly };
  }
  return undefined;
}
