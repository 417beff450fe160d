import type { FileStat, Files } from '@kubernats/files';
import { MountError, type VolumeDeps, type VolumePlugin } from './volume.ts';

/** V2: a path of the node. */
export const hostPath: VolumePlugin = {
  field: 'hostPath',
  async setUp(context) {
    return { files: await openHostPath(context, context.volume.hostPath?.path ?? '/', context.volume.hostPath?.type ?? '') };
  },
};

/** What each type asks for, and the kubelet's word for it. */
const TYPES: Readonly<Record<string, { kind: FileStat['kind']; called: string }>> = {
  Directory: { kind: 'directory', called: 'a directory' },
  DirectoryOrCreate: { kind: 'directory', called: 'a directory' },
  File: { kind: 'file', called: 'a file' },
  FileOrCreate: { kind: 'file', called: 'a file' },
  Socket: { kind: 'socket', called: 'a socket file' },
  CharDevice: { kind: 'charDevice', called: 'a character device' },
  BlockDevice: { kind: 'blockDevice', called: 'a block device' },
};

/**
 * Checks, or makes, a path of the node as its type says. Without a type it must be there already: who needs it made says so (or the node has the switch
 * that makes it). Throws `MountError`. Source: Kubernetes, "hostPath volume types".
 */
export async function openHostPath(
  { tree, nodeName, missingHostPaths }: Pick<VolumeDeps, 'tree' | 'nodeName' | 'missingHostPaths'>,
  path: string,
  type: string,
): Promise<Files> {
  const node = await tree();
  const kind = (await node.stat(path))?.kind;
  if (kind === undefined && (type === 'DirectoryOrCreate' || (type === '' && missingHostPaths === 'create'))) {
    await node.mkdir(path, { recursive: true, mode: 0o755 });
  } else if (kind === undefined && type === 'FileOrCreate') {
    await makeFile(node, path);
  } else {
    const problem = problemOf(kind, path, type, nodeName);
    if (problem !== undefined) {
      const hasCome = async (): Promise<boolean> => {
        const now = (await (await tree()).stat(path))?.kind;
        return problemOf(now, path, type, nodeName) === undefined;
      };
      throw new MountError(problem, { hasCome });
    }
  }
  // As a bind mount has it: what becomes of links on the way later changes nothing.
  return node.scope(await node.realpath(path), { pinned: true });
}

function problemOf(kind: FileStat['kind'] | undefined, path: string, type: string, nodeName: string): string | undefined {
  const wanted = TYPES[type];
  if (wanted) return kind === wanted.kind ? undefined : `hostPath type check failed: ${path} is not ${wanted.called}`;
  if (kind !== undefined) return undefined;
  return `hostPath "${path}" does not exist on node "${nodeName}": create it there, or use type: DirectoryOrCreate`;
}

/** The folder that the file is to be in is not made. */
async function makeFile(node: Files, path: string): Promise<void> {
  const folder = path.slice(0, path.replace(/\/+$/, '').lastIndexOf('/')) || '/';
  const isFolderThere = async (): Promise<boolean> => (await node.stat(folder))?.kind === 'directory';
  if (!(await isFolderThere())) throw new MountError(`open ${path}: no such file or directory`, { hasCome: isFolderThere });
  await node.write(path, new Uint8Array(), { mode: 0o644 });
}
