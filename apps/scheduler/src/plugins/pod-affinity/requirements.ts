import { type ClusterView, type Refusal, resolvable, unresolvable } from '../../framework/plugin.ts';
import type { DomainCounts } from '../../snapshot/domain-counts.ts';
import type { Namespaces } from '../../snapshot/namespaces.ts';
import type { NodeInfo } from '../../snapshot/node-info.ts';
import type { PodInfo } from '../../snapshot/pod-info.ts';
import { termMatches } from '../../snapshot/pod-terms.ts';
import { countsOf, countsOfAll, matchesAll } from './counts.ts';
import { isAnyoneAt, type Shifts, shifted, shiftedAt } from './shifts.ts';

/** What is required of a node, by the Pod and by those that are there. */
export interface Requirements {
  /** Where Pods are that the whole affinity is about. */
  readonly affinity: readonly DomainCounts[];
  readonly antiAffinity: readonly DomainCounts[];
  /** The anti-affinity of other Pods that is about this one. */
  readonly ofOthers: readonly DomainCounts[];
  /** Whether the whole affinity is about the Pod itself. */
  readonly isAboutItself: boolean;
  /** What is tried: the Pods that would be there, or would not. */
  readonly trial?: { affinity: Shifts; antiAffinity: Shifts; ofOthers: Shifts };
  readonly namespaces: Namespaces;
}

const AFFINITY = unresolvable("node(s) didn't match pod affinity rules");
const ANTI_AFFINITY = resolvable("node(s) didn't match pod anti-affinity rules");
const OF_OTHERS = resolvable("node(s) didn't satisfy existing pods anti-affinity rules");

/** Undefined: nothing is required. */
export function requirementsOf(info: PodInfo, cluster: ClusterView): Requirements | undefined {
  const { affinity = [], antiAffinity = [] } = info.terms ?? {};
  const { namespaces, placedTerms } = cluster;
  const { antiAffinity: ofOthers } = placedTerms.about(info);
  if (affinity.length === 0 && antiAffinity.length === 0 && ofOthers.length === 0) return undefined;
  return {
    affinity: countsOfAll(affinity, cluster),
    antiAffinity: antiAffinity.map((term) => countsOf(term, cluster)),
    ofOthers: ofOthers.map(({ counts }) => counts),
    isAboutItself: matchesAll(affinity, info, namespaces),
    namespaces,
  };
}

/** What verdicts go by besides the node and the Pods there. */
export const basisOf = ({ affinity, antiAffinity, ofOthers }: Requirements): unknown[] => [
  isNobodyThere(affinity),
  ...[...affinity, ...antiAffinity, ...ofOthers].flatMap((counts) => [counts, counts.turns]),
];

/** Why the node will not do: the first of the reasons, in kube-scheduler's order. */
export function verdictOn(required: Requirements, node: NodeInfo): Refusal | undefined {
  const { antiAffinity, ofOthers, trial } = required;
  if (!isNear(required, node)) return AFFINITY;
  if (isAnyoneAt(antiAffinity, node, trial?.antiAffinity)) return ANTI_AFFINITY;
  return isAnyoneAt(ofOthers, node, trial?.ofOthers) ? OF_OTHERS : undefined;
}

/** What would be required if the other Pod were on the node as well, or were not there. */
export function withPod(required: Requirements, info: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): Requirements {
  const { namespaces, trial } = required;
  const { affinity = [], antiAffinity = [] } = info.terms ?? {};
  const near = matchesAll(affinity, other, namespaces) ? required.affinity : [];
  const off = antiAffinity.filter((term) => termMatches(term, other, namespaces));
  const itsOwn = other.terms?.antiAffinity.filter((term) => termMatches(term, info, namespaces)) ?? [];
  return {
    ...required,
    trial: {
      affinity: shifted(trial?.affinity, near, node, by),
      antiAffinity: shifted(trial?.antiAffinity, off, node, by),
      ofOthers: shifted(trial?.ofOthers, itsOwn, node, by),
    },
  };
}

/**
 * Whether the node is in a domain of each label with a Pod that the affinity is about. Where there is none anywhere, a Pod that it is about itself is the
 * first of its group, and needs the labels alone.
 */
function isNear({ affinity, isAboutItself, trial }: Requirements, node: NodeInfo): boolean {
  let isMet = true;
  for (const counts of affinity) {
    if (!counts.isInDomain(node)) return false;
    const pods = trial ? shiftedAt(affinity, trial.affinity, node, counts.topologyKey) : counts.at(node);
    if (pods <= 0) isMet = false;
  }
  return isMet || (isAboutItself && isNobodyThere(affinity, trial?.affinity));
}

function isNobodyThere(affinity: readonly DomainCounts[], shifts?: Shifts): boolean {
  let pods = 0;
  for (const counts of affinity) pods += counts.pods;
  for (const values of shifts?.values() ?? []) for (const by of values.values()) pods += by;
  return pods === 0;
}
