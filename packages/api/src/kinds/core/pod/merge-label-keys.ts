import type { Affinity, LabelSelector } from '../../../../generated/types.ts';

type Labels = Readonly<Record<string, string>>;

interface Selecting {
  labelSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
}

/**
 * `matchLabelKeys` and `mismatchLabelKeys` of a new Pod's terms and constraints become requirements of their selectors, with the values that the Pod itself has: those
 * who read them look at the selectors alone. Keys that the Pod has not are left out; what has no selector selects nothing, and stays so.
 * Source: the concepts "Assigning Pods to Nodes" and "Pod Topology Spread Constraints".
 */
export function mergeLabelKeys({ labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: Selecting, labels: Labels = {}): void {
  if (!labelSelector) return;
  const requirements = [
    ...matchLabelKeys.map((key) => ({ key, operator: 'In' })),
    ...mismatchLabelKeys.map((key) => ({ key, operator: 'NotIn' })),
  ].flatMap(({ key, operator }) => (Object.hasOwn(labels, key) ? [{ key, operator, values: [labels[key] ?? ''] }] : []));
  if (requirements.length > 0) labelSelector.matchExpressions = [...(labelSelector.matchExpressions ?? []), ...requirements];
}

export function mergeLabelKeysOfTerms(affinity: Affinity | undefined, labels: Labels = {}): void {
  for (const side of [affinity?.podAffinity, affinity?.podAntiAffinity]) {
    for (const term of side?.requiredDuringSchedulingIgnoredDuringExecution ?? []) mergeLabelKeys(term, labels);
    for (const { podAffinityTerm } of side?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (podAffinityTerm) mergeLabelKeys(podAffinityTerm, labels);
    }
  }
}
