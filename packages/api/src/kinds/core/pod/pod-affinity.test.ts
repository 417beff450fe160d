import { describe, expect, test } from 'vitest';
import { create, problems, rowOf, update } from '../../../../test/harness.ts';
import type { Affinity, Pod, PodAffinityTerm, PodSpec } from '../../../index.ts';

const pods = rowOf('pods');
const pod = (affinity: Affinity, spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', creationTimestamp: '2026-11-24T11:00:00Z', labels: { app: 'web', version: '2' } },
  spec: { containers: [{ name: 'a', image: 'nginx:1.27' }], affinity, ...spec },
});
const term = (more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  topologyKey: 'zone',
  labelSelector: { matchLabels: { app: 'web' } },
  ...more,
});
const near = (more: Partial<PodAffinityTerm>): Affinity => ({
  podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(more)] },
});
const preferred = (weight: number, podAffinityTerm: PodAffinityTerm | undefined): Affinity => ({
  podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm } as never] },
});

describe('what is wrong with terms about other Pods', () => {
  const AT = 'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]';
  const SHOULD_NOT = 'spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0]';
  const NAME =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const rows: [string, Affinity, string[]][] = [
    ['nothing', near({ namespaces: ['a', 'b'], namespaceSelector: {}, matchLabelKeys: ['version'], mismatchLabelKeys: ['tier'] }), []],
    [
      'no topology key',
      near({ topologyKey: '' }),
      [
        `${AT}.topologyKey: Required value: can not be empty`,
        `${AT}.topologyKey: Invalid value: "": name part must be non-empty`,
        `${AT}.topologyKey: Invalid value: "": ${NAME}`,
      ],
    ],
    [
      'a namespace that cannot be',
      near({ namespaces: ['A b'] }),
      [
        `${AT}.namespace: Invalid value: "A b": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    [
      'a selector of namespaces that cannot be',
      near({ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'Like' }] } }),
      [`${AT}.namespaceSelector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator`],
    ],
    [
      'keys without a selector',
      near({ labelSelector: undefined, matchLabelKeys: ['version'], mismatchLabelKeys: ['app'] }),
      [
        `${AT}.matchLabelKeys: Forbidden: must not be specified when labelSelector is not set`,
        `${AT}.mismatchLabelKeys: Forbidden: must not be specified when labelSelector is not set`,
      ],
    ],
    ['a key that is none', near({ mismatchLabelKeys: ['-'] }), [`${AT}.mismatchLabelKeys[0]: Invalid value: "-": ${NAME}`]],
    [
      'a key that the selector asks for as well',
      near({ matchLabelKeys: ['version', 'app'] }),
      [`${AT}[1]: Invalid value: "app": exists in both matchLabelKeys and labelSelector`],
    ],
    [
      'a key that must and must not match',
      near({ matchLabelKeys: ['tier'], mismatchLabelKeys: ['tier'] }),
      [`${AT}.matchLabelKeys[0]: Invalid value: "tier": exists in both matchLabelKeys and mismatchLabelKeys`],
    ],
    ['a weight of 0', preferred(0, term()), [`${SHOULD_NOT}.weight: Invalid value: 0: must be in the range 1-100`]],
    ['a weight of 101', preferred(101, term()), [`${SHOULD_NOT}.weight: Invalid value: 101: must be in the range 1-100`]],
    [
      'a weight of nothing',
      preferred(1, undefined),
      [
        `${SHOULD_NOT}.podAffinityTerm.topologyKey: Required value: can not be empty`,
        `${SHOULD_NOT}.podAffinityTerm.topologyKey: Invalid value: "": name part must be non-empty`,
        `${SHOULD_NOT}.podAffinityTerm.topologyKey: Invalid value: "": ${NAME}`,
      ],
    ],
  ];
  test.each(rows)('%s', (_, affinity, expected) => {
    expect(problems(pods, pod(affinity))).toEqual(expected);
  });

  test('R1: terms about other Pods have their effect, and nobody is warned of them', () => {
    expect(pods.strategy.warnings?.(create(pods, pod(near({}))), undefined)).toEqual([]);
  });
});

describe('keys of labels', () => {
  const selectors = (made: Pod) => made.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[0]?.labelSelector;

  test('are merged into the selector with the values of the Pod, those that it has not are left out', () => {
    const keys = { matchLabelKeys: ['version', 'none', 'toString'], mismatchLabelKeys: ['app'] };
    expect(selectors(create(pods, pod(near(keys))))).toEqual({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'version', operator: 'In', values: ['2'] },
        { key: 'app', operator: 'NotIn', values: ['web'] },
      ],
    });
  });

  test('also those of preferred terms, and of anti-affinity', () => {
    const made = create(pods, pod(preferred(1, term({ matchLabelKeys: ['version'] }))));
    const [weighted] = made.spec?.affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    expect(weighted?.podAffinityTerm?.labelSelector?.matchExpressions).toEqual([{ key: 'version', operator: 'In', values: ['2'] }]);
  });

  test('of a template stay keys', () => {
    const deployments = rowOf('deployments', 'apps');
    const { spec, metadata } = pod(near({ matchLabelKeys: ['version'] }));
    const selector = { matchLabels: { app: 'web' } };
    const made = create(deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector, template: { metadata: { labels: metadata?.labels }, spec } },
    } as never) as unknown as { spec: { template: Pod } };
    expect(selectors(made.spec.template)).toEqual({ matchLabels: { app: 'web' } });
  });
});

test('of a Pod with scheduling gates the node affinity may change, and the terms about other Pods may not', () => {
  const gated = create(pods, pod(near({}), { schedulingGates: [{ name: 'quota' }] }));
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'Exists' }] }],
    },
  };
  const changed = (affinity: Affinity) =>
    update(pods, gated, (draft) => {
      if (draft.spec) draft.spec.affinity = affinity;
    }).problems;
  expect(changed({ ...gated.spec?.affinity, nodeAffinity })).toEqual([]);
  expect(changed({ nodeAffinity })[0]).toMatch(/^spec: Forbidden: pod updates may not change fields other than/);
});
