import { createMountedFiles, type Files } from '@kubernats/files';
import type { NodeLink } from './node-links.ts';

/**
 * A node's disk with what is linked to it from other nodes, as it is now: links that come later are not seen in it, nor are those that a linked folder
 * has on its own node (`mount --bind`, not `--rbind`).
 */
export async function nodeTree(node: string, diskOf: (node: string) => Files, links: readonly NodeLink[]): Promise<Files> {
  const disk = diskOf(node);
  const own = links.filter(({ at }) => at.node === node);
  if (own.length === 0) return disk;
  const mounts = own.map(({ at, shows }) => ({
    path: at.path,
    files: diskOf(shows.node).scope(shows.path, { pinned: true }),
    readOnly: false,
  }));
  const tree = await createMountedFiles(async () => disk, mounts);
  // Unlike a container's root it is there already: it is opened now.
  await tree.stat('/');
  return tree;
}
