import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Candidates } from './candidates.ts';
import type { ClusterView } from './plugin.ts';
import type { ActiveScore, Standing } from './standing.ts';

/** Adds scores up, in arrays that are used again: they are as long as there are nodes, and needed for nearly every Pod. */
export class Totals {
  #totals = new Float64Array(0);
  #amounts = new Float64Array(0);

  /**
   * The weighted sums of all scores, by the nodes' places, until it is asked again; `scores` are those that do not follow from nodes alone. Only the sums of
   * candidates mean something.
   */
  of(
    info: PodInfo,
    cluster: ClusterView,
    { nodes, sums, rates }: Standing,
    scores: readonly ActiveScore[],
    candidates: Candidates,
  ): Float64Array {
    const { places } = candidates;
    const uneven = rates.filter(({ nonZero }) => nonZero > 0);
    if (places.length <= 1 || (uneven.length === 0 && scores.length === 0)) return sums;
    this.#makeRoom(sums.length);
    this.#totals.set(sums);
    const amounts = this.#amounts.subarray(0, places.length);
    for (const each of uneven) {
      for (let i = 0; i < places.length; i++) amounts[i] = each.raw[places[i] ?? 0] ?? 0;
      this.#add(amounts, each, candidates);
    }
    for (const each of scores) {
      if (each.plugin.scoreAll && nodes === cluster.nodes) each.plugin.scoreAll(each.state, info, cluster, places, amounts);
      else for (const [i, node] of candidates.nodes.entries()) amounts[i] = each.plugin.score?.(each.state, info, node) ?? 0;
      this.#add(amounts, each, candidates);
    }
    return this.#totals;
  }

  #makeRoom(count: number): void {
    if (this.#totals.length >= count) return;
    this.#totals = new Float64Array(count);
    this.#amounts = new Float64Array(count);
  }

  #add(amounts: Float64Array, { plugin, state, weight }: ActiveScore, { places, nodes }: Candidates): void {
    const totals = this.#totals;
    plugin.normalize?.(amounts, state, nodes);
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      totals[place] = (totals[place] ?? 0) + weight * (amounts[i] ?? 0);
    }
  }
}
