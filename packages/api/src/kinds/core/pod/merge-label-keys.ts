import type { Affinity, PodAffinityTerm } from '../../../../generated/types.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * `matchLabelKeys` and `mismatchLabelKeys` of the Pod's terms become requirements of their selectors, with the values that the Pod itself has: those who
 * read the terms look at the selectors alone. Keys that the Pod has not are left out; a term without a selector selects nothing, and stays so.
 * Source: the concept "Assigning Pods to Nodes".
 */
export function mergeLabelKeys(affinity: Affinity | undefined, labels: Labels = {}): void {
  for (const side of [affinity?.podAffinity, affinity?.podAntiAffinity]) {
    for (const term of side?.requiredDuringSchedulingIgnoredDuringExecution ?? []) merge(term, labels);
    for (const { podAffinityTerm } of side?.preferredDuringSchedulingIgnoredDuringExecution ?? []) {
      if (podAffinityTerm) merge(podAffinityTerm, labels);
    }
  }
}

function merge({ labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] }: PodAffinityTerm, labels: Labels): void {
  if (!labelSelector) return;
  const requirements = [
    ...matchLabelKeys.map((key) => ({ key, operator: 'In' })),
    ...mismatchLabelKeys.map((key) => ({ key, operator: 'NotIn' })),
  ].flatMap(({ key, operator }) => (Object.hasOwn(labels, key) ? [{ key, operator, values: [labels[key] ?? ''] }] : []));
  if (requirements.length > 0) labelSelector.matchExpressions = [...(labelSelector.matchExpressions ?? []), ...requirements];
}
