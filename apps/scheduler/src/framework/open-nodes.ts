import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { SchedulingView } from './cluster-view.ts';
import { crowdedOut } from './node-trial.ts';
import type { Refusal } from './plugin.ts';
import type { PreFiltered } from './pre-filter.ts';
import { type ActiveFilter, refusalOf, type Standing } from './standing.ts';

/** The nodes that will do: 1 by their places. It is the standing's own array when nobody else has anything to say. */
export function openNodes(info: PodInfo, standing: Standing, { active, others }: PreFiltered, cluster: SchedulingView): Uint8Array {
  const { nodes } = standing;
  let open = standing.open;
  if (others.length > 0) {
    open = open.slice();
    for (const filter of others) close(open, info, nodes, filter, cluster);
  }
  for (const name of cluster.nominations.nodes) {
    const node = cluster.node(name);
    const place = node ? nodes.indexOf(node) : -1;
    if (!node || !open[place] || !crowdedOut(info, node, active, cluster)) continue;
    if (open === standing.open) open = open.slice();
    open[place] = 0;
  }
  return open;
}

/** Leaves only those open that the plug-in does not refuse. */
function close(
  open: Uint8Array,
  info: PodInfo,
  nodes: readonly NodeInfo[],
  { plugin, state }: ActiveFilter,
  cluster: SchedulingView,
): void {
  if (plugin.filterAll && nodes === cluster.nodes) return plugin.filterAll(state, info, cluster, open);
  for (const [place, node] of nodes.entries()) if (open[place] && plugin.filter?.(state, info, node)) open[place] = 0;
}

/** Why each node will not do, by its name; asked when none does. */
export function refusalsOfAll(
  info: PodInfo,
  standing: Standing,
  { active, others, absent }: PreFiltered,
  cluster: SchedulingView,
): Map<string, Refusal> {
  const refusals = new Map<string, Refusal>();
  if (absent) for (const { name } of cluster.nodes) refusals.set(name, absent);
  for (const [place, node] of standing.nodes.entries()) {
    const refusal = standing.refusals[place] ?? refusalOf(others, info, node) ?? crowdedOut(info, node, active, cluster);
    if (refusal) refusals.set(node.name, refusal);
  }
  return refusals;
}
