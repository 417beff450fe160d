import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Framework } from './framework.ts';
import { crowdedOut } from './node-trial.ts';
import type { Refusal } from './plugin.ts';
import { preFilter } from './pre-filter.ts';
import { isRoomier, memoryLeft } from './roomier.ts';

/** What every plug-in says of a Pod and one node. */
export interface ExaminedNode {
  node: NodeInfo;
  /** Of all plug-ins; the first is the one that counts. Empty: the node will do. */
  refusals: Refusal[];
  /** Of a node that will do. */
  scores: Score[];
  /** The weighted sum. */
  total: number;
}

export interface Score {
  plugin: string;
  raw: number;
  /** Brought into 0…100. */
  normalized: number;
  weight: number;
}

/** Why the first node is better than the second. */
export type Advantage = 'Nominated' | 'HigherScore' | 'MoreMemoryLeft' | 'FewerPods' | 'FirstByName';

export interface Examination {
  /** What refused the Pod before any node was looked at. */
  whole?: Refusal;
  /** Those that will do, best first. */
  feasible: ExaminedNode[];
  /** By name. */
  refused: ExaminedNode[];
}

/** Asks every plug-in about every node in full, for somebody who wants to know: the decision itself (`Framework.decide`) asks no more than it needs. */
export function examine(framework: Framework, info: PodInfo): Examination {
  const { profile, cluster } = framework;
  const first = preFilter(profile.filter, info, cluster);
  if ('refusal' in first)
    return { whole: first.refusal, feasible: [], refused: cluster.nodes.map((node) => examined(node, [first.refusal])) };
  const { active, nodes: names, absent } = first;
  const all = cluster.nodes.map((node) => {
    if (absent && names?.has(node.name) === false) return examined(node, [absent]);
    const refusals = active.flatMap(({ plugin, state }): Refusal[] => {
      const refusal = plugin.filter?.(state, info, node);
      return refusal ? [{ ...refusal, plugin: plugin.name }] : [];
    });
    const crowded = refusals.length === 0 && crowdedOut(info, node, active, cluster);
    return examined(node, crowded ? [crowded] : refusals);
  });
  const feasible = all.filter(({ refusals }) => refusals.length === 0);
  score(framework, info, feasible);
  const nominated = cluster.nominations.nodeOf(info.key);
  feasible.sort((a, b) => Number(b.node.name === nominated) - Number(a.node.name === nominated) || compare(a, b));
  return { feasible, refused: all.filter(({ refusals }) => refusals.length > 0) };
}

/** `nominated`: the node that was promised to the Pod. */
export function advantageOf(a: ExaminedNode, b: ExaminedNode, nominated: string | undefined): Advantage {
  if (a.node.name === nominated) return 'Nominated';
  if (a.total !== b.total) return 'HigherScore';
  if (memoryLeft(a.node) !== memoryLeft(b.node)) return 'MoreMemoryLeft';
  return a.node.podCount === b.node.podCount ? 'FirstByName' : 'FewerPods';
}

const examined = (node: NodeInfo, refusals: Refusal[]): ExaminedNode => ({ node, refusals, scores: [], total: 0 });

/** Best first, as in `Framework.decide`. */
const compare = (a: ExaminedNode, b: ExaminedNode): number => b.total - a.total || (isRoomier(a.node, b.node) ? -1 : 1);

function score({ profile, cluster }: Framework, info: PodInfo, feasible: readonly ExaminedNode[]): void {
  const nodes = feasible.map(({ node }) => node);
  for (const { plugin, weight } of profile.score) {
    const among = () => (plugin.looksAt === 'node' ? [] : nodes);
    const first = plugin.preScore ? plugin.preScore(info, cluster, among) : { state: undefined };
    if (first === 'skip') continue;
    const raw = nodes.map((node) => plugin.score?.(first.state, info, node) ?? 0);
    const normalized = Float64Array.from(raw);
    plugin.normalize?.(normalized, first.state, nodes);
    for (const [place, each] of feasible.entries()) {
      const amount = normalized[place] ?? 0;
      each.scores.push({ plugin: plugin.name, raw: raw[place] ?? 0, normalized: amount, weight });
      each.total += weight * amount;
    }
  }
}
