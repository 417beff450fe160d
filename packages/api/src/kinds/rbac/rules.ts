import { fieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PolicyRule } from '../../../generated/types.ts';

/** The rules of a Role (`namespaced`) or ClusterRole. */
export function checkRules(rules: PolicyRule[] | undefined, namespaced: boolean): Cause[] {
  const out: Cause[] = [];
  rules?.forEach(({ verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] }, i) => {
    const path = fieldPath('rules').index(i);
    if (verbs.length === 0) out.push(required(path.child('verbs'), 'verbs must contain at least one value'));
    if (nonResourceURLs.length > 0) {
      const at = path.child('nonResourceURLs');
      if (namespaced) out.push(invalidValue(at, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
      if (apiGroups.length + resources.length > 0) {
        out.push(invalidValue(at, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'));
      }
      return;
    }
    if (apiGroups.length === 0) out.push(required(path.child('apiGroups'), 'resource rules must supply at least one api group'));
    if (resources.length === 0) out.push(required(path.child('resources'), 'resource rules must supply at least one resource'));
  });
  return out;
}
