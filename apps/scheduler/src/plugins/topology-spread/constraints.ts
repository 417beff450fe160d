import type { Pod, TopologySpreadConstraint } from '@kubernats/api';
import { labelSelectorOf, type Selector, selectorOf } from '@kubernats/apimachinery';

/** A constraint with everything filled in that its author left out. Source: the concept "Pod Topology Spread Constraints". */
export interface SpreadConstraint {
  whenUnsatisfiable: string;
  topologyKey: string;
  maxSkew: number;
  /** With fewer domains than that, the fewest Pods in any of them count as none. */
  minDomains: number;
  /** Which Pods of the same namespace count. One that is empty counts none, like one that selects nothing. */
  selector: Selector;
  /** Only nodes count that the Pod's node selector and node affinity allow. */
  honoursAffinity: boolean;
  /** Only nodes count whose taints the Pod tolerates. */
  honoursTaints: boolean;
}

type Labels = Readonly<Record<string, string>>;

/** The constraints of a Pod with these labels. */
export function constraintsOf(list: readonly TopologySpreadConstraint[], labels: Labels = {}): SpreadConstraint[] {
  return list.map((constraint) => ({
    whenUnsatisfiable: constraint.whenUnsatisfiable,
    topologyKey: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    selector: selectorFor(constraint, labels),
    honoursAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
    honoursTaints: constraint.nodeTaintsPolicy === 'Honor',
  }));
}

/** `matchLabelKeys` ask for the Pod's own values of these labels; a key that the Pod has not, asks for nothing. Without a selector they select nothing. */
function selectorFor({ labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint, labels: Labels): Selector {
  const selector = labelSelectorOf(labelSelector);
  const own = matchLabelKeys.filter((key) => Object.hasOwn(labels, key));
  if (!labelSelector || own.length === 0) return selector;
  return selectorOf([...own.map((key) => ({ key, operator: '=' as const, values: [labels[key] ?? ''] })), ...selector.requirements]);
}

/** Whether the Pod counts for the constraint: one that is going does not, nor does one of another namespace. */
export const countsFor = ({ selector }: SpreadConstraint, namespace: string | undefined, { metadata }: Pod): boolean =>
  !selector.empty && metadata?.namespace === namespace && metadata?.deletionTimestamp === undefined && selector.matches(metadata?.labels);

/** Whether a node has the labels of all topologies. */
export function hasAllLabels(labels: Labels | undefined, constraints: readonly Pick<SpreadConstraint, 'topologyKey'>[]): boolean {
  return constraints.every(({ topologyKey }) => labels !== undefined && Object.hasOwn(labels, topologyKey));
}
