import { BackendError, createNodeDisk, type NodeDisk } from '@kubernats/volumes';
import type { NodeAgent } from './node-agent.ts';

/** The disk of a node, for who makes volumes on it: while the node is on. */
export function diskWhileOn(agent: Pick<NodeAgent, 'config' | 'isOn' | 'disk'>): NodeDisk {
  const disk = (): NodeDisk => {
    if (!agent.isOn) throw new BackendError(`node "${agent.config.name}" is switched off`);
    if (!agent.disk) throw new BackendError(`node "${agent.config.name}" has no disk: its Pods are only told of`);
    return createNodeDisk(agent.disk);
  };
  return {
    make: async (handle) => disk().make(handle),
    remove: async (handle) => disk().remove(handle),
  };
}
