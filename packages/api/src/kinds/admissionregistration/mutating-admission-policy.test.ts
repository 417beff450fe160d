import { describe, expect, test } from 'vitest';
import { cells, create, problems, rowOf } from '../../../test/harness.ts';
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding } from '../../index.ts';

const GROUP = 'admissionregistration.k8s.io';
const policies = rowOf('mutatingadmissionpolicies', GROUP);
const bindings = rowOf('mutatingadmissionpolicybindings', GROUP);

const RULE = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
const APPLY = { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } };
const policy = (spec: MutatingAdmissionPolicy['spec'] = {}): MutatingAdmissionPolicy => ({
  metadata: { name: 'demo' },
  spec: { matchConstraints: { resourceRules: [RULE] }, mutations: [APPLY], reinvocationPolicy: 'Never', ...spec },
});
const binding = (spec: MutatingAdmissionPolicyBinding['spec'] = {}): MutatingAdmissionPolicyBinding => ({
  metadata: { name: 'demo-binding' },
  spec: { policyName: 'demo', ...spec },
});
const withMutation = (mutation: object): MutatingAdmissionPolicy['spec'] => ({ mutations: [mutation as typeof APPLY] });

describe('MutatingAdmissionPolicies', () => {
  test('R1: have Kubernetes’ defaults', () => {
    expect(create(policies, policy()).spec).toMatchObject({
      failurePolicy: 'Fail',
      matchConstraints: { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, resourceRules: [{ ...RULE, scope: '*' }] },
    });
    expect(problems(policies, policy())).toEqual([]);
    const patch = { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "add", path: "/a", value: params.b}]' } };
    expect(problems(policies, policy({ paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, ...withMutation(patch) }))).toEqual([]);
  });

  test.each<[string, MutatingAdmissionPolicy['spec'], string[]]>([
    [
      'nothing at all',
      { matchConstraints: undefined, mutations: [], reinvocationPolicy: undefined },
      [
        'spec.matchConstraints: Required value',
        'spec.mutations: Required value: mutations must contain at least one item',
        'spec.reinvocationPolicy: Required value',
      ],
    ],
    ['no rules', { matchConstraints: { resourceRules: [] } }, ['spec.matchConstraints.resourceRules: Required value']],
    [
      'deletions',
      { matchConstraints: { resourceRules: [{ ...RULE, operations: ['DELETE', 'UPDATE'] }] } },
      ['spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"'],
    ],
    [
      'other values',
      { failurePolicy: 'Maybe', reinvocationPolicy: 'Often' },
      [
        'spec.failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"',
        'spec.reinvocationPolicy: Unsupported value: "Often": supported values: "IfNeeded", "Never"',
      ],
    ],
    ['no patch type', withMutation({ applyConfiguration: {} }), ['spec.mutations[0].patchType: Required value']],
    [
      'another patch type',
      withMutation({ patchType: 'Merge' }),
      ['spec.mutations[0].patchType: Unsupported value: "Merge": supported values: "ApplyConfiguration", "JSONPatch"'],
    ],
    [
      'one patch for another',
      withMutation({ patchType: 'JSONPatch', applyConfiguration: { expression: 'Object{}' } }),
      [
        'spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch',
        'spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
      ],
    ],
    [
      'two patches',
      withMutation({ ...APPLY, jsonPatch: {} }),
      ['spec.mutations[0].jsonPatch: Invalid value: "{jsonPatch}": must not be specified when patchType is ApplyConfiguration'],
    ],
    [
      'no expression',
      withMutation({ patchType: 'JSONPatch', jsonPatch: { expression: ' ' } }),
      ['spec.mutations[0].jsonPatch.expression: Required value'],
    ],
    [
      'an expression of another type',
      withMutation({ ...APPLY, applyConfiguration: { expression: ' "teapot"\n' } }),
      ['spec.mutations[0].applyConfiguration.expression: Invalid value: "\\"teapot\\"": must evaluate to Object but got string'],
    ],
    [
      'an expression that is none',
      withMutation({ ...APPLY, applyConfiguration: { expression: 'Object{spec: params.x}' } }),
      [
        expect.stringMatching(
          /^spec\.mutations\[0\]\.applyConfiguration\.expression: .*compilation failed: ERROR: <input>:1:14: undeclared reference to 'params'/,
        ) as string,
      ],
    ],
    [
      'variables, conditions and parameters',
      {
        paramKind: { apiVersion: 'v1', kind: '' },
        matchConditions: [{ name: '', expression: 'variables.a' }],
        variables: [{ name: 'a b', expression: ' ' }],
      },
      [
        'spec.paramKind.kind: Required value',
        expect.stringContaining("undeclared reference to 'variables'") as string,
        'spec.matchConditions[0].name: Required value',
        'spec.variables[0].name: Invalid value: "a b": name is not a valid CEL identifier',
        'spec.variables[0].expression: Required value: expression is not specified',
      ],
    ],
  ])('R1: %s is refused', (_, spec, expected) => {
    expect(problems(policies, policy(spec))).toEqual(expected);
  });

  test('R1: a table shows what kubectl shows of Kubernetes', () => {
    const shown = cells(policies, policy({ paramKind: { apiVersion: 'apps/v1', kind: 'Deployment' } }));
    expect(shown).toMatchObject({ Name: 'demo', Mutations: 1, ParamKind: 'apps/v1/Deployment' });
    expect(cells(policies, policy())).toMatchObject({ ParamKind: '<unset>' });
    const of = (paramRef: object) => cells(bindings, binding({ paramRef })).ParamRef;
    expect([of({ name: 'a' }), of({ name: 'a', namespace: 'b' }), of({})]).toEqual(['*/a', 'b/a', '<unset>']);
  });
});

describe('MutatingAdmissionPolicyBindings', () => {
  test('R1: have Kubernetes’ defaults', () => {
    const { spec } = create(bindings, binding({ paramRef: { name: 'x' }, matchResources: { resourceRules: [RULE] } }));
    expect(spec).toMatchObject({ paramRef: { parameterNotFoundAction: 'Deny' }, matchResources: { matchPolicy: 'Equivalent' } });
    expect(problems(bindings, binding())).toEqual([]);
  });

  test('R1: what is wrong is told', () => {
    const rule = { ...RULE, operations: ['DELETE'] };
    const wrong = { policyName: '', paramRef: { name: 'a', selector: {} }, matchResources: { resourceRules: [rule], matchPolicy: 'No' } };
    expect(problems(bindings, binding(wrong))).toEqual([
      'spec.policyName: Required value',
      'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
      'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
      'spec.matchResources.matchPolicy: Unsupported value: "No": supported values: "Equivalent", "Exact"',
      'spec.matchResources.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
    ]);
  });
});
