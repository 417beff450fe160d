import {
  duplicate,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  qualifiedName,
  required,
  validateLabelSelector,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { LabelSelector, TopologySpreadConstraint } from '../../../../generated/types.ts';
import { checkText, GREATER_THAN_ZERO, oneOf } from '../../../validation/basics.ts';

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const POLICIES = ['Honor', 'Ignore'];

export function checkTopologySpread(constraints: TopologySpreadConstraint[], path: FieldPath, out: Cause[]): void {
  constraints.forEach((constraint, i) => {
    const at = path.index(i);
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    if (!(maxSkew > 0)) out.push(invalidValue(at.child('maxSkew'), maxSkew ?? 0, GREATER_THAN_ZERO));
    if (!topologyKey) out.push(required(at.child('topologyKey'), 'can not be empty'));
    if (!ACTIONS.includes(whenUnsatisfiable)) out.push(notSupported(at.child('whenUnsatisfiable'), whenUnsatisfiable ?? '', ACTIONS));
    const isSame = (other: TopologySpreadConstraint): boolean =>
      other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable;
    if (constraints.slice(i + 1).some(isSame)) {
      out.push(duplicate(at.child('{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`));
    }
    if (minDomains !== undefined) checkMinDomains(minDomains, whenUnsatisfiable, at.child('minDomains'), out);
    oneOf(constraint.nodeAffinityPolicy, POLICIES, at.child('nodeAffinityPolicy'), out, { optional: true });
    oneOf(constraint.nodeTaintsPolicy, POLICIES, at.child('nodeTaintsPolicy'), out, { optional: true });
    checkMatchLabelKeys(constraint.matchLabelKeys ?? [], constraint.labelSelector, at, out);
    out.push(...validateLabelSelector(constraint.labelSelector, at.child('labelSelector')));
  });
}

function checkMinDomains(minDomains: number, action: string, path: FieldPath, out: Cause[]): void {
  if (minDomains <= 0) out.push(invalidValue(path, minDomains, GREATER_THAN_ZERO));
  if (action !== 'DoNotSchedule') {
    out.push(invalidValue(path, minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action ?? ''}`));
  }
}

/** A new Pod's keys are part of its selector already (`mergeLabelKeys`): a key that is there twice was there before. `at` is where the constraint is. */
function checkMatchLabelKeys(keys: readonly string[], selector: LabelSelector | undefined, at: FieldPath, out: Cause[]): void {
  if (keys.length === 0) return;
  const path = at.child('matchLabelKeys');
  if (!selector) {
    out.push(forbiddenField(path, 'must not be specified when labelSelector is not set'));
    return;
  }
  keys.forEach((key, i) => checkText(qualifiedName, key, path.index(i), out));
  const seen = new Set(Object.keys(selector.matchLabels ?? {}));
  for (const { key } of selector.matchExpressions ?? []) {
    const place = keys.lastIndexOf(key);
    // The path is Kubernetes' own: it leaves `matchLabelKeys` out.
    if (place >= 0 && seen.has(key)) out.push(invalidValue(at.index(place), key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
}
