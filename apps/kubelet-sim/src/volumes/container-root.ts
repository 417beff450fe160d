import type { Files } from '@kubernats/files';
import { podFolder } from './pod-folder.ts';

/** Where the roots of a container's runs are: there is one at a time. */
export const rootsOf = (uid: string, container: string): string => `${podFolder(uid)}/roots/${container}`;

/**
 * What makes the folder of what one run of a container writes beside its volumes. It begins empty, takes the place of the run before, and goes with
 * the Pod.
 */
export function containerRoot(node: Files, uid: string, container: string, restartCount: number): () => Promise<Files> {
  const ofContainer = rootsOf(uid, container);
  return async () => {
    await node.remove(ofContainer);
    await node.mkdir(`${ofContainer}/${restartCount}`, { recursive: true });
    return node.scope(`${ofContainer}/${restartCount}`);
  };
}
