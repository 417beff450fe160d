import type { Container, Pod } from '@kubernats/api';
import type { Mount } from '@kubernats/containers';
import { type Files, FilesError } from '@kubernats/files';
import { expand } from '../env/expand.ts';
import { ConfigError } from '../env/sources.ts';
import { emptyDir } from './empty-dir.ts';
import { hostPath } from './host-path.ts';
import { persistentVolumeClaim } from './persistent-volume-claim.ts';
import { configMap, downwardApi, projected, secret } from './projected.ts';
import { MountError, type VolumeContext, type VolumePlugin } from './volume.ts';

const PLUGINS: readonly VolumePlugin[] = [emptyDir, hostPath, persistentVolumeClaim, configMap, secret, projected, downwardApi];

/** Where the Pods' own folders lie on the node; `podFolder` is one of them. */
export const PODS_FOLDER = '/var/lib/kubelet/pods';
export const podFolder = (uid: string): string => `${PODS_FOLDER}/${uid}`;

/** A volume of the Pod cannot be mounted; the message is the FailedMount event's. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}

/** Prepares all volumes of a Pod. Throws `VolumeError` for the first that fails. */
export async function setUpVolumes(pod: Pod, context: Omit<VolumeContext, 'pod' | 'volume' | 'own'>): Promise<Map<string, Files>> {
  const folders = new Map<string, Files>();
  for (const volume of pod.spec?.volumes ?? []) {
    const own = async (plugin: string): Promise<Files> => {
      const path = `${podFolder(pod.metadata?.uid ?? '')}/volumes/${plugin}/${volume.name}`;
      await context.node.mkdir(path, { recursive: true });
      return context.node.scope(path);
    };
    const plugin = PLUGINS.find(({ field }) => volume[field] !== undefined) ?? emptyDir;
    try {
      const named = Object.keys(volume).filter((field) => field !== 'name');
      if (named.length > 0 && volume[plugin.field] === undefined) throw new MountError(`volumes of kind ${named[0]} are not supported`);
      folders.set(volume.name, await plugin.setUp({ ...context, pod, volume, own }));
    } catch (error) {
      if (!(error instanceof MountError || error instanceof FilesError)) throw error;
      throw new VolumeError(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
    }
  }
  return folders;
}

/** A container's mounts, out of its Pod's volumes. Throws `ConfigError`. */
export async function mountsOf(
  container: Container,
  volumes: ReadonlyMap<string, Files>,
  env: Readonly<Record<string, string>>,
): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const { name, mountPath, subPath, subPathExpr, readOnly = false } of container.volumeMounts ?? []) {
    const volume = volumes.get(name);
    if (!volume) throw new ConfigError(`cannot find volume "${name}" to mount into container "${container.name}"`);
    const inner = subPath || (subPathExpr && expand(subPathExpr, env));
    mounts.push({ path: mountPath, files: inner ? await openSubPath(volume, name, inner) : volume, readOnly });
  }
  return mounts;
}

async function openSubPath(volume: Files, name: string, path: string): Promise<Files> {
  if (path.startsWith('/') || path.split('/').includes('..')) {
    throw new ConfigError(`failed to prepare subPath for volumeMount "${name}": subPath "${path}" leads out of the volume`);
  }
  try {
    if (!(await volume.stat(path))) await volume.mkdir(path, { recursive: true, mode: 0o750 });
  } catch (error) {
    throw new ConfigError(
      `failed to create subPath directory for volumeMount "${name}": ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return volume.scope(path);
}
