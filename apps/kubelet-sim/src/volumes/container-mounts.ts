import type { Container, VolumeMount } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import type { Mount } from '@kubernats/containers';
import { type Files, FilesError } from '@kubernats/files';
import { among, expand } from '../env/expand.ts';
import { ConfigError } from '../env/sources.ts';
import { snapshotOf } from './snapshot.ts';
import { openSubPath, SubPathError } from './sub-path.ts';
import type { PreparedVolume } from './volume.ts';

/** A container's mounts, out of its Pod's volumes. Throws `ConfigError`, worded as the kubelet words it. */
export async function containerMounts(
  clock: Clock,
  container: Container,
  volumes: ReadonlyMap<string, PreparedVolume>,
  env: Readonly<Record<string, string>>,
): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const { name, mountPath, readOnly = false } = mount;
    const volume = volumes.get(name);
    if (!volume) throw new ConfigError(`cannot find volume "${name}" to mount into container "${container.name}"`);
    const inner = subPathOf(mount, env);
    if (inner === '') {
      mounts.push({ path: mountPath, files: volume.files, readOnly, pageOwners: volume.pageOwners });
      continue;
    }
    const files = await subPath(volume.ofNode ?? volume.files, inner, mount, container);
    // What the node writes anew is not seen by this mount: it keeps what was there when the container started.
    if (volume.refresh) mounts.push({ path: mountPath, files: await snapshotOf(files, clock), readOnly: true });
    else mounts.push({ path: mountPath, files, readOnly, pageOwners: volume.pageOwners });
  }
  return mounts;
}

function subPathOf({ subPath: plain = '', subPathExpr }: VolumeMount, env: Readonly<Record<string, string>>): string {
  if (!subPathExpr) return plain;
  const missing = new Set<string>();
  const expanded = expand(subPathExpr, (name) => {
    const value = among(env)(name);
    if (!value) missing.add(name);
    return value;
  });
  if (missing.size > 0) throw new ConfigError(`missing value for ${[...missing].sort().join(', ')}`);
  return expanded;
}

async function subPath(volume: Files, path: string, { name }: VolumeMount, container: Container): Promise<Files> {
  if (path.startsWith('/')) throw new ConfigError(`error SubPath \`${path}\` must not be an absolute path`);
  if (path.split('/').includes('..')) throw new ConfigError(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  try {
    return await openSubPath(volume, path);
  } catch (error) {
    if (!(error instanceof SubPathError || error instanceof FilesError)) throw error;
    const isUnsafe = error instanceof SubPathError && error.isUnsafe;
    const what = isUnsafe ? 'failed to prepare subPath' : 'failed to create subPath directory';
    throw new ConfigError(`${what} for volumeMount "${name}" of container "${container.name}"`);
  }
}
