import { describe, expect, it } from 'vitest';
import type { AdmissionInput } from './admission/variables.ts';
import { compileAdmissionPolicy, type PolicySpec } from './admission-policy.ts';

const input: AdmissionInput = {
  object: { metadata: { name: 'web', labels: { env: 'prod' } }, spec: { replicas: 8 } },
  params: { data: { max: '5' } },
  namespaceObject: { metadata: { name: 'default', labels: { tier: 'gold' } } },
  request: {
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    operation: 'CREATE',
    userInfo: { username: 'jane' },
  },
};
const verdict = (spec: PolicySpec) => compileAdmissionPolicy(spec).evaluate(input);

describe('the expressions of a ValidatingAdmissionPolicy', () => {
  it('R1: a validation that is false denies in its own words', () => {
    const expression = 'object.spec.replicas <= 5';
    expect(verdict({ validations: [{ expression }] })?.decisions).toEqual([
      { says: 'deny', reason: 'Invalid', message: 'failed expression: object.spec.replicas <= 5' },
    ]);
    expect(verdict({ validations: [{ expression, message: ' too many ', reason: 'Forbidden' }] })?.decisions).toEqual([
      { says: 'deny', reason: 'Forbidden', message: 'too many' },
    ]);
    const spoken = { expression, message: 'too many', messageExpression: '"at most 5, not " + string(object.spec.replicas)' };
    expect(verdict({ validations: [spoken] })?.decisions).toMatchObject([{ message: 'at most 5, not 8' }]);
    expect(verdict({ validations: [{ ...spoken, messageExpression: 'object.nothing' }] })?.decisions).toMatchObject([
      { message: 'too many' },
    ]);
    expect(verdict({ validations: [{ ...spoken, messageExpression: '"a\\nb"' }] })?.decisions).toMatchObject([{ message: 'too many' }]);
  });

  it('an error is left to the failure policy', () => {
    expect(verdict({ validations: [{ expression: 'object.spec.nothing > 5' }, { expression: 'true' }] })?.decisions).toEqual([
      { says: 'error', message: "expression 'object.spec.nothing > 5' resulted in error: no such key: nothing" },
      { says: 'admit' },
    ]);
  });

  it('match conditions come first', () => {
    const validations = [{ expression: 'false' }];
    expect(verdict({ validations, matchConditions: [{ name: 'a', expression: 'object.metadata.name != "web"' }] })).toBeUndefined();
    expect(verdict({ validations, matchConditions: [{ name: 'a', expression: 'object.x == 1' }] })?.decisions).toMatchObject([
      { says: 'error' },
    ]);
  });

  it('variables are computed when they are read, from those before them', () => {
    const variables = [
      { name: 'max', expression: 'int(params.data.max)' },
      { name: 'bad', expression: 'object.nothing' },
      { name: 'allowed', expression: 'variables.max * 2' },
    ];
    const spec: PolicySpec = {
      paramKind: {},
      variables,
      validations: [{ expression: 'object.spec.replicas <= variables.allowed' }, { expression: 'variables.bad == 1' }],
    };
    expect(verdict(spec)?.decisions).toEqual([
      { says: 'admit' },
      {
        says: 'error',
        message: `expression 'variables.bad == 1' resulted in error: composited variable "bad" fails to evaluate: no such key: nothing`,
      },
    ]);
    expect(compileAdmissionPolicy({ ...spec, variables: [...variables].reverse() }).errors.variables[0]).toContain("undefined field 'max'");
  });

  it('the namespace, and audit annotations', () => {
    const spec: PolicySpec = {
      validations: [{ expression: 'namespaceObject.metadata.labels.tier == "gold"' }],
      auditAnnotations: [
        { key: 'high', valueExpression: '"replicas: " + string(object.spec.replicas)' },
        { key: 'none', valueExpression: 'null' },
        { key: 'wrong', valueExpression: '"x" + object.nothing' },
      ],
    };
    expect(verdict(spec)).toEqual({
      decisions: [{ says: 'admit' }],
      durationsMs: [0],
      annotations: [
        { key: 'high', value: 'replicas: 8' },
        { key: 'wrong', error: expect.stringContaining('no such key: nothing'), isFatal: false },
      ],
    });
  });

  it('R1: all expressions have one budget', () => {
    const expression = 'authorizer.path("/a").check("get").allowed() || authorizer.path("/b").check("get").allowed() || true';
    const validations = Array.from({ length: 20 }, () => ({ expression }));
    expect(verdict({ validations })?.decisions).toEqual([
      { says: 'error', message: 'validation failed due to running out of cost budget, no further validation rules will be run' },
    ]);
  });

  it('R1: what is wrong with them is told', () => {
    const { errors } = compileAdmissionPolicy({
      validations: [{ expression: 'object.spec.replicas', messageExpression: 'authorizer.group("")' }, { expression: 'params.x == 1' }],
      auditAnnotations: [{ key: 'a', valueExpression: '1' }],
    });
    expect(errors.validations).toEqual(['must evaluate to bool but got dyn', expect.stringContaining("undeclared reference to 'params'")]);
    expect(errors.messages[0]).toContain("undeclared reference to 'authorizer'");
    expect(errors.annotations).toEqual(['must evaluate to one of [string null_type] but got int']);
  });
});
