import type { PodInfo } from '../snapshot/pod-info.ts';
import { Candidates } from './candidates.ts';
import type { SchedulingView } from './cluster-view.ts';
import { NodeSampling } from './node-sampling.ts';
import { preScore } from './pre-score.ts';
import type { Profile, WeightedPlugin } from './profile.ts';
import type { Standing } from './standing.ts';
import { Totals } from './totals.ts';

/** Chooses among the nodes that will do. */
export class NodeChoice {
  readonly #cluster: SchedulingView;
  /** Those whose scores are not part of a standing. */
  readonly #scores: readonly WeightedPlugin[];
  readonly #totals = new Totals();
  /** Undefined: all nodes that will do are compared. */
  readonly #sampling: NodeSampling | undefined;

  constructor({ score, percentageOfNodesToScore: percentage }: Profile, cluster: SchedulingView) {
    this.#cluster = cluster;
    this.#scores = score.filter(({ plugin }) => plugin.looksAt !== 'node');
    this.#sampling = percentage === undefined ? undefined : new NodeSampling(percentage);
  }

  /** The place of the best node among those that are open, -1 when none is: the one that was nominated, or else the one with the highest score. */
  placeOf(info: PodInfo, standing: Standing, open: Uint8Array): number {
    if (!open.includes(1)) return -1;
    return this.#nominated(info, standing, open) ?? this.#best(info, standing, open);
  }

  #nominated(info: PodInfo, { nodes }: Standing, open: Uint8Array): number | undefined {
    const nominated = this.#cluster.nominations.nodeOf(info.key);
    if (nominated === undefined) return undefined;
    const place = nodes.findIndex(({ name }) => name === nominated);
    return open[place] ? place : undefined;
  }

  #best(info: PodInfo, standing: Standing, open: Uint8Array): number {
    const compared = this.#sampling?.next(open) ?? open;
    let listed: Candidates | undefined;
    const candidates = (): Candidates => (listed ??= new Candidates(standing.nodes, compared));
    const scores = preScore(this.#scores, info, this.#cluster, () => candidates().nodes);
    const known = compared === standing.open && scores.length === 0 ? standing.best() : undefined;
    if (known !== undefined) return known;
    const totals = this.#totals.of(info, this.#cluster, standing, scores, candidates());
    return highest(totals, candidates().places, standing);
  }
}

/** Of those with the highest total the roomiest. */
function highest(totals: Float64Array, places: Int32Array, standing: Standing): number {
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] ?? 0;
    const total = totals[place] ?? 0;
    if (total < most || (total === most && !standing.isRoomier(place, best))) continue;
    best = place;
    most = total;
  }
  return best;
}
