import type { ClusterView } from '../../framework/plugin.ts';
import type { DomainCounts } from '../../snapshot/domain-counts.ts';
import type { Namespaces } from '../../snapshot/namespaces.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import { type PodTerm, termMatches, textNow } from '../../snapshot/pod-terms.ts';

/** Whether the Pod is one that all the terms are about; of no terms nobody is. */
export const matchesAll = (terms: readonly PodTerm[], info: PodInfo, namespaces: Namespaces): boolean =>
  terms.length > 0 && terms.every((term) => termMatches(term, info, namespaces));

/** How many Pods a term is about, by domain. */
export function countsOf(term: PodTerm, { namespaces, matchingPods }: ClusterView): DomainCounts {
  return matchingPods.counts({
    key: `any ${textNow(term, namespaces)}`,
    topologyKey: term.topologyKey,
    matches: (info) => termMatches(term, info, namespaces),
  });
}

/** How many Pods there are that all the terms are about, by the domains of each of the terms' labels. */
export function countsOfAll(terms: readonly PodTerm[], { namespaces, matchingPods }: ClusterView): DomainCounts[] {
  const text = terms.map((term) => textNow(term, namespaces)).join(' ');
  const matches = (info: PodInfo): boolean => matchesAll(terms, info, namespaces);
  const labels = [...new Set(terms.map(({ topologyKey }) => topologyKey))];
  return labels.map((topologyKey) => matchingPods.counts({ key: `all ${topologyKey} ${text}`, topologyKey, matches }));
}
