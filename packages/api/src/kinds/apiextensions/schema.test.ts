import { describe, expect, test } from 'vitest';
import type { CustomResourceDefinitionVersion, JSONSchemaProps } from '../../../generated/types.ts';
import { CONTEXT, create, decode, problems, rowOf } from '../../../test/harness.ts';
import { type StrategyContext, validateUpdate } from '../../index.ts';
import { cronTabs, cronTabsOf, cronTabVersion, schemaOfSpec } from './definitions.fixture.ts';

const row = rowOf('customresourcedefinitions', 'apiextensions.k8s.io');
const ROOT = 'spec.validation.openAPIV3Schema';
const SPEC = `${ROOT}.properties[spec].properties`;

/** What is wrong with a schema, as the only one. */
const ofSchema = (schema: JSONSchemaProps, more: Partial<CustomResourceDefinitionVersion> = {}): string[] =>
  problems(row, cronTabsOf(schema, more));
/** What is wrong with the property `x` of the `spec`. */
const ofField = (x: JSONSchemaProps): string[] => ofSchema(schemaOfSpec({ x })).map((problem) => problem.replace(`${SPEC}[x]`, 'x'));

const TEXT: JSONSchemaProps = { type: 'string' };
const OBJECTS = (more: JSONSchemaProps, keys = ['name']): JSONSchemaProps => ({
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
  items: { type: 'object', ...more },
});

describe('R1: a schema says the type of everything once', () => {
  test.each<[string, JSONSchemaProps, string[]]>([
    ['no type at the root', {}, [`${ROOT}.type: Required value: must not be empty at the root`]],
    ['no object at the root', { type: 'string' }, [`${ROOT}.type: Invalid value: "string": must be object at the root`]],
    [
      'any fields at the root',
      { type: 'object', additionalProperties: true },
      [`${ROOT}.additionalProperties: Forbidden: must not be used at the root`],
    ],
    [
      'nothing at the root',
      { type: 'object', nullable: true },
      ['spec.validation.openAPIV3Schema.nullable: Forbidden: nullable cannot be true at the root'],
    ],
    [
      'metadata that is more than a name',
      { type: 'object', properties: { metadata: { type: 'object', properties: { labels: { type: 'object' } } } } },
      [
        `${ROOT}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
      ],
    ],
    ['metadata that is a name', { type: 'object', properties: { metadata: { type: 'object', properties: { name: TEXT } } } }, []],
    [
      'a kind that is no text',
      { type: 'object', properties: { kind: { type: 'integer' } } },
      [`${ROOT}.properties[kind].type: Invalid value: "integer": must be string`],
    ],
    [
      'a field that only logic knows',
      { type: 'object', properties: { a: TEXT }, oneOf: [{ required: ['a'] }, { properties: { b: { minLength: 1 } } }] },
      [`${ROOT}.properties[b]: Required value: because it is defined in ${ROOT}.oneOf[1].properties[b]`],
    ],
    [
      'a default of the kind',
      { type: 'object', properties: { kind: { type: 'string', default: 'CronTab' } } },
      [`${ROOT}.properties[kind].default: Forbidden: must not be set in top-level kind`],
    ],
  ])('%s', (_, schema, expected) => {
    expect(ofSchema(schema)).toEqual(expected);
  });

  test.each<[string, JSONSchemaProps, string[]]>([
    ['no type', {}, ['x.type: Required value: must not be empty for specified object fields']],
    ['a list of nothing', { type: 'array' }, ['x.items: Required value: must be specified']],
    ['a list of anything', { type: 'array', items: {} }, ['x.items.type: Required value: must not be empty for specified array items']],
    [
      'a type that is none',
      { type: 'text' },
      ['x.type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"'],
    ],
    [
      'a pattern that is none',
      { type: 'string', pattern: '(' },
      ['x.pattern: Invalid value: "(": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(`'],
    ],
    ['anything', { 'x-kubernetes-preserve-unknown-fields': true }, []],
    [
      'anything, said wrongly',
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': false },
      ['x.x-kubernetes-preserve-unknown-fields: Invalid value: false: must be true or undefined'],
    ],
    ['a number or a text', { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }, []],
    [
      'a number or a text of a form',
      { 'x-kubernetes-int-or-string': true, allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, { pattern: '^a' }] },
      [],
    ],
    [
      'types in logic',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'boolean' }] },
      ['x.anyOf[0].type: Forbidden: must be empty to be structural', 'x.anyOf[1].type: Forbidden: must be empty to be structural'],
    ],
    [
      'more than values in logic',
      { type: 'string', not: { default: 'a', description: 'b', nullable: true, title: 'c' } },
      [
        'default: Forbidden: must be undefined',
        'description: Forbidden: must be empty',
        'nullable: Forbidden: must be false',
        'title: Forbidden: must be empty',
      ].map((text) => `x.not.${text} to be structural`),
    ],
    ['an embedded resource', { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true }, []],
    [
      'an embedded resource without fields',
      { type: 'object', 'x-kubernetes-embedded-resource': true },
      [
        'x.properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ],
    ],
    [
      'known and unknown fields',
      { type: 'object', properties: { a: TEXT }, additionalProperties: TEXT },
      ['x.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive'],
    ],
    [
      'elements that differ',
      { type: 'array', items: TEXT, uniqueItems: true },
      ['x.uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic'],
    ],
    ['a reference', { $ref: '#/definitions/x' }, ['x.$ref: Forbidden: $ref is not supported']],
    [
      'names by pattern',
      { type: 'object', patternProperties: { '^a': TEXT } },
      ['x.patternProperties: Forbidden: patternProperties is not supported'],
    ],
    [
      'a schema of another version',
      { type: 'string', $schema: 'draft' },
      ['spec.validation.openAPIV3Schema: Invalid value: "": OpenAPIV3Schema \'schema\' is not supported'],
    ],
  ])('%s', (_, schema, expected) => {
    expect(ofField(schema)).toEqual(expected);
  });
});

