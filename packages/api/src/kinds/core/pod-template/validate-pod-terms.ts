import {
  dns1123Label,
  type FieldPath,
  forbiddenField,
  invalidValue,
  qualifiedName,
  required,
  validateLabelSelector,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { LabelSelector, PodAffinity, PodAffinityTerm } from '../../../../generated/types.ts';
import { checkText } from '../../../validation/basics.ts';

/** Kubernetes' rules for `podAffinity`, and for `podAntiAffinity`, which has the same form. */
export function checkPodTerms(affinity: PodAffinity, path: FieldPath, out: Cause[]): void {
  affinity.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term, i) => {
    checkPodTerm(term, path.child('requiredDuringSchedulingIgnoredDuringExecution').index(i), out);
  });
  affinity.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ weight, podAffinityTerm }, i) => {
    const at = path.child('preferredDuringSchedulingIgnoredDuringExecution').index(i);
    if (!weight || weight < 1 || weight > 100) out.push(invalidValue(at.child('weight'), weight ?? 0, 'must be in the range 1-100'));
    checkPodTerm(podAffinityTerm ?? {}, at.child('podAffinityTerm'), out);
  });
}

function checkPodTerm(term: Partial<PodAffinityTerm>, path: FieldPath, out: Cause[]): void {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term;
  out.push(...validateLabelSelector(labelSelector, path.child('labelSelector')));
  out.push(...validateLabelSelector(namespaceSelector, path.child('namespaceSelector')));
  for (const name of namespaces) checkText(dns1123Label, name, path.child('namespace'), out);
  checkLabelKeys(term, path, out);
  if (topologyKey === '') out.push(required(path.child('topologyKey'), 'can not be empty'));
  checkText(qualifiedName, topologyKey, path.child('topologyKey'), out);
}

/** The paths are Kubernetes' own, also where they name the term and not the list. */
function checkLabelKeys(term: Partial<PodAffinityTerm>, path: FieldPath, out: Cause[]): void {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  for (const [field, keys] of Object.entries({ matchLabelKeys, mismatchLabelKeys })) {
    if (keys.length === 0) continue;
    if (labelSelector) keys.forEach((key, i) => checkText(qualifiedName, key, path.child(field).index(i), out));
    else out.push(forbiddenField(path.child(field), 'must not be specified when labelSelector is not set'));
  }
  for (const key of keysTwiceIn(labelSelector)) {
    const i = matchLabelKeys.lastIndexOf(key);
    if (i >= 0) out.push(invalidValue(path.index(i), key, 'exists in both matchLabelKeys and labelSelector'));
  }
  matchLabelKeys.forEach((key, i) => {
    if (!mismatchLabelKeys.includes(key)) return;
    out.push(invalidValue(path.child('matchLabelKeys').index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys'));
  });
}

/** Of a Pod the selector has each of `matchLabelKeys` once by itself: a key that its author wrote as well is there twice. */
function keysTwiceIn(selector: LabelSelector | undefined): string[] {
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  return (selector?.matchExpressions ?? []).flatMap(({ key }) => {
    if (seen.has(key)) return [key];
    seen.add(key);
    return [];
  });
}
