import type { Resources } from '../snapshot/resources.ts';

/** So much of a resource, by its name: CPU in thousandths of a core, the rest in bytes or pieces. */
export function amountOf(resources: Resources, name: string): number {
  if (name === 'cpu') return resources.cpuMilli;
  if (name === 'memory') return resources.memoryBytes;
  if (name === 'ephemeral-storage') return resources.ephemeralStorageBytes;
  return resources.other.get(name) ?? 0;
}

/** A node's use of others (extended resources, huge pages) counts for those Pods alone that request them. */
export const isNative = (name: string): boolean => name === 'cpu' || name === 'memory' || name === 'ephemeral-storage';

/** What nearly every profile looks at: for these two the loops over resources, nodes and Pods are written out, as they are the hottest of all. */
export const isCpuAndMemory = (resources: readonly { name: string }[]): boolean =>
  resources.length === 2 && resources[0]?.name === 'cpu' && resources[1]?.name === 'memory';