describe('R1: how lists and maps merge', () => {
  test.each<[string, JSONSchemaProps, string[]]>([
    ['elements by a key', OBJECTS({ required: ['name'], properties: { name: TEXT } }), []],
    [
      'a key that may be missing',
      OBJECTS({ properties: { name: { type: 'string', nullable: true } } }),
      [
        'x.items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
        'x.items.properties[name].nullable: Forbidden: this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
      ],
    ],
    [
      'a key that is no property',
      OBJECTS({ properties: { a: TEXT } }),
      ['x.x-kubernetes-list-map-keys: Invalid value: ["name"]: entries must all be names of item properties'],
    ],
    [
      'no keys',
      OBJECTS({ properties: { a: TEXT } }, []),
      ['x.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map'],
    ],
    [
      'keys of no map',
      { type: 'array', items: TEXT, 'x-kubernetes-list-map-keys': ['a'] },
      ['x.x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty'],
    ],
    [
      'a list type of a text',
      { type: 'string', 'x-kubernetes-list-type': 'set' },
      ['x.type: Invalid value: "string": must be array if x-kubernetes-list-type is specified'],
    ],
    [
      'a list type that is none',
      { type: 'array', items: TEXT, 'x-kubernetes-list-type': 'bag' },
      ['x.x-kubernetes-list-type: Unsupported value: "bag": supported values: "atomic", "set", "map"'],
    ],
    [
      'a set of objects that merge',
      { type: 'array', items: { type: 'object', properties: { a: TEXT } }, 'x-kubernetes-list-type': 'set' },
      ['x.items.x-kubernetes-map-type: Invalid value: "null": must be atomic as item of a list with x-kubernetes-list-type=set'],
    ],
    [
      'a map type of a list',
      { type: 'array', items: TEXT, 'x-kubernetes-map-type': 'atomic' },
      ['x.type: Invalid value: "array": must be object if x-kubernetes-map-type is specified'],
    ],
  ])('%s', (_, schema, expected) => {
    expect(ofField(schema)).toEqual(expected);
  });
});

test('R1: rules need an expression, and a message of one line', () => {
  const rules = [
    { rule: ' ' },
    { rule: 'self > 1', message: ' ' },
    { rule: 'self\n> 1' },
    { rule: 'self > 1', reason: 'Wrong' },
    { rule: 'self > 1', fieldPath: '.a' },
  ];
  expect(ofField({ type: 'integer', 'x-kubernetes-validations': rules })).toEqual([
    'x.x-kubernetes-validations[0].rule: Required value: rule is not specified',
    'x.x-kubernetes-validations[1].message: Invalid value: " ": message must be non-empty if specified',
    'x.x-kubernetes-validations[2].message: Required value: message must be specified if rule contains line breaks',
    'x.x-kubernetes-validations[3].reason: Unsupported value: "Wrong": supported values: "FieldValueDuplicate", "FieldValueForbidden", ' +
      '"FieldValueInvalid", "FieldValueRequired"',
    'x.x-kubernetes-validations[4].fieldPath: Invalid value: ".a": fieldPath must be a valid path',
  ]);
});

