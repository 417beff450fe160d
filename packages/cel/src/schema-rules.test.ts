import { describe, expect, it } from 'vitest';
import type { JsonSchema, ValidationRule } from './schema/json-schema.ts';
import { schemaRules } from './schema-rules.ts';

const object = (properties: Record<string, JsonSchema>, ...rules: (string | ValidationRule)[]): JsonSchema => ({
  type: 'object',
  properties,
  ...(rules.length > 0 ? { 'x-kubernetes-validations': rules.map((rule) => (typeof rule === 'string' ? { rule } : rule)) } : {}),
});
const INT: JsonSchema = { type: 'integer' };
const TEXT: JsonSchema = { type: 'string' };

const told = (schema: JsonSchema, value: unknown, old?: unknown): string[] =>
  schemaRules(schema)
    .validate(value, old)
    .map(({ field, message }) => `${field}: ${message}`);
const checked = (schema: JsonSchema): string[] =>
  schemaRules(schema)
    .check()
    .map(({ field, message }) => `${field}: ${message}`);

describe('the rules of a schema', () => {
  const spec = object({ minReplicas: INT, replicas: INT }, 'self.minReplicas <= self.replicas', {
    rule: 'self.replicas < 100',
    messageExpression: '"%d is too many".format([self.replicas])',
    fieldPath: '.replicas',
    reason: 'FieldValueForbidden',
  });

  it('R1: tell in Kubernetes’ words what breaks them', () => {
    expect(told(object({ spec }), { spec: { minReplicas: 1, replicas: 3 } })).toEqual([]);
    expect(told(object({ spec }), { spec: { minReplicas: 200, replicas: 150 } })).toEqual([
      'spec: Invalid value: "object": failed rule: self.minReplicas <= self.replicas',
      'spec.replicas: Forbidden: 150 is too many',
    ]);
    expect(told(object({ spec }), { spec: { replicas: 3 } })).toEqual([
      'spec: Invalid value: "object": no such key: minReplicas evaluating rule: self.minReplicas <= self.replicas',
    ]);
    expect(told(object({}, { rule: 'self.metadata.name == "one"', message: 'only one' }), { metadata: { name: 'two' } })).toEqual([
      '<nil>: Invalid value: "object": only one',
    ]);
  });

  it('look at each element of lists and maps', () => {
    const port = object({ port: INT, name: TEXT }, 'self.port > 0');
    const schema = object({
      ports: { type: 'array', items: port },
      limits: { type: 'object', additionalProperties: { ...INT, 'x-kubernetes-validations': [{ rule: 'self < 5' }] } },
    });
    expect(told(schema, { ports: [{ port: 1 }, { port: 0 }], limits: { a: 4, b: 5 } })).toEqual([
      'ports[1]: Invalid value: "object": failed rule: self.port > 0',
      'limits[b]: Invalid value: "integer": failed rule: self < 5',
    ]);
  });

  it('see names that are no identifiers, formats, and ints or strings', () => {
    const schema = object(
      {
        'my-name.x': TEXT,
        in: INT,
        at: { type: 'string', format: 'date-time' },
        for: { type: 'string', format: 'duration' },
        data: { type: 'string', format: 'byte' },
        size: { 'x-kubernetes-int-or-string': true },
        share: { type: 'number' },
      },
      'self.my__dash__name__dot__x == "a" && self.__in__ == 1',
      'self.at + self.__for__ == timestamp("2024-01-01T01:00:00Z")',
      'self.data == b"abc"',
      'type(self.size) == string ? self.size == "5%" : self.size == 5',
      'self.share + 0.5 == 1.5',
    );
    const value = { 'my-name.x': 'a', in: 1, at: '2024-01-01T00:00:00Z', for: '1h', data: 'YWJj', size: 5, share: 1 };
    expect(checked(schema)).toEqual([]);
    expect(told(schema, value)).toEqual([]);
    expect(told(schema, { ...value, size: '5%' })).toEqual([]);
  });

  it('transition rules run on updates alone, and where the value before is known', () => {
    const immutable: ValidationRule = { rule: 'self == oldSelf', message: 'is immutable' };
    const schema = object({
      name: { ...TEXT, 'x-kubernetes-validations': [immutable] },
      items: {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['key'],
        items: object({ key: TEXT, value: { ...TEXT, 'x-kubernetes-validations': [immutable] } }),
      },
    });
    expect(told(schema, { name: 'a' })).toEqual([]);
    expect(told(schema, { name: 'b' }, { name: 'a' })).toEqual(['name: Invalid value: "string": is immutable']);
    expect(told(schema, { name: 'b' }, {})).toEqual([]);
    const old = {
      items: [
        { key: 'x', value: '1' },
        { key: 'y', value: '2' },
      ],
    };
    expect(
      told(
        schema,
        {
          items: [
            { key: 'y', value: '3' },
            { key: 'z', value: '1' },
          ],
        },
        old,
      ),
    ).toEqual(['items[0].value: Invalid value: "string": is immutable']);
  });

  it('an optional old value is there on creations too', () => {
    const schema = object({ n: { ...INT, 'x-kubernetes-validations': [{ rule: 'self >= oldSelf.orValue(5)', optionalOldSelf: true }] } });
    expect(told(schema, { n: 4 })).toEqual(['n: Invalid value: "integer": failed rule: self >= oldSelf.orValue(5)']);
    expect(told(schema, { n: 4 }, { n: 4 })).toEqual([]);
    expect(told(schema, { n: 3 }, { n: 4 })).toHaveLength(1);
  });

  it('what was wrong before and did not change is not told of again', () => {
    const schema = object({ spec: object({ n: INT, other: object({ m: INT }, 'self.m > 0') }, 'self.n > 0') });
    expect(told(schema, { spec: { n: 1, other: { m: 0 } } }, { spec: { n: 0, other: { m: 0 } } })).toEqual([]);
    expect(told(schema, { spec: { n: 0, other: { m: -1 } } }, { spec: { n: 0, other: { m: 0 } } })).toHaveLength(2);
  });

  it('sets and lists with keys are compared without their order, and joined by their keys', () => {
    const set = (of: JsonSchema): JsonSchema => ({ type: 'array', items: of, 'x-kubernetes-list-type': 'set' });
    const map: JsonSchema = {
      type: 'array',
      items: object({ k: TEXT, v: INT }),
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
    };
    const schema = object(
      { a: set(TEXT), b: set(TEXT), m: map, n: map },
      'self.a == self.b',
      '(self.a + self.b).size() == 2',
      '(self.m + self.n).map(e, e.v) == [3, 2, 4]',
    );
    const value = {
      a: ['x', 'y'],
      b: ['y', 'x'],
      m: [
        { k: 'a', v: 1 },
        { k: 'b', v: 2 },
      ],
      n: [
        { k: 'a', v: 3 },
        { k: 'c', v: 4 },
      ],
    };
    expect(told(schema, value)).toEqual([]);
  });

  it('R1: a rule that costs too much is stopped, and no other one runs', () => {
    const schema = object({ list: { type: 'array', items: INT } }, 'self.list.all(a, self.list.all(b, a != b || true))', 'false');
    expect(told(schema, { list: Array.from({ length: 10_000 }, (_, index) => index) })).toEqual([
      '<nil>: Invalid value: "object": \'operation cancelled: actual cost limit exceeded\': no further validation rules will be run due to call cost exceeds limit for rule: self.list.all(a, self.list.all(b, a != b || true))',
    ]);
  });

  it('all rules of an object have one budget', () => {
    const rule: ValidationRule = { rule: 'self.all(a, self.all(b, a + b >= 0))' };
    const schema = object({ list: { type: 'array', items: { type: 'array', items: INT, 'x-kubernetes-validations': [rule] } } });
    const causes = told(schema, { list: Array.from({ length: 1000 }, () => Array.from({ length: 90 }, (_, index) => index)) });
    expect(causes.at(-1)).toContain('validation failed due to running out of cost budget, no further validation rules will be run');
  });
});

