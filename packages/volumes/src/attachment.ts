import { sha256 } from './folder-name.ts';
import type { VolumeSource } from './source.ts';

/** What of a source says which volume it is. */
export type VolumeIdentity = Pick<VolumeSource, 'driver' | 'volume'>;

/** A volume's name in a Node's `volumesInUse` and `volumesAttached`. */
export const uniqueVolumeName = ({ driver, volume }: VolumeIdentity): string => `kubernetes.io/csi/${driver}^${volume.handle}`;

/** The VolumeAttachment of a volume and a node: there is one name for both, so that there is never a second one. */
export function attachmentName({ driver, volume }: VolumeIdentity, node: string): string {
  return `csi-${sha256(`${volume.handle}${driver}${node}`)}`;
}