describe('R1: defaults keep to their own schema', () => {
  test.each<[string, JSONSchemaProps, string[]]>([
    ['one that does', { type: 'object', default: { a: 'b' }, properties: { a: TEXT } }, []],
    ['another type', { type: 'string', default: 5 }, ['x.default: Invalid value: "integer": in body must be of type string: "integer"']],
    [
      'a field that there is not',
      { type: 'object', default: { b: 1 }, properties: { a: TEXT } },
      ['x.default: Invalid value: {"b":1}: must not have unknown fields'],
    ],
    [
      'too small a number inside',
      { type: 'array', items: { type: 'integer', minimum: 1, default: 0 } },
      ['x.items.default: Invalid value: 0: in body should be greater than or equal to 1'],
    ],
  ])('%s', (_, schema, expected) => {
    expect(ofField(schema)).toEqual(expected);
  });
});

test('R1: what is wrong with the rules themselves is told once the schema is good', () => {
  const ruleProblems = (_: JSONSchemaProps, at: { toString(): string }) => [
    { reason: 'FieldValueInvalid', field: `${at}`, message: 'a rule' },
  ];
  const context = { ...CONTEXT, ruleProblems };
  expect(problems(row, cronTabsOf({ type: 'object' }), context)).toEqual([`${ROOT}: a rule`]);
  expect(problems(row, cronTabsOf({ type: 'array' }), context)).not.toContain(`${ROOT}: a rule`);
});

test('R1: a schema that a version has been stored with is told from one that is new', () => {
  const asked: [string, boolean][] = [];
  const ruleProblems: StrategyContext['ruleProblems'] = (_, at, { isStored }) => {
    asked.push([`${at}`, isStored]);
    return [];
  };
  const context = { ...CONTEXT, ruleProblems };
  const alone = create(row, cronTabs());
  validateUpdate(row, alone, alone, context);
  validateUpdate(row, create(row, cronTabsOf(schemaOfSpec({ image: { type: 'integer' } }))), alone, context);
  validateUpdate(row, create(row, cronTabs(cronTabVersion('v2'))), alone, context);
  validateUpdate(
    row,
    create(
      row,
      cronTabs(cronTabVersion('v1'), { ...cronTabVersion('v2'), storage: false, schema: { openAPIV3Schema: { type: 'object' } } }),
    ),
    alone,
    context,
  );
  expect(asked).toEqual([
    [ROOT, true],
    [ROOT, false],
    [ROOT, false],
    ['spec.versions[0].schema.openAPIV3Schema', true],
    ['spec.versions[1].schema.openAPIV3Schema', false],
  ]);
});

test('a schema with a status takes no logic at its root', () => {
  const found = ofSchema({ type: 'object', oneOf: [{ required: ['a'] }] }, { subresources: { status: {} } });
  expect(found).toHaveLength(1);
  expect(found[0]).toContain('only [Description Type Format Title');
});

test('schemas that differ are named by their version', () => {
  const definition = cronTabs(
    cronTabVersion('v1'),
    cronTabVersion('v2', { storage: false, schema: { openAPIV3Schema: { type: 'array', items: TEXT } } }),
  );
  expect(problems(row, definition)).toEqual([
    'spec.versions[1].schema.openAPIV3Schema.type: Invalid value: "array": must be object at the root',
  ]);
});

describe('what is read of a schema', () => {
  test('types inside of it are checked, and unknown fields are told', () => {
    const wrong = (items: unknown) => cronTabsOf(schemaOfSpec({ x: { type: 'array', items } }));
    expect(() => decode(row, wrong({ type: 5 }))).toThrow(
      'json: cannot unmarshal number into Go struct field JSONSchemaProps.spec.versions.schema',
    );
    expect(decode(row, wrong({ type: 'string', colour: 'red' })).warnings).toEqual([
      'unknown field "spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.x.items.colour"',
    ]);
  });

  test('a schema that goes ever deeper is refused', () => {
    let schema: JSONSchemaProps = { type: 'string' };
    for (let depth = 0; depth < 600; depth++) schema = { not: schema };
    expect(() => decode(row, cronTabsOf(schema))).toThrow('exceeded max depth');
  });
});
