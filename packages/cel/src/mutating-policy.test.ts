import { describe, expect, it } from 'vitest';
import type { AdmissionInput } from './admission/variables.ts';
import { compileMutatingPolicy, type MutatingPolicySpec } from './mutating-policy.ts';

const input: AdmissionInput = {
  object: {
    metadata: { name: 'web', labels: { env: 'prod' } },
    spec: { replicas: 8, containers: [{ name: 'a', image: 'nginx' }], initContainers: [{ name: 'i' }] },
  },
  params: { data: { registry: 'mirror' } },
  request: {
    kind: { group: 'apps', version: 'v1', kind: 'Deployment' },
    resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    operation: 'CREATE',
    userInfo: { username: 'jane' },
  },
};
const apply = (expression: string, more: Partial<MutatingPolicySpec> = {}) =>
  compileMutatingPolicy({ ...more, mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }] });
const patch = (expression: string) => compileMutatingPolicy({ mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }] });

describe('apply configurations', () => {
  it.each([
    ['Object{}', {}],
    ['Object{metadata: Object.metadata{labels: {"a": "b"}}}', { metadata: { labels: { a: 'b' } } }],
    // Fields may have names that are reserved elsewhere, and the brackets of lists and conditions are their own.
    [
      `Object{ // comment: { ?
        spec: Object.spec{
          replicas: object.spec.replicas % 2 == 0 ? object.spec.replicas + 1 : object.spec.replicas,
          namespace: "a{b}:?", package: 'c', parts: [1, 2][?0].hasValue() ? {"k": [1]} : {},
        },
      }`,
      { spec: { replicas: 9, namespace: 'a{b}:?', package: 'c', parts: { k: [1] } } },
    ],
    [
      'Object{spec: Object.spec{containers: object.spec.containers.map(c, Object.spec.containers{name: c.name, image: "m/" + c.image})}}',
      { spec: { containers: [{ name: 'a', image: 'm/nginx' }] } },
    ],
    [
      'Object{?spec: optional.none(), ?metadata: optional.of(Object.metadata{?name: object.?nothing, ?labels: object.?metadata.?labels})}',
      { metadata: { labels: { env: 'prod' } } },
    ],
    [
      'Object{spec: Object.spec{args: [?object.?nothing, ?optional.of("a"), "b"], env: {?"x": object.?nothing, "y": "z"}}}',
      { spec: { args: ['a', 'b'], env: { y: 'z' } } },
    ],
    [
      'Object{spec: Object.spec{absent: optional.none(), at: timestamp("2023-01-01T00:00:00Z"), lasts: duration("90s"), n: null}}',
      { spec: { absent: null, at: '2023-01-01T00:00:00Z', lasts: '90s', n: null } },
    ],
    ['has(object.spec) ? Object{spec: object.spec} : Object{}', { spec: (input.object as { spec: object }).spec }],
  ])('R1: %s', (expression, configuration) => {
    expect(apply(expression).evaluate(0, input)).toEqual({ configuration });
  });

  it('R1: read variables and parameters', () => {
    const variables = [{ name: 'image', expression: 'params.data.registry + "/x"' }];
    expect(apply('Object{spec: Object.spec{image: variables.image}}', { paramKind: {}, variables }).evaluate(0, input)).toEqual({
      configuration: { spec: { image: 'mirror/x' } },
    });
  });

  it.each([
    ['"teapot"', 'must evaluate to Object but got string'],
    ['Object.spec{}', 'must evaluate to Object but got Object.spec'],
    ['Objekt{}', "compilation failed: ERROR: <input>:1:7: undeclared reference to 'Objekt' (in container '')\n | Objekt{}\n | ......^"],
    ['object{a: 1}', expect.stringContaining("ERROR: <input>:1:7: 'object' is not a type")],
    ['Object{spec}', expect.stringContaining('ERROR: <input>:1:7: Syntax error: ')],
    ['Object{spec: 1', expect.stringContaining('ERROR: <input>:1:15: Syntax error: ')],
    ['Object{}.spec[0]{a: 1}', expect.stringContaining('Syntax error: ')],
    ['Object{?spec: 1}', expect.stringContaining("ERROR: <input>:1:15: expected type 'optional_type(int)' but found 'int'")],
    ['Object{a: [Object.a{}, Object.b{}]}', expect.stringContaining("expected type 'Object.a' but found 'Object.b'")],
    [
      'Object{a: jsonpatch.escapeKey(1)}',
      expect.stringContaining("found no matching overload for 'jsonpatch.escapeKey' applied to '(int)'"),
    ],
  ])('R1: %s is refused', (expression, error) => {
    expect(apply(expression).errors.mutations).toEqual([error]);
    expect(apply(expression).evaluate(0, input)).toMatchObject({ error: expect.any(String) as string });
  });

  it.each([
    [
      'Object{spec: Object.specx{}}',
      'type mismatch: unexpected type name "Object.specx", expected "Object.spec", which matches field name path from root Object type',
    ],
    [
      'Object{spec: Object.spec{l: [Object.spec.x{}], m: {"k": Object.spec.y{}}}}',
      expect.stringMatching(/"Object.spec.x".*"Object.spec.l".*\n.*"Object.spec.y".*"Object.spec.m"/),
    ],
    ['Object{spec: object.nothing}', "expression 'Object{spec: object.nothing}' resulted in error: no such key: nothing"],
    ['Object{?spec: dyn(1)}', expect.stringContaining('cannot initialize optional entry from non-optional value')],
    ['Object{spec: type(1)}', 'unsupported conversion to JSON'],
  ])('R1: %s fails', (expression, error) => {
    expect(apply(expression).errors.mutations).toEqual([undefined]);
    expect(apply(expression).evaluate(0, input)).toEqual({ error });
  });

  it('R1: only mutations know their types', () => {
    const { errors } = apply('Object{}', { variables: [{ name: 'a', expression: 'Object{}' }] });
    expect(errors.variables).toEqual([expect.stringContaining("undeclared reference to 'Object'")]);
  });
});