describe('what is wrong with rules', () => {
  const at = 'spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0]';
  const shown = (rule: string, more: object = {}) =>
    JSON.stringify({ Rule: rule, Message: '', MessageExpression: '', Reason: null, FieldPath: '', OptionalOldSelf: null, ...more });

  it.each<[string, string | ValidationRule, string]>([
    [
      'undefined field',
      'self.x == 1',
      `${at}.rule: Invalid value: ${shown('self.x == 1')}: compilation failed: ERROR: <input>:1:5: undefined field 'x'\n | self.x == 1\n | ....^`,
    ],
    ['types', 'self.n + "a" == "b"', `found no matching overload for '_+_' applied to '(int, string)'`],
    ['no bool', 'self.n', `${at}.rule: Invalid value: ${shown('self.n')}: cel expression must evaluate to a bool`],
    ['empty', ' ', `${at}.rule: Required value: rule is not specified`],
    ['message', { rule: 'true', message: 'a\nb' }, `${at}.message: Invalid value: "a\\nb": message must not contain line breaks`],
    ['message expression', { rule: 'true', messageExpression: '1' }, 'messageExpression must evaluate to a string'],
    [
      'reason',
      { rule: 'true', reason: 'No' },
      `${at}.reason: Unsupported value: "No": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`,
    ],
    ['path', { rule: 'true', fieldPath: '.other' }, `${at}.fieldPath: Invalid value: ".other": fieldPath must be a valid path`],
    [
      'optional',
      { rule: 'true', optionalOldSelf: true },
      `${at}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
    ],
  ])('R1: %s', (_, rule, expected) => {
    expect(checked(object({ spec: object({ n: INT }, rule) }))).toEqual([expect.stringContaining(expected)]);
  });

  it('R1: an old value in a list that nobody can tell', () => {
    const schema = object({ list: { type: 'array', items: { ...INT, 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] } } });
    expect(checked(schema)).toEqual([
      'spec.validation.openAPIV3Schema.properties[list].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within spec.validation.openAPIV3Schema.properties[list].items',
    ]);
  });
});
