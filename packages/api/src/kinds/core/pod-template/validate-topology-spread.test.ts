import { describe, expect, test } from 'vitest';
import { create, problems, rowOf } from '../../../../test/harness.ts';
import type { Pod, TopologySpreadConstraint } from '../../../index.ts';

const pods = rowOf('pods');
const CONSTRAINT: TopologySpreadConstraint = {
  topologyKey: 'zone',
  whenUnsatisfiable: 'DoNotSchedule',
  maxSkew: 1,
  labelSelector: { matchLabels: { app: 'web' } },
};
const pod = (...constraints: object[]): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web', 'pod-template-hash': 'abc' } },
  spec: {
    containers: [{ name: 'a', image: 'nginx:1.27' }],
    topologySpreadConstraints: constraints.map((each) => ({ ...CONSTRAINT, ...each })),
  },
});
const AT = 'spec.topologySpreadConstraints[0]';

describe('topology spread constraints', () => {
  test.each<[string, object[], string[]]>([
    [
      'are as Kubernetes says',
      [{}, { whenUnsatisfiable: 'ScheduleAnyway' }, { topologyKey: 'rack', minDomains: 2, nodeTaintsPolicy: 'Honor' }],
      [],
    ],
    ['a skew', [{ maxSkew: 0 }], [`${AT}.maxSkew: Invalid value: 0: must be greater than zero`]],
    ['a topology', [{ topologyKey: '' }], [`${AT}.topologyKey: Required value: can not be empty`]],
    [
      'what to do where they cannot be kept',
      [{ whenUnsatisfiable: '' }],
      [`${AT}.whenUnsatisfiable: Unsupported value: "": supported values: "DoNotSchedule", "ScheduleAnyway"`],
    ],
    [
      'no two of one topology and kind',
      [{}, { maxSkew: 2 }],
      [`${AT}.{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, DoNotSchedule}"`],
    ],
    [
      'a number of domains',
      [{ minDomains: 0, whenUnsatisfiable: 'ScheduleAnyway' }],
      [
        `${AT}.minDomains: Invalid value: 0: must be greater than zero`,
        `${AT}.minDomains: Invalid value: 0: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway`,
      ],
    ],
    [
      'policies that exist',
      [{ nodeAffinityPolicy: 'honor', nodeTaintsPolicy: 'No' }],
      [
        `${AT}.nodeAffinityPolicy: Unsupported value: "honor": supported values: "Honor", "Ignore"`,
        `${AT}.nodeTaintsPolicy: Unsupported value: "No": supported values: "Honor", "Ignore"`,
      ],
    ],
    [
      'keys only beside a selector',
      [{ labelSelector: undefined, matchLabelKeys: ['app'] }],
      [`${AT}.matchLabelKeys: Forbidden: must not be specified when labelSelector is not set`],
    ],
    [
      'keys that are none of the selector',
      [{ matchLabelKeys: ['pod-template-hash', 'app'] }],
      [`${AT}[1]: Invalid value: "app": exists in both matchLabelKeys and labelSelector`],
    ],
    [
      'a selector that is valid',
      [{ labelSelector: { matchExpressions: [{ key: 'a', operator: 'Like' }] } }],
      [`${AT}.labelSelector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator`],
    ],
  ])('%s', (_what, constraints, expected) => {
    expect(problems(pods, pod(...constraints))).toEqual(expected);
  });

  test("a new Pod's keys become part of its selector", () => {
    const [constraint] = create(pods, pod({ matchLabelKeys: ['pod-template-hash', 'not-there'] })).spec?.topologySpreadConstraints ?? [];
    expect(constraint).toEqual({
      ...CONSTRAINT,
      matchLabelKeys: ['pod-template-hash', 'not-there'],
      labelSelector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'pod-template-hash', operator: 'In', values: ['abc'] }] },
    });
  });

  test('of a template they stay what they are', () => {
    const { metadata, spec } = pod({ matchLabelKeys: ['pod-template-hash'] });
    const set = {
      metadata: { name: 'a', namespace: 'b' },
      spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata, spec } },
    };
    expect(create(rowOf('deployments', 'apps'), set)).toMatchObject({
      spec: { template: { spec: { topologySpreadConstraints: [{ labelSelector: CONSTRAINT.labelSelector }] } } },
    });
  });
});
