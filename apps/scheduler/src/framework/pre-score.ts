import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { ClusterView } from './plugin.ts';
import type { WeightedPlugin } from './profile.ts';
import type { ActiveScore } from './standing.ts';

/** Asks plug-ins what the Pod prefers. `feasible`: gives the nodes that will do. */
export function preScore(
  plugins: readonly WeightedPlugin[],
  info: PodInfo,
  cluster: ClusterView,
  feasible: () => readonly NodeInfo[],
): ActiveScore[] {
  const active: ActiveScore[] = [];
  for (const { plugin, weight } of plugins) {
    const answer = plugin.preScore ? plugin.preScore(info, cluster, feasible) : { state: undefined };
    if (answer !== 'skip') active.push({ plugin, state: answer.state, weight });
  }
  return active;
}
