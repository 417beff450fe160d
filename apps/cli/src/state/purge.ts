import { lstatSync, readdirSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createDiskFiles, FilesError } from '@kubernats/files';
import { Failure } from '../failure.ts';
import type { ClusterPaths } from './paths.ts';
import { slotIsHeld } from './slot.ts';

export interface Purged {
  /** The paths that are gone; the cluster's folder itself is the last, when nothing is left in it. */
  removed: string[];
  /** What lies in the cluster's folder and is not the cluster's. */
  left: string[];
}

/**
 * Removes what a cluster that does not run has written: every entry of its folder that kubernats makes, and the folder when it is empty then. Links are
 * removed themselves; nothing behind one is touched. Throws a Failure when the cluster starts just now, when its folder
 * is a link, or when this user may not remove something.
 */
export async function purge(paths: ClusterPaths): Promise<Purged> {
  const folder = lstatSync(paths.folder, { throwIfNoEntry: false });
  if (!folder) return { removed: [], left: [] };
  if (!folder.isDirectory()) throw new Failure(`${paths.folder} is no folder of its own (a link?): nothing was removed`);
  if (slotIsHeld(paths)) throw new Failure(`cluster ${paths.cluster} is being started: nothing was removed`);
  const files = createDiskFiles(paths.folder);
  const own = new Set(ownEntries(paths));
  const removed: string[] = [];
  for (const name of readdirSync(paths.folder)) {
    if (!own.has(name)) continue;
    try {
      await files.remove(`/${name}`);
    } catch (error) {
      if (error instanceof FilesError) throw new Failure(`${join(paths.folder, name)} cannot be removed: ${error.message}`);
      throw error;
    }
    removed.push(join(paths.folder, name));
  }
  const left = readdirSync(paths.folder).map((name) => join(paths.folder, name));
  if (left.length > 0) return { removed, left };
  rmdirSync(paths.folder);
  return { removed: [...removed, paths.folder], left };
}

/** The names of all that kubernats makes in a cluster's folder; what is half written has `.new` behind it. */
function ownEntries(paths: ClusterPaths): string[] {
  const { kubeconfig, pki, nats, logs, nodes, users, storage, run, slotFile, settingsFile, layoutFile } = paths;
  const { nodesFile, stagesFile, schedulerFile, linksFile } = paths;
  const folders = [pki, nats, logs, nodes, users, storage, run];
  const entries = [...folders, kubeconfig, slotFile, settingsFile, layoutFile, nodesFile, stagesFile, schedulerFile, linksFile];
  return entries.flatMap((path) => [basename(path), `${basename(path)}.new`]);
}
