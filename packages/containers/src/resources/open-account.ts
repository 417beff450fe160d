import type { ContainerConfig } from '../port.ts';
import type { ContainerAccount } from './container-account.ts';
import type { NodeResources } from './node-resources.ts';

/** Opens a container's account with its node. It uses nothing before `use` is called for the first time. */
export function openAccount(
  node: NodeResources,
  podUid: string,
  { name, resources }: Pick<ContainerConfig, 'name' | 'resources'>,
  baseMemoryBytes: number,
  kill: () => void,
): ContainerAccount {
  const { requests, limits, oomScoreAdj = 0 } = resources ?? { requests: {}, limits: {} };
  return node.open({
    name,
    podUid,
    baseMemoryBytes,
    memoryLimitBytes: limits.memoryBytes,
    cpuRequestMillicores: requests.cpuMillicores ?? 0,
    cpuLimitMillicores: limits.cpuMillicores,
    oomScoreAdj,
    kill,
  });
}
