import type { Files } from '@kubernats/files';
import { removeStrayLinks } from '../logs/log-links.ts';
import { PODS_FOLDER } from '../volumes/pod-volumes.ts';

const LOGS_FOLDER = '/var/log/pods';

/** Removes the folders of Pods that went while the node was off. `isThere` says of a uid whether the node has the Pod now. */
export async function removeStrays(files: Files, isThere: (uid: string) => boolean): Promise<void> {
  for (const uid of await listed(files, PODS_FOLDER)) if (!isThere(uid)) await files.remove(`${PODS_FOLDER}/${uid}`);
  for (const folder of await listed(files, LOGS_FOLDER)) {
    if (!isThere(folder.slice(folder.lastIndexOf('_') + 1))) await files.remove(`${LOGS_FOLDER}/${folder}`);
  }
  await removeStrayLinks(files, isThere);
}

async function listed(files: Files, folder: string): Promise<string[]> {
  return (await files.stat(folder)) ? files.list(folder) : [];
}
