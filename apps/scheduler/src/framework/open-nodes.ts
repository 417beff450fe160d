import type { PodInfo } from '../snapshot/pod-info.ts';
import type { SchedulingView } from './cluster-view.ts';
import { crowdedOut } from './node-trial.ts';
import type { Refusal } from './plugin.ts';
import type { PreFiltered } from './pre-filter.ts';
import { closeRefused, refusalOf, type Standing } from './standing.ts';

/** The nodes that will do: 1 by their places. It is the standing's own array when nobody else has anything to say. */
export function openNodes(info: PodInfo, standing: Standing, { active, others }: PreFiltered, cluster: SchedulingView): Uint8Array {
  const { nodes } = standing;
  let open = standing.open;
  if (others.length > 0) {
    open = open.slice();
    for (const filter of others) closeRefused(open, info, nodes, filter, cluster);
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
    const refusal = standing.refusalAt(place) ?? refusalOf(others, info, node) ?? crowdedOut(info, node, active, cluster);
    if (refusal) refusals.set(node.name, refusal);
  }
  return refusals;
}
