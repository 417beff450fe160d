import { type Candidate, type Refusal, unresolvable } from './filters/filter.ts';
import { FILTERS } from './filters/filters.ts';
import { type VolumeWorld, volumeNeedsOf } from './filters/volume-needs.ts';
import { SCORES } from './scores/scores.ts';
import type { NodeInfo } from './snapshot/node-info.ts';
import type { PodInfo } from './snapshot/pod-info.ts';
import { noNodes, unschedulableMessage } from './unschedulable-message.ts';

/** What was decided for a Pod. */
export type Decision =
  | { fits: true; node: NodeInfo; candidate: Candidate }
  /** `message` is kube-scheduler's; `refusals` are those of each node. */
  | { fits: false; message: string; refusals: ReadonlyMap<string, Refusal> };

/**
 * Chooses a node for a Pod: filters, then scores, over all nodes (P7). Pure: the same nodes give the same answer. Of the best
 * nodes the one with the most memory left wins, then the one with the fewest Pods, then the first by name.
 */
export function decide(info: PodInfo, nodes: readonly NodeInfo[], world: VolumeWorld): Decision {
  if (nodes.length === 0) return { fits: false, message: noNodes, refusals: new Map() };
  const candidate: Candidate = { info, volumes: volumeNeedsOf(info.pod, world), limits: world.limits };
  if (candidate.volumes.refusal !== undefined) {
    const refusals = new Map(nodes.map((node) => [node.name, unresolvable(candidate.volumes.refusal ?? '')]));
    return { fits: false, message: unschedulableMessage(info, refusals, candidate.volumes.refusal), refusals };
  }
  const feasible: NodeInfo[] = [];
  const refusals = new Map<string, Refusal>();
  for (const node of nodes) {
    const refusal = refusalOf(candidate, node);
    if (refusal) refusals.set(node.name, refusal);
    else feasible.push(node);
  }
  const best = bestOf(candidate, feasible);
  if (!best) return { fits: false, message: unschedulableMessage(info, refusals), refusals };
  return { fits: true, node: best, candidate };
}

/** The first filter's refusal, if one refuses. */
export function refusalOf(candidate: Candidate, node: NodeInfo): Refusal | undefined {
  for (const filter of FILTERS) {
    const refusal = filter.check(candidate, node);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Whether this one node would do now: asked when a node changes, for Pods that wait. */
export function fitsOn(info: PodInfo, node: NodeInfo, world: VolumeWorld): boolean {
  const volumes = volumeNeedsOf(info.pod, world);
  return volumes.refusal === undefined && refusalOf({ info, volumes, limits: world.limits }, node) === undefined;
}

function bestOf(candidate: Candidate, feasible: readonly NodeInfo[]): NodeInfo | undefined {
  if (feasible.length <= 1) return feasible[0];
  const totals = new Array<number>(feasible.length).fill(0);
  for (const score of SCORES) {
    const amounts = feasible.map((node) => score.rate(candidate, node));
    score.normalize?.(amounts);
    for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] ?? 0) + score.weight * (amounts[i] ?? 0);
  }
  let best = 0;
  for (let i = 1; i < feasible.length; i++) if (beats(i, best, feasible, totals)) best = i;
  return feasible[best];
}

function beats(a: number, b: number, nodes: readonly NodeInfo[], totals: readonly number[]): boolean {
  const left = nodes[a];
  const right = nodes[b];
  if (!left || !right) return false;
  const score = (totals[a] ?? 0) - (totals[b] ?? 0);
  if (score !== 0) return score > 0;
  const memory = memoryLeft(left) - memoryLeft(right);
  if (memory !== 0) return memory > 0;
  // Equal so far: nodes come sorted by name, so the first one keeps its place.
  return left.podCount < right.podCount;
}

const memoryLeft = (node: NodeInfo): number => node.allocatable.memoryBytes - node.requested.memoryBytes;
