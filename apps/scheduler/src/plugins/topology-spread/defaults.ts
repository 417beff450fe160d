import type { TopologySpreadConstraint } from '@kubernats/api';
import { duplicate, type FieldPath, forbiddenField, invalidValue, notSupported, qualifiedName, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

/** `PodTopologySpreadArgs` of `kubescheduler.config.k8s.io/v1`. */
export interface PodTopologySpreadArgs {
  /** For Pods that have none of their own and belong to something; their selectors follow from what the Pod belongs to. */
  defaultConstraints?: readonly TopologySpreadConstraint[];
  /** `System` (the default): those that every cluster has; `List`: `defaultConstraints`. */
  defaultingType?: 'System' | 'List';
}

export const HOSTNAME = 'kubernetes.io/hostname';

/** What Pods prefer that ask for nothing. Source: the concept page, "Built-in default constraints". */
const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  { topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

export const isBySystem = ({ defaultingType = 'System' }: PodTopologySpreadArgs): boolean => defaultingType === 'System';

export function defaultConstraintsOf(args: PodTopologySpreadArgs): readonly TopologySpreadConstraint[] {
  return isBySystem(args) ? SYSTEM_DEFAULTS : (args.defaultConstraints ?? []);
}

/** What is wrong with the arguments, in kube-scheduler's words. */
export function checkPodTopologySpreadArgs(args: PodTopologySpreadArgs, path: FieldPath): Cause[] {
  const { defaultConstraints = [], defaultingType = 'System' } = args;
  const out: Cause[] = [];
  const at = path.child('defaultingType');
  if (!['System', 'List'].includes(defaultingType)) out.push(notSupported(at, defaultingType, ['System', 'List']));
  if (defaultingType === 'System' && defaultConstraints.length > 0) {
    out.push(invalidValue(at, defaultingType, 'when .defaultConstraints are not empty'));
  }
  const list = path.child('defaultConstraints');
  defaultConstraints.forEach((constraint, i) => {
    const where = list.index(i);
    checkConstraint(constraint, where, out);
    const isSame = ({ topologyKey, whenUnsatisfiable }: TopologySpreadConstraint): boolean =>
      topologyKey === constraint.topologyKey && whenUnsatisfiable === constraint.whenUnsatisfiable;
    if (defaultConstraints.slice(0, i).some(isSame)) {
      out.push(duplicate(where, `{${constraint.topologyKey}, ${constraint.whenUnsatisfiable}}`));
    }
  });
  return out;
}

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];

function checkConstraint(
  { maxSkew, topologyKey, whenUnsatisfiable, labelSelector }: TopologySpreadConstraint,
  path: FieldPath,
  out: Cause[],
): void {
  if (!(maxSkew > 0)) out.push(invalidValue(path.child('maxSkew'), maxSkew ?? 0, 'not in valid range (0, inf)'));
  const key = path.child('topologyKey');
  if (!topologyKey) out.push(required(key, 'can not be empty'));
  else for (const problem of qualifiedName(topologyKey)) out.push(invalidValue(key, topologyKey, problem));
  const action = path.child('whenUnsatisfiable');
  if (!whenUnsatisfiable) out.push(required(action, 'can not be empty'));
  else if (!ACTIONS.includes(whenUnsatisfiable)) out.push(notSupported(action, whenUnsatisfiable, ACTIONS));
  if (labelSelector) {
    out.push(forbiddenField(path.child('labelSelector'), 'constraint must not define a selector, as they deduced for each pod'));
  }
}
