import { describe, expect, test } from 'vitest';
import type { JSONSchemaProps } from '../../../generated/types.ts';
import { specOf } from '../definitions.fixture.ts';
import { structuralOf } from '../structural.ts';
import { validateSchema } from './schema.ts';

/** What is wrong with `spec.x`. */
const problemsOf = (x: unknown, schema: JSONSchemaProps, old?: unknown): string[] =>
  validateSchema({ spec: { x } }, structuralOf(specOf({ x: schema })), old === undefined ? undefined : { spec: { x: old } }).map(
    ({ field, message }) => `${field}: ${message}`,
  );

describe('R1: a custom resource is refused in the words of kube-apiserver', () => {
  test.each<[unknown, JSONSchemaProps, string[]]>([
    ['a', { type: 'integer' }, ['spec.x: Invalid value: "string": spec.x in body must be of type integer: "string"']],
    [1.5, { type: 'integer' }, ['spec.x: Invalid value: "number": spec.x in body must be of type integer: "number"']],
    [{}, { type: 'string' }, ['spec.x: Invalid value: "object": spec.x in body must be of type string: "object"']],
    [null, { type: 'string' }, ['spec.x: Invalid value: "null": spec.x in body must be of type string: "null"']],
    [null, { type: 'string', nullable: true }, []],
    [
      true,
      { 'x-kubernetes-int-or-string': true },
      ['spec.x: Invalid value: "boolean": spec.x in body must be of type integer,string: "boolean"'],
    ],
    ['50%', { 'x-kubernetes-int-or-string': true }, []],
    [1, { type: 'number' }, []],
    ['c', { type: 'string', enum: ['a', 'b'] }, ['spec.x: Unsupported value: "c": supported values: "a", "b"']],
    [11, { type: 'integer', maximum: 10 }, ['spec.x: Invalid value: 11: spec.x in body should be less than or equal to 10']],
    [10, { type: 'integer', maximum: 10, exclusiveMaximum: true }, ['spec.x: Invalid value: 10: spec.x in body should be less than 10']],
    [Number.MAX_SAFE_INTEGER, { type: 'integer' }, []],
    [
      2 ** 53,
      { type: 'integer' },
      [
        'spec.x: Invalid value: 9007199254740992: spec.x in body should be between -9007199254740991 and 9007199254740991: kubernats keeps larger integers not exactly',
      ],
    ],
    [2 ** 53, { type: 'number' }, []],
    [-1, { type: 'integer', minimum: 0 }, ['spec.x: Invalid value: -1: spec.x in body should be greater than or equal to 0']],
    [0, { type: 'integer', minimum: 0, exclusiveMinimum: true }, ['spec.x: Invalid value: 0: spec.x in body should be greater than 0']],
    [7, { type: 'integer', multipleOf: 5 }, ['spec.x: Invalid value: 7: spec.x in body should be a multiple of 5']],
    [0.3, { type: 'number', multipleOf: 0.1 }, []],
    ['abc', { type: 'string', maxLength: 2 }, ['spec.x: Too long: may not be more than 2 bytes']],
    ['🙂🙂', { type: 'string', maxLength: 2, minLength: 2 }, []],
    ['', { type: 'string', minLength: 1 }, ['spec.x: Invalid value: "": spec.x in body should be at least 1 chars long']],
    ['b', { type: 'string', pattern: '^a+$' }, [`spec.x: Invalid value: "b": spec.x in body should match '^a+$'`]],
    ['x', { type: 'string', format: 'date' }, ['spec.x: Invalid value: "x": spec.x in body must be of type date: "x"']],
    ['x', { type: 'string', format: 'of-my-own' }, []],
    [[1, 2, 3], { type: 'array', maxItems: 2, items: { type: 'integer' } }, ['spec.x: Too many: 3: must have at most 2 items']],
    [
      [],
      { type: 'array', minItems: 1, items: { type: 'integer' } },
      ['spec.x: Invalid value: 0: spec.x in body should have at least 1 items'],
    ],
    [[1, 1], { type: 'array', uniqueItems: true }, [`spec.x: Invalid value: "": spec.x in body shouldn't contain duplicates`]],
    [
      ['a'],
      { type: 'array', items: { type: 'integer' } },
      ['spec.x[0]: Invalid value: "string": spec.x[0] in body must be of type integer: "string"'],
    ],
    [
      { a: 1, b: 2 },
      { type: 'object', maxProperties: 1, additionalProperties: { type: 'integer' } },
      ['spec.x: Too many: 2: must have at most 1 item'],
    ],
    [{}, { type: 'object', minProperties: 1 }, ['spec.x: Invalid value: 0: spec.x in body should have at least 1 properties']],
    [
      { a: 'b' },
      { type: 'object', additionalProperties: { type: 'integer' } },
      ['spec.x.a: Invalid value: "string": spec.x.a in body must be of type integer: "string"'],
    ],
    [{}, { type: 'object', required: ['a'] }, ['spec.x.a: Required value']],
    [
      {},
      { type: 'object', anyOf: [{ required: ['a'] }, { required: ['b'] }] },
      ['<nil>: Invalid value: "": "spec.x" must validate at least one schema (anyOf)', 'spec.x.a: Required value'],
    ],
    [
      { a: 1, b: 1 },
      { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      ['<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
    ],
    [
      {},
      { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      ['<nil>: Invalid value: "": "spec.x" must validate one and only one schema (oneOf). Found none valid', 'spec.x.a: Required value'],
    ],
    [
      5,
      { type: 'integer', allOf: [{ minimum: 6 }, { maximum: 9 }] },
      [
        'spec.x: Invalid value: 5: spec.x in body should be greater than or equal to 6',
        '<nil>: Invalid value: "": "spec.x" must validate all the schemas (allOf)',
      ],
    ],
    ['a', { type: 'string', not: { enum: ['a'] } }, ['<nil>: Invalid value: "": "spec.x" must not validate the schema (not)']],
  ])('%j by %j', (value, schema, problems) => {
    expect(problemsOf(value, schema)).toEqual(problems);
  });
});

describe('what was so before is let be', () => {
  const list: JSONSchemaProps = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    items: { type: 'object', properties: { name: { type: 'string' }, size: { type: 'integer', maximum: 5 } } },
  };

  test('a value that has not changed', () => {
    expect(problemsOf(11, { type: 'integer', maximum: 10 }, 11)).toEqual([]);
    expect(problemsOf(12, { type: 'integer', maximum: 10 }, 11)).toHaveLength(1);
  });

  test('an element of a list, by its key', () => {
    const old = [{ name: 'a', size: 9 }];
    expect(
      problemsOf(
        [
          { name: 'b', size: 1 },
          { name: 'a', size: 9 },
        ],
        list,
        old,
      ),
    ).toEqual([]);
    expect(problemsOf([{ name: 'b', size: 9 }], list, old)).toHaveLength(1);
  });

  test('an element of a list without keys only with the whole list', () => {
    const { 'x-kubernetes-list-type': _, ...atomic } = list;
    const old = [{ name: 'a', size: 9 }];
    expect(problemsOf(old, atomic, structuredClone(old))).toEqual([]);
    expect(problemsOf([...old, { name: 'b', size: 1 }], atomic, old)).toHaveLength(1);
  });
});

describe('what is made to take long', () => {
  test('a pattern that backtracks is matched in linear time', () => {
    expect(problemsOf('a'.repeat(50_000), { type: 'string', pattern: '^(a+)+$' })).toEqual([]);
    expect(problemsOf(`${'a'.repeat(50_000)}!`, { type: 'string', pattern: '^(a+)+$' })).toHaveLength(1);
  });

  test('alternatives in alternatives, for many values', () => {
    const nested = (depth: number): JSONSchemaProps => (depth === 0 ? { minimum: 5 } : { anyOf: [nested(depth - 1), nested(depth - 1)] });
    const schema: JSONSchemaProps = { type: 'array', items: { type: 'integer', ...nested(10) } };
    expect(
      problemsOf(
        Array.from({ length: 100_000 }, () => 1),
        schema,
      ),
    ).toEqual(['<nil>: Invalid value: "": the object takes too many steps to validate against its schema']);
  });
});
