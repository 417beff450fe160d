import type { PriorityClass } from '../../../generated/types.ts';

/** Names that begin so are Kubernetes' own. */
const SYSTEM_PREFIX = 'system-';

/** The classes that every cluster has. Source: "Guaranteed Scheduling For Critical Add-On Pods". */
export const SYSTEM_PRIORITY_CLASSES: readonly (PriorityClass & { metadata: { name: string } })[] = [
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];

/** Whether the class is one of those that every cluster has. */
export const isSystemPriorityClass = (name: string): boolean => SYSTEM_PRIORITY_CLASSES.some(({ metadata }) => metadata.name === name);

/** Whether only such a class may have the name. */
export const isSystemName = (name: string): boolean => name.startsWith(SYSTEM_PREFIX);

/** Why a class with a name of Kubernetes' own is none of Kubernetes' own; undefined: it is one. */
export function whyNotSystemClass({ metadata, value, globalDefault = false }: PriorityClass): string | undefined {
  const name = metadata?.name ?? '';
  const known = SYSTEM_PRIORITY_CLASSES.find((each) => each.metadata.name === name);
  if (!known) return `${name} is not a known system priority class`;
  if (known.value !== value) return `value of ${name} PriorityClass must be ${known.value}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
