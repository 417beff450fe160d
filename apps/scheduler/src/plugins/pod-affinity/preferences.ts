import type { InterPodAffinityArgs } from '../../config/args.ts';
import type { ClusterView } from '../../framework/plugin.ts';
import type { DomainCounts } from '../../snapshot/domain-counts.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import { countsOf } from './counts.ts';

/** Each Pod that is counted in a node's domain adds the weight to what the node is worth. */
export interface Preference {
  readonly weight: number;
  readonly counts: DomainCounts;
}

/**
 * What the Pod prefers, and what those that are there prefer of it. Who must be near a Pod of its kind also prefers it: that is worth the weight of
 * the args.
 */
export function preferencesOf(info: PodInfo, cluster: ClusterView, args: InterPodAffinityArgs): Preference[] {
  const own = info.terms?.preferred ?? [];
  const isHeard = own.length > 0 || !args.ignorePreferredTermsOfExistingPods;
  const ofOthers = isHeard ? cluster.placedTerms.about(info).others : [];
  return [
    ...own.map(({ term, weight }) => ({ weight, counts: countsOf(term, cluster) })),
    ...ofOthers.map(({ kind, weight, counts }) => ({ weight: kind === 'affinity' ? args.hardPodAffinityWeight : weight, counts })),
  ].filter(({ weight, counts }) => weight !== 0 && counts.pods > 0);
}

export function worthOf(preferences: readonly Preference[], node: NodeInfo): number {
  let worth = 0;
  for (const { weight, counts } of preferences) worth += weight * counts.at(node);
  return worth;
}

/** The least becomes 0, the most 100. Where all are worth the same, nobody is preferred. */
export function bySpan(amounts: Float64Array): void {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const amount of amounts) {
    if (amount < least) least = amount;
    if (amount > most) most = amount;
  }
  const span = most - least;
  for (let i = 0; i < amounts.length; i++) amounts[i] = span > 0 ? Math.floor(100 * (((amounts[i] ?? 0) - least) / span)) : 0;
}
