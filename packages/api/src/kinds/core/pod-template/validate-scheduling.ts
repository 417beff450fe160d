import { dns1123Subdomain, type FieldPath, invalidValue, labelValue, qualifiedName, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Affinity, NodeAffinity, NodeSelector, NodeSelectorTerm, Toleration } from '../../../../generated/types.ts';
import { checkText, oneOf } from '../../../validation/basics.ts';
import { checkPodTerms } from './validate-pod-terms.ts';

export function checkTolerations(tolerations: Toleration[], path: FieldPath, out: Cause[]): void {
  tolerations.forEach((toleration, i) => {
    const at = path.index(i);
    const { key, operator, value, effect, tolerationSeconds } = toleration;
    if (key) checkText(qualifiedName, key, at.child('key'), out);
    else if (operator !== 'Exists') {
      const why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      out.push(invalidValue(at.child('operator'), operator ?? '', why));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      out.push(invalidValue(at.child('effect'), effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (operator === undefined || operator === '' || operator === 'Equal') {
      for (const problem of labelValue(value ?? '')) out.push(invalidValue(at.child('operator'), value, problem));
    } else if (operator === 'Exists') {
      if (value) out.push(invalidValue(at.child('operator'), toleration, "value must be empty when `operator` is 'Exists'"));
    } else oneOf(operator, ['Equal', 'Exists'], at.child('operator'), out);
    oneOf(effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'], at.child('effect'), out, { optional: true });
  });
}

export function checkAffinity(affinity: Affinity, path: FieldPath, out: Cause[]): void {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity) out.push(...checkNodeAffinity(nodeAffinity, path.child('nodeAffinity')));
  if (podAffinity) checkPodTerms(podAffinity, path.child('podAffinity'), out);
  if (podAntiAffinity) checkPodTerms(podAntiAffinity, path.child('podAntiAffinity'), out);
}

/** Also that which a scheduler adds to all Pods. */
export function checkNodeAffinity(affinity: NodeAffinity, path: FieldPath): Cause[] {
  const out: Cause[] = [];
  const { requiredDuringSchedulingIgnoredDuringExecution: must, preferredDuringSchedulingIgnoredDuringExecution: should } = affinity;
  if (must) checkNodeSelector(must, path.child('requiredDuringSchedulingIgnoredDuringExecution'), out);
  should?.forEach(({ weight, preference }, i) => {
    const term = path.child('preferredDuringSchedulingIgnoredDuringExecution').index(i);
    if (!weight || weight < 1 || weight > 100) out.push(invalidValue(term.child('weight'), weight ?? 0, 'must be in the range 1-100'));
    if (preference) checkNodeTerm(preference, term.child('preference'), out);
  });
  return out;
}

/** Also the node affinity of PersistentVolumes. */
export function checkNodeSelector(selector: NodeSelector, path: FieldPath, out: Cause[]): void {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) out.push(required(path.child('nodeSelectorTerms'), 'must have at least one node selector term'));
  terms.forEach((term, i) => checkNodeTerm(term, path.child('nodeSelectorTerms').index(i), out));
}

function checkNodeTerm(term: NodeSelectorTerm, path: FieldPath, out: Cause[]): void {
  term.matchExpressions?.forEach(({ key = '', operator = '', values = [] }, i) => {
    const at = path.child('matchExpressions').index(i);
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) out.push(required(at.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) {
        out.push(invalidValue(at.child('values'), values, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      }
    } else if (operator === 'Gt' || operator === 'Lt') {
      if (values.length !== 1) out.push(required(at.child('values'), "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    } else out.push(invalidValue(at.child('operator'), operator, 'not a valid selector operator'));
    checkText(qualifiedName, key, at.child('key'), out);
  });
  term.matchFields?.forEach(({ key = '', operator = '', values = [] }, i) => {
    const at = path.child('matchFields').index(i);
    if (operator !== 'In' && operator !== 'NotIn') out.push(invalidValue(at.child('operator'), operator, 'not a valid selector operator'));
    else if (values.length !== 1) {
      out.push(required(at.child('values'), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
    }
    if (key !== 'metadata.name') out.push(invalidValue(at.child('key'), key, 'not a valid field selector key'));
    values.forEach((value, v) => checkText(dns1123Subdomain, value, at.child('values').index(v), out));
  });
}
