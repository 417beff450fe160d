// What a PodSpec may say and its author hardly means: Kubernetes takes it, and warns.
import { type FieldPath, parseQuantity } from '@kubernats/apimachinery';
import type { Container, EnvVar, LabelSelector, NodeSelectorTerm, PodSpec } from '../../../../generated/types.ts';

const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
};
const COUNTED_IN_BYTES = ['memory', 'ephemeral-storage'];

/** Labels of nodes that have other names now, wherever a Pod asks for them. */
export function deprecatedLabels({ nodeSelector = {}, affinity, topologySpreadConstraints = [] }: PodSpec, path: FieldPath): string[] {
  const named = (key: string | undefined, at: FieldPath): string[] => {
    const why = DEPRECATED_LABELS[key ?? ''];
    return why === undefined ? [] : [`${at}: ${key} is ${why}`];
  };
  const ofTerm = (term: NodeSelectorTerm | undefined, at: FieldPath): string[] =>
    (term?.matchExpressions ?? []).flatMap(({ key }, i) => named(key, at.child('matchExpressions').index(i).child('key')));
  const { requiredDuringSchedulingIgnoredDuringExecution: must, preferredDuringSchedulingIgnoredDuringExecution: may = [] } =
    affinity?.nodeAffinity ?? {};
  const node = path.child('affinity', 'nodeAffinity');
  const required = node.child('requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  const preferred = node.child('preferredDuringSchedulingIgnoredDuringExecution');
  return [
    ...Object.keys(nodeSelector).flatMap((key) => {
      const why = DEPRECATED_LABELS[key];
      return why === undefined ? [] : [`${path.child('nodeSelector').key(key)}: ${why}`];
    }),
    ...(must?.nodeSelectorTerms ?? []).flatMap((term, i) => ofTerm(term, required.index(i))),
    ...may.flatMap(({ preference }, i) => ofTerm(preference, preferred.index(i).child('preference'))),
    ...topologySpreadConstraints.flatMap(({ topologyKey }, i) =>
      named(topologyKey, path.child('topologySpreadConstraints').index(i).child('topologyKey')),
    ),
  ];
}

/** Selectors that are not there, and so match nothing rather than everything. */
export function absentSelectors({ affinity, topologySpreadConstraints = [] }: PodSpec, path: FieldPath): string[] {
  const absent = (selector: LabelSelector | undefined, at: FieldPath): string[] =>
    selector === undefined ? [`${at.child('labelSelector')}: a null labelSelector results in matching no pod`] : [];
  const terms = (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const at = path.child('affinity', kind);
    const { requiredDuringSchedulingIgnoredDuringExecution: must = [], preferredDuringSchedulingIgnoredDuringExecution: may = [] } =
      affinity?.[kind] ?? {};
    return [
      ...must.flatMap(({ labelSelector }, i) => absent(labelSelector, at.child('requiredDuringSchedulingIgnoredDuringExecution').index(i))),
      ...may.flatMap(({ podAffinityTerm }, i) =>
        absent(
          podAffinityTerm?.labelSelector,
          at.child('preferredDuringSchedulingIgnoredDuringExecution').index(i).child('podAffinityTerm'),
        ),
      ),
    ];
  });
  const spread = path.child('topologySpreadConstraints');
  return [...topologySpreadConstraints.flatMap(({ labelSelector }, i) => absent(labelSelector, spread.index(i))), ...terms];
}

/** Host aliases and pull secrets that come twice or say nothing, and a grace period below 0. */
export function doubtfulFields(
  { hostAliases = [], imagePullSecrets = [], terminationGracePeriodSeconds = 0 }: PodSpec,
  path: FieldPath,
): string[] {
  const ips = hostAliases.map(({ ip }) => ip);
  const names = imagePullSecrets.map(({ name = '' }) => name);
  const again = (list: readonly (string | undefined)[], what: string, at: (i: number) => FieldPath): string[] =>
    list.flatMap((each, i) => (list.indexOf(each) < i ? [`${at(i)}: duplicate ${what} ${JSON.stringify(each)}`] : []));
  const secret = (i: number): FieldPath => path.child('imagePullSecrets').index(i).child('name');
  const grace = path.child('terminationGracePeriodSeconds');
  return [
    ...again(ips, 'ip', (i) => path.child('hostAliases').index(i).child('ip')),
    ...again(names, 'name', secret),
    ...names.flatMap((name, i) => (name === '' ? [`${secret(i)}: invalid empty name ""`] : [])),
    ...(terminationGracePeriodSeconds < 0 ? [`${grace}: must be >= 0; negative values are invalid and will be treated as 1`] : []),
  ];
}

/** Parts of a byte, which are mostly a mistaken `m` for `M`; and values of the environment that hide others. */
export function doubtfulContainer({ env = [], resources }: Container, path: FieldPath): string[] {
  const parts = (['limits', 'requests'] as const).flatMap((list) =>
    COUNTED_IN_BYTES.flatMap((name) => fractionalBytes(resources?.[list]?.[name], path.child('resources', list).key(name))),
  );
  return [...parts, ...hiddenValues(env, path.child('env'))];
}

export function fractionalBytes(amount: string | undefined, at: FieldPath): string[] {
  if (amount === undefined || !amount.endsWith('m') || parseQuantity(amount).milli() % 1000 === 0) return [];
  return [`${at}: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`];
}

/** A value that is made of the one before (`$(PATH):/bin`) takes nothing away. */
function hiddenValues(env: EnvVar[], path: FieldPath): string[] {
  if (env.length < 2) return [];
  const seen = new Set<string>();
  return env.flatMap(({ name, value = '', valueFrom }, i) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const before = `$(${name})`;
    if (!valueFrom && value !== before && value.includes(before)) return [];
    return [`${path.index(i)}: hides previous definition of "${name}", which may be dropped when using apply`];
  });
}
