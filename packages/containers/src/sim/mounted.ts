import { createMountedFiles, type Files, FilesError } from '@kubernats/files';
import { ContainerStartError, type Mount } from '../port.ts';
import { cannotStart } from '../runtime-words.ts';

const REASONS: Readonly<Record<string, string>> = {
  EROFS: 'read-only file system',
  ENOTDIR: 'not a directory',
  ENOSPC: 'no space left on device',
};

/** A container's tree: its root, with the volumes mounted into it. Throws `ContainerStartError`, as a runtime words it, where that cannot be. */
export async function mounted(openRoot: () => Promise<Files>, mounts: readonly Mount[]): Promise<Files> {
  try {
    return await createMountedFiles(openRoot, mounts);
  } catch (error) {
    if (!(error instanceof FilesError)) throw error;
    const why = `create mountpoint for ${error.path} mount: make mountpoint "${error.path}": ${REASONS[error.code] ?? error.code}`;
    throw new ContainerStartError('RunContainerError', cannotStart(`error mounting volume to rootfs at "${error.path}": ${why}: unknown`));
  }
}
