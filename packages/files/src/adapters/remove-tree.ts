import { chmodSync, lstatSync, readdirSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '@kubernats/errors';

/**
 * Removes a file or a tree; a link is removed itself. A container may have taken the right to write from its own folders (it is root in there,
 * this process need not be): then it is given back first. Synchronous: nobody changes the tree meanwhile.
 */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    const code = systemCode(error);
    // Node does not know what some codes are called (EROFS): the single steps have their names.
    if (code === '') return removeStepByStep(path);
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    openFolders(path);
    rmSync(path, { recursive: true, force: true });
  }
}

function removeStepByStep(path: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory()) {
    for (const name of readdirSync(path)) removeStepByStep(join(path, name));
    rmdirSync(path);
  } else if (stats) unlinkSync(path);
}

function openFolders(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) openFolders(join(path, name));
}
