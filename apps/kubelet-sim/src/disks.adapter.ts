import { join } from 'node:path';
import { makeDiskFiles } from '@kubernats/files';
import type { KubeletSimDeps } from './kubelet-sim.ts';
import { linksBeside } from './links/links-file.adapter.ts';

/** The folders of this machine that its nodes have: a disk each below `root`, what is linked between them, and the storage that lies outside of all. */
export function openDisks({ root, storage }: { root: string; storage: string }): Pick<KubeletSimDeps, 'diskOf' | 'links' | 'storage'> {
  return { diskOf: (node) => makeDiskFiles(join(root, node)), links: linksBeside(root), storage: makeDiskFiles(storage) };
}