describe('JSON patches', () => {
  it('R1: are lists of operations', () => {
    const expression = `[
      JSONPatch{op: "test", path: "/spec/replicas", value: 8},
      JSONPatch{op: "move", from: "/a", path: "/b"},
      JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("example.com/a~b"), value: "x"},
      JSONPatch{op: "add", path: "/spec/containers/-", value: Object.spec.containers{name: "b", ports: [{"containerPort": 80}]}},
      JSONPatch{op: "replace", path: "/spec/n", value: null},
    ]`;
    expect(patch(expression).evaluate(0, input)).toEqual({
      operations: [
        { op: 'test', path: '/spec/replicas', value: 8 },
        { op: 'move', path: '/b', from: '/a' },
        { op: 'add', path: '/metadata/labels/example.com~1a~0b', value: 'x' },
        { op: 'add', path: '/spec/containers/-', value: { name: 'b', ports: [{ containerPort: 80 }] } },
        { op: 'replace', path: '/spec/n', value: null },
      ],
    });
    expect(patch('object.spec.replicas > 1 ? [JSONPatch{op: "remove", path: "/a"}] : []').evaluate(0, input)).toEqual({
      operations: [{ op: 'remove', path: '/a' }],
    });
  });

  it.each([
    ['Object{}', 'must evaluate to list(JSONPatch) but got Object'],
    ['[]', 'must evaluate to list(JSONPatch) but got list(dyn)'],
    [
      '[JSONPatch{op: 1}]',
      expect.stringContaining("ERROR: <input>:1:14: expected type of field 'op' is 'string' but provided type is 'int'"),
    ],
    ['[JSONPatch{oq: "add"}]', expect.stringContaining("undefined field 'oq'")],
  ])('R1: %s is refused', (expression, error) => {
    expect(patch(expression).errors.mutations).toEqual([error]);
  });

  it('R1: fail as a whole', () => {
    expect(patch('[JSONPatch{op: dyn(1), path: "/a"}]').evaluate(0, input)).toEqual({
      error: expect.stringContaining("unexpected type int for JSONPatchType 'op' field") as string,
    });
    expect(patch('[JSONPatch{op: "add", path: "/a", value: Object.a{b: Object.c{}}}]').evaluate(0, input)).toEqual({
      error: expect.stringContaining('unexpected type name "Object.c", expected "Object.a.b"') as string,
    });
  });

  it('R1: have a budget each', () => {
    const dear = 'authorizer.path("/a").check("get").allowed() || '.repeat(40);
    expect(patch(`${dear} true ? [JSONPatch{op: "remove", path: "/a"}] : []`).evaluate(0, input)).toEqual({
      error: expect.stringContaining('cost') as string,
    });
  });
});
