import type { Files } from '@kubernats/files';
import { podFolder } from './pod-folder.ts';

/**
 * What makes the folder of what one run of a container writes beside its volumes. It begins empty, takes the place of the run before, and goes with
 * the Pod.
 */
export function containerRoot(node: Files, uid: string, container: string, restartCount: number): () => Promise<Files> {
  const ofContainer = `${podFolder(uid)}/roots/${container}`;
  return async () => {
    await node.remove(ofContainer);
    await node.mkdir(`${ofContainer}/${restartCount}`, { recursive: true });
    return node.scope(`${ofContainer}/${restartCount}`);
  };
}
