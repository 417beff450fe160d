import { type NodeGroup, readNodeFile } from '@kubernats/kubelet-sim/shape';
import { FileError } from '@kubernats/runtime/user-files';
import { Failure } from '../failure.ts';
import type { Settings } from '../state/settings.ts';
import { type ShapeFlags, shapeOfFlags } from './shape-flags.ts';

export interface NodeFlags extends ShapeFlags {
  nodes?: number;
  nodeConfig?: string;
}

/**
 * Which nodes a cluster has and what they are like: what the flags say, over what it was the last time. `read` gives a file's text. Throws a
 * Failure for what is wrong in the flags or the file.
 */
export async function nodeSettings(
  before: Settings,
  flags: NodeFlags,
  read: (file: string) => string,
): Promise<Pick<Settings, 'nodes' | 'nodeGroups' | 'nodeShape'>> {
  const { nodes, nodeConfig } = flags;
  if (nodes !== undefined && nodeConfig !== undefined) {
    throw new Failure('--nodes and --node-config both say which nodes there are: give one of them', 2);
  }
  return {
    nodes: nodes ?? before.nodes,
    nodeGroups: nodeConfig !== undefined ? await groupsIn(nodeConfig, read) : nodes !== undefined ? undefined : before.nodeGroups,
    nodeShape: shapeOfFlags(flags, before.nodeShape ?? {}),
  };
}

async function groupsIn(file: string, read: (file: string) => string): Promise<NodeGroup[]> {
  try {
    return await readNodeFile(read(file), file);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new Failure(error.message, 2);
  }
}

/** All nodes of a cluster as groups, each with the shape that the flags give it where it has none of its own. */
export function groupsOf({ nodes, nodeGroups, nodeShape = {} }: Settings): NodeGroup[] {
  const groups = nodeGroups ?? (nodes === 0 ? [] : [{ count: nodes }]);
  return groups.map((group) => ({ ...nodeShape, ...group, labels: { ...nodeShape.labels, ...group.labels } }));
}
