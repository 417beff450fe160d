import type { Pod, PodDisruptionBudget } from '@kubernats/api';
import { controllerOf, type LabelSelector } from '@kubernats/apimachinery';
import { needsScale } from './decide.ts';

/** What an event says of a budget that counts on the controllers of its Pods where some Pods have none; undefined: that is not so. */
export function unmanagedMessage(budget: PodDisruptionBudget, pods: readonly Pod[]): string | undefined {
  if (!needsScale(budget) || pods.every((pod) => controllerOf(pod) !== undefined)) return undefined;
  return (
    `Pods selected by this PodDisruptionBudget (selector: ${asGoPrints(budget.spec?.selector ?? {})}) were found to be unmanaged. ` +
    'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
    'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
  );
}

/** Kubernetes' own text of a selector in this message. */
function asGoPrints({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const map = `MatchLabels:map[string]string{${labels.join('')}}`;
  return `&LabelSelector{${map},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}
