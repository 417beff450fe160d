import type { PersistentVolume, PersistentVolumeSpec, Pod, Volume } from '@kubernats/api';
import { otherDriver } from './drivers.ts';
import { sha256 } from './folder-name.ts';
import { IN_TREE_SOURCES, type SourceOwner } from './in-tree-sources.ts';
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
export function sourceOf({ metadata, spec = {} }: PersistentVolume): VolumeSource | undefined {
  if (spec.csi) {
    const { driver, volumeHandle, volumeAttributes = {}, readOnly = false } = spec.csi;
    return { field: 'csi', driver, volume: volumeOf(driver, volumeHandle, volumeAttributes), readOnly };
  }
  return inTreeSource(spec, { name: metadata?.name ?? '', namespace: spec.claimRef?.namespace ?? 'default' }, 'DirectoryOrCreate');
}

/** Reads what a Pod mounts without a claim; undefined: it is not a back end's (`emptyDir`, `configMap`, a claim, …). */
export function sourceOfPodVolume(volume: Volume, { metadata }: Pod): VolumeSource | undefined {
  const own = `csi-${sha256(`${metadata?.uid}${volume.name}`)}`;
  if (volume.csi) {
    const { driver, volumeAttributes = {}, readOnly = false } = volume.csi;
    return { field: 'csi', driver, volume: { handle: own, attributes: volumeAttributes }, readOnly };
  }
  if (volume.gitRepo) {
    // Without a directory it goes where `git clone` puts it; a back end's volume without one is the repository itself.
    const { repository, revision, directory = '' } = volume.gitRepo;
    const attributes = { repository, ...(revision && { revision }), directory };
    return { field: 'gitRepo', driver: 'git.kubernats.dev', volume: { handle: own, attributes }, readOnly: false };
  }
  return inTreeSource(volume, { name: volume.name, namespace: metadata?.namespace ?? 'default' }, '');
}

/** Whether a field of this name is a source whose storage is simulated by a back end: a person should be told. What lies on a node is as it says. */
export const isSimulatedSource = (field: string): boolean => field !== 'csi' && field !== 'hostPath' && field !== 'local';

function inTreeSource(sources: PersistentVolumeSpec | Volume, owner: SourceOwner, hostPathType: string): VolumeSource | undefined {
  if (sources.hostPath) {
    const { path, type } = sources.hostPath;
    return onNode('hostPath', path, type || hostPathType);
  }
  if ('local' in sources && sources.local) return onNode('local', sources.local.path, 'Directory');
  for (const { field, driver, read } of IN_TREE_SOURCES) {
    const volume = read(sources, owner);
    if (volume) return { field, driver, volume: volumeOf(driver, volume.handle, volume.attributes), readOnly: volume.readOnly === true };
  }
  return undefined;
}

function volumeOf(driver: string, handle: string, attributes: VolumeRef['attributes'] = {}): VolumeRef {
  const other = otherDriver(driver);
  return { handle, ...(other === undefined ? {} : { driver: other }), attributes };
}

const onNode = (field: string, path: string, type: string): VolumeSource => ({
  field,
  driver: 'local.kubernats.dev',
  volume: { handle: path, attributes: { path, type } },
  readOnly: false,
});
