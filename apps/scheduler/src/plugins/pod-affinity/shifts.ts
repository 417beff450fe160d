import type { DomainCounts } from '../../snapshot/domain-counts.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';

/** How many more Pods there would be (or fewer, below 0), by the label, then by its value. */
export type Shifts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** As many more on the node, for each of the labels. */
export function shifted(shifts: Shifts | undefined, of: readonly { topologyKey: string }[], node: NodeInfo, by: 1 | -1): Shifts {
  const next = new Map(shifts);
  for (const { topologyKey } of of) {
    const value = domainOf(node, topologyKey);
    if (value === undefined) continue;
    const values = new Map(next.get(topologyKey));
    next.set(topologyKey, values.set(value, (values.get(value) ?? 0) + by));
  }
  return next;
}

/** The node's value of the label; undefined: it is in none of the label's domains. */
function domainOf({ node }: NodeInfo, topologyKey: string): string | undefined {
  const labels = node?.metadata?.labels;
  return labels && Object.hasOwn(labels, topologyKey) ? labels[topologyKey] : undefined;
}

/** How many there would be in the node's domain of one label, all counts taken together. */
export function shiftedAt(all: readonly DomainCounts[], shifts: Shifts, node: NodeInfo, topologyKey: string): number {
  const value = domainOf(node, topologyKey);
  if (value === undefined) return 0;
  let count = shifts.get(topologyKey)?.get(value) ?? 0;
  for (const counts of all) if (counts.topologyKey === topologyKey) count += counts.at(node);
  return count;
}

/** Whether there is anybody in any of the domains that the node is in. */
export function isAnyoneAt(all: readonly DomainCounts[], node: NodeInfo, shifts: Shifts | undefined): boolean {
  if (!shifts) return all.some((counts) => counts.at(node) > 0);
  const labels = new Set([...all.map(({ topologyKey }) => topologyKey), ...shifts.keys()]);
  return [...labels].some((topologyKey) => shiftedAt(all, shifts, node, topologyKey) > 0);
}
