// What a PodSpec may say and its author hardly means: Kubernetes takes it, and warns. Every Pod is looked at, and few are warned of: where nothing is
// said, nothing is made.
import { type FieldPath, parseQuantity } from '@kubernats/apimachinery';
import type { Container, EnvVar, LabelSelector, NodeSelectorTerm, PodSpec, PodTemplateSpec } from '../../../../generated/types.ts';

const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
};
const COUNTED_IN_BYTES = ['memory', 'ephemeral-storage'];

const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};
const SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const APP_ARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead';

/** Annotations that have become fields. `at` is where the annotations stand. */
export function deprecatedAnnotations({ metadata, spec }: PodTemplateSpec, at: FieldPath): string[] {
  const { annotations } = metadata ?? {};
  if (!annotations) return [];
  const ofPod = spec?.securityContext;
  const said = (key: string, why: string | undefined): string[] =>
    why !== undefined && Object.hasOwn(annotations, key) ? [`${at.key(key)}: ${why}`] : [];
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  return [
    ...Object.entries(DEPRECATED_ANNOTATIONS).flatMap(([key, why]) => said(key, why)),
    ...said('seccomp.security.alpha.kubernetes.io/pod', ofPod?.seccompProfile ? undefined : SECCOMP),
    ...containers.flatMap(({ name, securityContext }) => [
      ...said(`container.seccomp.security.alpha.kubernetes.io/${name}`, securityContext?.seccompProfile ? undefined : SECCOMP),
      ...said(
        `container.apparmor.security.beta.kubernetes.io/${name}`,
        (securityContext?.appArmorProfile ?? ofPod?.appArmorProfile) ? undefined : APP_ARMOR,
      ),
    ]),
  ];
}

/** Labels of nodes that have other names now, wherever a Pod asks for them. */
export function deprecatedLabels({ nodeSelector = {}, affinity, topologySpreadConstraints = [] }: PodSpec, path: FieldPath): string[] {
  if (Object.keys(nodeSelector).length + topologySpreadConstraints.length === 0 && !affinity?.nodeAffinity) return [];
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
  if (!affinity && topologySpreadConstraints.length === 0) return [];
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
  if (hostAliases.length + imagePullSecrets.length === 0 && terminationGracePeriodSeconds >= 0) return [];
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
  const warnings: string[] = [];
  for (const list of ['limits', 'requests'] as const) {
    for (const name of COUNTED_IN_BYTES) {
      const amount = resources?.[list]?.[name];
      if (amount?.endsWith('m')) warnings.push(...fractionalBytes(amount, path.child('resources', list).key(name)));
    }
  }
  warnings.push(...hiddenValues(env, path));
  return warnings;
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
    return [`${path.child('env').index(i)}: hides previous definition of "${name}", which may be dropped when using apply`];
  });
}
