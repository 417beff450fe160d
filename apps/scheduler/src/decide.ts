import type { Pod } from '@kubernats/api';
import { type Candidate, type Place } from './filters/filter.ts';
import { FILTERS } from './filters/index.ts';
import { SCORES } from './scores/index.ts';
import { MAX_SCORE, type Score } from './scores/score.ts';
import { requestsOf, scoringRequestsOf } from './snapshot/resources.ts';
import type { Snapshot } from './snapshot/snapshot.ts';

/** Where a Pod goes, or why it cannot go anywhere. */
export type Decision = { node: string } | { unschedulable: string };

/** Looks at every node (P7): those that pass all filters are scored, and the highest wins; of equals, the one with most memory left. */
export function decide(snapshot: Snapshot, pod: Pod): Decision {
  const candidate: Candidate = { pod, requests: requestsOf(pod), scoring: scoringRequestsOf(pod) };
  const feasible: Place[] = [];
  const refusals = new Map<string, number>();
  let nodes = 0;
  for (const place of snapshot.nodes()) {
    nodes++;
    const reasons = refuse(candidate, place);
    if (reasons.length === 0) feasible.push(place);
    for (const reason of reasons) refusals.set(reason, (refusals.get(reason) ?? 0) + 1);
  }
  const best = choose(candidate, feasible);
  return best ? { node: best.node.metadata?.name ?? '' } : { unschedulable: explain(nodes, refusals) };
}

function refuse(candidate: Candidate, place: Place): string[] {
  for (const filter of FILTERS) {
    const reasons = filter.check(candidate, place);
    if (reasons.length > 0) return reasons;
  }
  return [];
}

function choose(candidate: Candidate, places: Place[]): Place | undefined {
  if (places.length <= 1) return places[0];
  const totals = new Array<number>(places.length).fill(0);
  for (const score of SCORES) {
    const values = normalised(
      score,
      places.map((place) => score.of(candidate, place)),
    );
    values.forEach((value, index) => {
      totals[index] = (totals[index] ?? 0) + score.weight * value;
    });
  }
  let best = 0;
  for (let index = 1; index < places.length; index++) {
    const ahead = (totals[index] ?? 0) - (totals[best] ?? 0) || memoryLeft(places[index]) - memoryLeft(places[best]);
    if (ahead > 0) best = index;
  }
  return places[best];
}

const memoryLeft = (place: Place | undefined): number => (place?.allocatable.memory ?? 0) - (place?.scoring.memory ?? 0);

function normalised({ normalise }: Score, values: number[]): number[] {
  if (!normalise) return values;
  const highest = Math.max(...values);
  if (highest === 0) return values.map(() => (normalise === 'lowest' ? MAX_SCORE : 0));
  const shares = values.map((value) => Math.floor((value * MAX_SCORE) / highest));
  return normalise === 'highest' ? shares : shares.map((share) => MAX_SCORE - share);
}

/** `0/3 nodes are available: 1 node(s) …, 2 Insufficient memory.`: the reasons with their counts, sorted as texts, as kube-scheduler does. */
function explain(nodes: number, refusals: Map<string, number>): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const reasons = [...refusals].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodes} nodes are available: ${reasons.join(', ')}.`;
}
