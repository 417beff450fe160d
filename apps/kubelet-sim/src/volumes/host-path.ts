import type { Files } from '@kubernats/files';
import { MountError, type VolumePlugin } from './volume.ts';

/** V2: a path of the node. */
export const hostPath: VolumePlugin = {
  field: 'hostPath',
  async setUp({ volume, node, nodeName }) {
    return { files: await openHostPath(node, nodeName, volume.hostPath?.path ?? '/', volume.hostPath?.type ?? '') };
  },
};

/** Checks, or makes, a path of the node as its type says. Without a type it must be there already: who needs it made says so. */
export async function openHostPath(node: Files, nodeName: string, path: string, type: string): Promise<Files> {
  const kind = (await node.stat(path))?.kind;
  switch (type) {
    case 'DirectoryOrCreate':
      if (kind === undefined) await node.mkdir(path, { recursive: true, mode: 0o755 });
      else if (kind !== 'directory') throw new MountError(`hostPath type check failed: ${path} is not a directory`);
      break;
    case 'Directory':
      if (kind !== 'directory') throw new MountError(`hostPath type check failed: ${path} is not a directory`);
      break;
    case 'FileOrCreate':
      if (kind === undefined) {
        await node.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
        await node.write(path, new Uint8Array(), { mode: 0o644 });
      } else if (kind !== 'file') throw new MountError(`hostPath type check failed: ${path} is not a file`);
      break;
    case 'File':
      if (kind !== 'file') throw new MountError(`hostPath type check failed: ${path} is not a file`);
      break;
    case 'Socket':
      if (kind !== 'socket') throw new MountError(`hostPath type check failed: ${path} is not a socket file`);
      break;
    case 'CharDevice':
      throw new MountError(`hostPath type check failed: ${path} is not a character device`);
    case 'BlockDevice':
      throw new MountError(`hostPath type check failed: ${path} is not a block device`);
    default:
      if (kind === undefined) {
        throw new MountError(`hostPath "${path}" does not exist on node "${nodeName}": create it there, or use type: DirectoryOrCreate`);
      }
  }
  return node.scope(path);
}
