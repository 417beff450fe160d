import type { CSIDriver, PersistentVolume, Pod, VolumeAttachment, VolumeAttachmentSource } from '@kubernats/api';
import { type Backends, sourceOf, sourceOfPodVolume, uniqueVolumeName, type VolumeSource } from '@kubernats/volumes';

/** A volume that a node can mount only once it is attached. */
export interface AttachableVolume {
  /** As Nodes name it. */
  readonly key: string;
  readonly source: VolumeSource;
  /** As events name it. */
  readonly name: string;
  /** On one node at a time. */
  readonly exclusive: boolean;
  /** As a VolumeAttachment says which one it is. */
  readonly reference: VolumeAttachmentSource;
}

const SHARED_MODES = ['ReadWriteMany', 'ReadOnlyMany'];
/** Pods' own disks of these kinds are known to fail late, or badly, on a second node. */
const EXCLUSIVE_INLINE = ['azureDisk', 'cinder'];

/** The volume of a PersistentVolume; undefined: where it is, is not known here. */
export function volumeOf(volume: PersistentVolume): AttachableVolume | undefined {
  const source = sourceOf(volume);
  if (!source) return undefined;
  const name = volume.metadata?.name ?? '';
  const modes = volume.spec?.accessModes ?? [];
  const exclusive = modes.length > 0 && !modes.some((mode) => SHARED_MODES.includes(mode));
  return { key: uniqueVolumeName(source), source, name, exclusive, reference: { persistentVolumeName: name } };
}

/** The volumes that a Pod names itself, without a claim. A driver that makes a volume for the Pod alone (`csi`) makes it on the Pod's node. */
export function inlineVolumesOf(pod: Pod): AttachableVolume[] {
  return (pod.spec?.volumes ?? []).flatMap((each) => {
    const source = each.persistentVolumeClaim || each.ephemeral || each.csi ? undefined : sourceOfPodVolume(each, pod);
    if (!source) return [];
    const { driver, volume, field } = source;
    const csi = { driver, volumeHandle: volume.handle, volumeAttributes: { ...volume.attributes } };
    return {
      ...{ key: uniqueVolumeName(source), source, name: `${driver}-${volume.handle}`, exclusive: EXCLUSIVE_INLINE.includes(field) },
      reference: { inlineVolumeSpec: { accessModes: ['ReadWriteOnce'], csi } },
    };
  });
}

/** The volume of an attachment that says itself where it is. */
export function inlineVolumeOf({ spec }: VolumeAttachment): VolumeSource | undefined {
  const { inlineVolumeSpec } = spec?.source ?? {};
  return inlineVolumeSpec && sourceOf({ spec: inlineVolumeSpec });
}

/**
 * Whether volumes of this source are attached before they are mounted. A driver that is nobody's here is taken to need it: somebody else's attacher
 * may answer, or the Pod is told that nobody does. Source: the CSIDriver API, "attachRequired".
 */
export function needsAttach({ driver, field }: VolumeSource, backends: Backends, installed: CSIDriver | undefined): boolean {
  if (installed?.spec.attachRequired === false) return false;
  const backend = backends.ofDriver(driver, installed);
  return backend ? backend.traits.attach : field === 'csi';
}
