// How who makes volumes reaches a node's own disk: `nodeSubject(…, 'storage')` is asked a `NodeDiskQuestion` and answers a `NodeDiskAnswer`, as JSON.
import { type Bus, type BusSubscription, nodeSubject } from '@kubernats/bus';
import { StatusError } from '@kubernats/errors';
import type { Files } from '@kubernats/files';
import { folderName } from './folder-name.ts';
import { BackendError, type NodeDisk, NodeSilentError, VOLUMES_FOLDER } from './port.ts';

export interface NodeDiskQuestion {
  action: 'make' | 'remove';
  handle: string;
}

/** The folder's path on the node, or why there is none. */
export type NodeDiskAnswer = { path: string } | { error: string };

/** Where a node keeps a volume that was made on it. */
export const volumePath = (handle: string): string => `${VOLUMES_FOLDER}/${folderName(handle)}`;

/** The volumes on a disk that is at hand. */
export function createNodeDisk(disk: Files): NodeDisk {
  return {
    async make(handle) {
      const path = volumePath(handle);
      // As `mktemp -d` and chmod: programs of any user may write there.
      await disk.mkdir(path, { recursive: true, mode: 0o777 });
      return path;
    },
    async remove(handle) {
      if (disk.lookup(VOLUMES_FOLDER)?.kind === 'directory') await disk.remove(volumePath(handle));
    },
  };
}

/** Answers, for a node, who makes and removes volumes on its disk. */
export function serveNodeDisk(bus: Bus, cluster: string, node: string, disk: NodeDisk): BusSubscription {
  return bus.subscribe(nodeSubject(cluster, node, 'storage'), (message) => {
    void answerTo(message.data, disk).then((answer) => message.respond(new TextEncoder().encode(JSON.stringify(answer))));
  });
}

async function answerTo(data: Uint8Array, disk: NodeDisk): Promise<NodeDiskAnswer> {
  try {
    const { action, handle } = questionOf(data);
    if (action === 'make') return { path: await disk.make(handle) };
    await disk.remove(handle);
    return { path: volumePath(handle) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function questionOf(data: Uint8Array): NodeDiskQuestion {
  const { action, handle }: Partial<NodeDiskQuestion> = { ...JSON.parse(new TextDecoder().decode(data)) };
  if ((action !== 'make' && action !== 'remove') || typeof handle !== 'string') throw new BackendError('no question about a volume');
  return { action, handle };
}

/** A node's disk, over the bus. Throws `NodeSilentError` while the node does not answer. */
export function askNodeDisk(bus: Bus, cluster: string, node: string): NodeDisk {
  const ask = async (question: NodeDiskQuestion): Promise<string> => {
    const answer = await request(question);
    if ('error' in answer) throw new BackendError(`node "${node}": ${answer.error}`);
    return answer.path;
  };
  const request = async (question: NodeDiskQuestion): Promise<NodeDiskAnswer> => {
    try {
      const data = await bus.request(nodeSubject(cluster, node, 'storage'), new TextEncoder().encode(JSON.stringify(question)));
      return JSON.parse(new TextDecoder().decode(data));
    } catch (error) {
      if (error instanceof StatusError) throw new NodeSilentError(`node "${node}" does not answer: ${error.message}`);
      throw error;
    }
  };
  return {
    make: (handle) => ask({ action: 'make', handle }),
    remove: async (handle) => {
      await ask({ action: 'remove', handle });
    },
  };
}
