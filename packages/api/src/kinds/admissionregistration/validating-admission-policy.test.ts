import { describe, expect, test } from 'vitest';
import { create, problems, rowOf, update } from '../../../test/harness.ts';
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '../../index.ts';

const GROUP = 'admissionregistration.k8s.io';
const policies = rowOf('validatingadmissionpolicies', GROUP);
const bindings = rowOf('validatingadmissionpolicybindings', GROUP);

const RULE = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] };
const policy = (spec: ValidatingAdmissionPolicy['spec'] = {}): ValidatingAdmissionPolicy => ({
  metadata: { name: 'demo', generation: 1 },
  spec: { matchConstraints: { resourceRules: [RULE] }, validations: [{ expression: 'object.spec.replicas <= 5' }], ...spec },
});
const binding = (spec: Partial<ValidatingAdmissionPolicyBinding['spec']> = {}): ValidatingAdmissionPolicyBinding => ({
  metadata: { name: 'demo-binding' },
  spec: { policyName: 'demo', validationActions: ['Deny'], ...spec },
});

describe('ValidatingAdmissionPolicies', () => {
  test('R1: have Kubernetes’ defaults, and a status', () => {
    const { spec, status } = create(policies, policy());
    expect(spec).toMatchObject({
      failurePolicy: 'Fail',
      matchConstraints: { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, resourceRules: [{ ...RULE, scope: '*' }] },
    });
    expect(status).toEqual({ observedGeneration: 1, typeChecking: {} });
    expect(problems(policies, policy())).toEqual([]);
  });

  test.each<[string, ValidatingAdmissionPolicy['spec'], string[]]>([
    [
      'a syntax error',
      { validations: [{ expression: 'object.spec.replicas <=' }] },
      [
        expect.stringMatching(
          /^spec\.validations\[0\]\.expression: Invalid value: "object\.spec\.replicas <=": compilation failed: ERROR: <input>:1:24: Syntax error/,
        ) as string,
      ],
    ],
    [
      'no bool',
      { validations: [{ expression: 'object.spec.replicas' }] },
      ['spec.validations[0].expression: Invalid value: "object.spec.replicas": must evaluate to bool but got dyn'],
    ],
    [
      'no expression',
      { validations: [{ expression: ' ', message: 'a\nb', reason: 'No' }] },
      [
        'spec.validations[0].expression: Required value: expression is not specified',
        'spec.validations[0].message: Invalid value: "a\\nb": message must not contain line breaks',
        'spec.validations[0].reason: Unsupported value: "No": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"',
      ],
    ],
    [
      'nothing to say',
      { validations: [] },
      [
        'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
        'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
      ],
    ],
    ['no rules', { matchConstraints: {} }, ['spec.matchConstraints.resourceRules: Required value']],
    ['nothing to match', { matchConstraints: undefined }, ['spec.matchConstraints: Required value']],
    [
      'a variable',
      {
        variables: [
          { name: 'a-b', expression: '1' },
          { name: 'x', expression: 'variables.y' },
        ],
      },
      [
        'spec.variables[0].name: Invalid value: "a-b": name is not a valid CEL identifier',
        expect.stringContaining(
          'spec.variables[1].expression: Invalid value: "variables.y": compilation failed: ERROR: <input>:1:10: undefined field \'y\'',
        ) as string,
      ],
    ],
    [
      'params',
      { paramKind: { apiVersion: 'a/b/c', kind: '-' } },
      [
        'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
        expect.stringContaining(
          'spec.paramKind.kind: Invalid value: "-": may have mixed case, but should otherwise match: a DNS-1035 label',
        ) as string,
      ],
    ],
    [
      'annotations',
      {
        auditAnnotations: [
          { key: 'a', valueExpression: '1' },
          { key: 'a', valueExpression: '"x"' },
        ],
      },
      [
        'spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null_type] but got int',
        'spec.auditAnnotations[1].key: Duplicate value: "a"',
      ],
    ],
    [
      'a condition',
      { matchConditions: [{ name: 'a', expression: '1' }] },
      ['spec.matchConditions[0].expression: Invalid value: "1": must evaluate to bool but got int'],
    ],
    ['failure policy', { failurePolicy: 'Maybe' }, ['spec.failurePolicy: Unsupported value: "Maybe": supported values: "Fail", "Ignore"']],
  ])('R1: %s is refused', (_, spec, expected) => {
    expect(problems(policies, policy(spec))).toEqual(expected);
  });

  test('R1: expressions that do not fit the kinds are warned of in the status', () => {
    const validations = [{ expression: 'object.spec.replica <= 5' }, { expression: 'object.spec.replicas > "5"' }];
    const { next } = update(policies, create(policies, policy()), ({ spec = {} }) => {
      spec.validations = validations;
    });
    expect(next.status).toEqual({
      observedGeneration: 2,
      typeChecking: {
        expressionWarnings: [
          {
            fieldRef: 'spec.validations[0].expression',
            warning:
              "apps/v1, Kind=Deployment: ERROR: <input>:1:12: undefined field 'replica'\n | object.spec.replica <= 5\n | ...........^",
          },
          {
            fieldRef: 'spec.validations[1].expression',
            warning: expect.stringContaining("found no matching overload for '_>_' applied to '(int, string)'") as string,
          },
        ],
      },
    });
  });
});

test('R1: match conditions that are stored are judged again only where their parameters are others', () => {
  const stored = create(policies, policy({ matchConditions: [{ name: 'a', expression: 'no.longer.known' }] }));
  const later = (spec: ValidatingAdmissionPolicy['spec']) =>
    update(policies, stored, (draft) => Object.assign(draft.spec ?? {}, spec)).problems;
  const wrong = expect.stringMatching(/^spec\.matchConditions\[0\]\.expression: Invalid value: /) as string;
  expect(later({ failurePolicy: 'Ignore' })).toEqual([]);
  expect(later({ paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } })).toEqual([wrong]);
  expect(later({ matchConditions: [{ name: 'b', expression: 'no.longer.known' }] })).toEqual([wrong]);
});

describe('ValidatingAdmissionPolicyBindings', () => {
  test('R1: have Kubernetes’ defaults', () => {
    expect(create(bindings, binding({ policyName: 'demo', paramRef: { name: 'x' } })).spec).toMatchObject({
      paramRef: { parameterNotFoundAction: 'Deny' },
    });
    expect(problems(bindings, binding())).toEqual([]);
  });

  test('R1: what is wrong is told', () => {
    const wrong = { policyName: '', validationActions: ['Deny', 'Warn', 'Warn', 'No'], paramRef: { name: 'a', selector: {} } };
    expect(problems(bindings, binding(wrong))).toEqual([
      'spec.policyName: Required value',
      'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
      'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
      'spec.validationActions[2]: Duplicate value: "Warn"',
      'spec.validationActions[3]: Unsupported value: "No": supported values: "Audit", "Deny", "Warn"',
      expect.stringContaining(
        'spec.validationActions: Invalid value: ["Deny","Warn","Warn","No"]: must not contain both Deny and Warn',
      ) as string,
    ]);
    expect(problems(bindings, binding({ policyName: 'a', validationActions: [] }))).toEqual([
      'spec.validationActions: Required value: at least one validation action is required',
    ]);
  });
});
