import type { ContainerConfig, ContainerResources } from '../port.ts';
import type { AccountBounds, ContainerAccount } from './container-account.ts';
import type { NodeResources } from './node-resources.ts';

/** Opens a container's account with its node. It uses nothing before `use` is called for the first time. */
export function openAccount(
  node: NodeResources,
  podUid: string,
  { name, resources }: Pick<ContainerConfig, 'name' | 'resources'>,
  baseMemoryBytes: number,
  kill: () => void,
): ContainerAccount {
  return node.open({ name, podUid, baseMemoryBytes, ...boundsOf(resources), kill });
}

/** A container's resources, as its account takes them. */
export function boundsOf({ requests, limits, oomScoreAdj = 0 }: ContainerResources = { requests: {}, limits: {} }): AccountBounds {
  return {
    memoryLimitBytes: limits.memoryBytes,
    cpuRequestMillicores: requests.cpuMillicores ?? 0,
    cpuLimitMillicores: limits.cpuMillicores,
    oomScoreAdj,
  };
}
