import { describe, expect, it } from 'vitest';
import type { AdmissionInput } from './admission/variables.ts';
import { compileMatchConditions } from './match-conditions.ts';

const input: AdmissionInput = {
  object: { metadata: { name: 'web', labels: { app: 'web' } }, spec: { replicas: 3 } },
  request: {
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    namespace: 'default',
    name: 'web',
    operation: 'CREATE',
    userInfo: { username: 'jane', groups: ['system:authenticated'] },
  },
  authorizer: (check) => ({
    allowed: 'resource' in check && check.resource === 'deployments' && check.verb === 'create',
    reason: 'because',
  }),
};

const evaluated = (...expressions: string[]) =>
  compileMatchConditions(expressions.map((expression, index) => ({ name: `c${index}`, expression }))).evaluate(input);

describe('match conditions', () => {
  it.each<[string, boolean]>([
    ['object.spec.replicas > 2', true],
    ['!has(object.spec.paused)', true],
    ['oldObject == null', true],
    ['request.userInfo.username.startsWith("system:")', false],
    ['"system:authenticated" in request.userInfo.groups', true],
    ['request.operation in ["CREATE", "UPDATE"]', true],
    ['request.dryRun || request.subResource != ""', false],
    ['authorizer.group("apps").resource("deployments").namespace("x").check("create").allowed()', true],
    ['authorizer.requestResource.check("delete").allowed()', false],
    ['authorizer.path("/healthz").check("get").reason() == "because"', true],
    ['object.metadata.labels.all(k, v, k == v || k == "app")', true],
  ])('%s', (expression, matches) => {
    expect(evaluated(expression)).toEqual({ matches });
  });

  it('no condition matches everything', () => expect(evaluated()).toEqual({ matches: true }));

  it('one that is false decides, whatever becomes of the others', () => {
    expect(evaluated('object.nothing == 1', 'false')).toEqual({ matches: false });
    expect(evaluated('object.nothing == 1', 'true')).toEqual({
      error: "expression 'object.nothing == 1' resulted in error: no such key: nothing",
    });
  });

  it('have one budget', () => {
    const dear = 'authorizer.path("/a").check("get").allowed() || authorizer.path("/b").check("get").allowed() || true';
    expect(evaluated(dear, dear, dear, dear)).toEqual({
      error: 'validation failed due to running out of cost budget, no further validation rules will be run',
    });
  });

  it('R1: what is wrong with them is told in their own fields', () => {
    const conditions = [
      { name: 'a', expression: 'params.x' },
      { name: 'a', expression: ' ' },
      { name: '', expression: 'object.x' },
    ];
    expect(
      compileMatchConditions(conditions)
        .check()
        .map(({ field, message }) => `${field}: ${message}`),
    ).toEqual([
      `matchConditions[0].expression: Invalid value: "params.x": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.x\n | ^`,
      'matchConditions[1].expression: Required value',
      'matchConditions[1].name: Duplicate value: "a"',
      'matchConditions[2].expression: Invalid value: "object.x": must evaluate to bool but got dyn',
      'matchConditions[2].name: Required value',
    ]);
  });
});
