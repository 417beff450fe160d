import { type PersistentVolume, PersistentVolumeClaims, PersistentVolumes } from '@kubernats/api';
import { isForbidden, isNotFound } from '@kubernats/errors';
import type { Files } from '@kubernats/files';
import { openHostPath } from './host-path.ts';
import { MountError, type VolumeContext, type VolumePlugin } from './volume.ts';

/** V3: the volume that the claim is bound to. */
export const persistentVolumeClaim: VolumePlugin = {
  field: 'persistentVolumeClaim',
  async setUp(context) {
    const { claimName = '', readOnly = false } = context.volume.persistentVolumeClaim ?? {};
    const claim = await orAbsent(context.client.kind(PersistentVolumeClaims).get(claimName, context.pod.metadata?.namespace));
    if (!claim) throw new MountError(`persistentvolumeclaim "${claimName}" not found`);
    const volumeName = claim.spec?.volumeName;
    if (!volumeName || claim.status?.phase !== 'Bound') throw new MountError(`persistentvolumeclaim "${claimName}" is not bound`);
    const volume = await orAbsent(context.client.kind(PersistentVolumes).get(volumeName));
    if (!volume) throw new MountError(`persistentvolume "${volumeName}" not found`);
    const folder = await openPersistentVolume(volume, context);
    return { files: readOnly ? folder.scope('/', { readOnly: true }) : folder };
  },
};

async function openPersistentVolume({ metadata, spec }: PersistentVolume, context: VolumeContext): Promise<Files> {
  const { shared } = context;
  if (spec?.hostPath) return openHostPath(context, spec.hostPath.path, spec.hostPath.type || 'DirectoryOrCreate');
  if (spec?.local) return openHostPath(context, spec.local.path, 'Directory');
  if (spec?.nfs && shared) {
    const path = `/${spec.nfs.server}/${spec.nfs.path}`;
    await shared.mkdir(path, { recursive: true });
    return shared.scope(path, { readOnly: spec.nfs.readOnly === true });
  }
  throw new MountError(`persistentvolume "${metadata?.name}" is of a kind that this node cannot mount`);
}

async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNotFound(error) || isForbidden(error)) return undefined;
    throw error;
  }
}
