import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JSONSchemaProps } from '../../generated/types.ts';
import { applyDefaults } from './default.ts';
import { prune } from './prune.ts';
import { structuralOf } from './structural.ts';
import { validateEmbedded } from './validate/embedded.ts';
import { validateLists } from './validate/lists.ts';
import { validateSchema } from './validate/schema.ts';

const name = fc.constantFrom('a', 'b', 'c', 'kind', 'metadata', '__proto__', 'constructor');
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'json' },
    fc.constantFrom<unknown>(null, true, 0, 1, -5, 1.5, '', 'a', '2026-01-01'),
    fc.array(tie('value'), { maxLength: 3 }),
    // As JSON.parse makes them: `__proto__` is a field like others.
    fc
      .array(fc.tuple(name, tie('value')), { maxLength: 4 })
      .map(
        (entries) =>
          JSON.parse(`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`) as unknown,
      ),
  ),
})).value;

const schemas = fc.letrec<{ schema: JSONSchemaProps }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'schema' },
    fc.constantFrom<JSONSchemaProps>(
      { type: 'string', default: 'd', format: 'date' },
      { type: 'integer', minimum: 1, multipleOf: 2 },
      { type: 'string', nullable: true, pattern: '(' },
      { 'x-kubernetes-int-or-string': true, default: 1 },
      { 'x-kubernetes-preserve-unknown-fields': true },
    ),
    fc.record({ type: fc.constant('array'), items: tie('schema'), uniqueItems: fc.boolean() }),
    fc.record({
      type: fc.constant('array'),
      items: tie('schema'),
      'x-kubernetes-list-type': fc.constantFrom('set', 'map'),
      'x-kubernetes-list-map-keys': fc.constant<string[]>(['a']),
    }),
    fc.record(
      {
        type: fc.constant('object'),
        properties: fc.dictionary(name, tie('schema'), { maxKeys: 3, noNullPrototype: true }),
        required: fc.constant<string[]>(['a']),
        'x-kubernetes-preserve-unknown-fields': fc.boolean(),
        'x-kubernetes-embedded-resource': fc.boolean(),
        default: fc.constant({}),
        anyOf: fc.array(tie('schema'), { maxLength: 2 }),
        not: tie('schema'),
      },
      { requiredKeys: ['type'] },
    ),
    fc.record({ type: fc.constant('object'), additionalProperties: fc.oneof(tie('schema'), fc.boolean()) }),
  ),
})).schema;

const roots = fc.record({ spec: schemas, a: schemas }).map((properties): JSONSchemaProps => ({ type: 'object', properties }));
const bodies = fc.record({ spec: json, a: json, other: json }, { requiredKeys: [] });

/** What can be read at all: metadata in it may be none. */
function pruned(body: object, schema: JSONSchemaProps) {
  try {
    return prune(body, structuralOf(schema));
  } catch {
    return undefined;
  }
}

test('what is pruned stays as it is, and has nothing that could reach a prototype', () => {
  fc.assert(
    fc.property(bodies, roots, (body, schema) => {
      const once = pruned(structuredClone(body), schema);
      if (!once) return;
      expect(JSON.stringify(once.value)).not.toContain('__proto__');
      const twice = prune(structuredClone(once.value), structuralOf(schema));
      expect(twice.value).toEqual(once.value);
      expect(twice.unknownFields).toEqual([]);
    }),
  );
});

test('all keys of a body are counted, those that go too', () => {
  const count = (value: unknown): number =>
    typeof value !== 'object' || value === null
      ? 0
      : Object.values(value).reduce((sum: number, part) => sum + count(part), Array.isArray(value) ? 0 : Object.keys(value).length);
  fc.assert(
    fc.property(bodies, roots, (body, schema) => {
      const keys = count(body);
      const once = pruned(body, schema);
      if (once) expect(once.keys).toBe(keys);
    }),
  );
});

test('defaults that are there already change nothing', () => {
  fc.assert(
    fc.property(bodies, roots, (body, schema) => {
      const structural = structuralOf(schema);
      const object = structuredClone(body);
      applyDefaults(object, structural);
      const again = structuredClone(object);
      applyDefaults(again, structural);
      expect(again).toEqual(object);
    }),
  );
});

test('validation says what is wrong, and never throws', () => {
  fc.assert(
    fc.property(bodies, fc.option(bodies, { nil: undefined }), roots, (body, old, schema) => {
      const structural = structuralOf(schema);
      for (const cause of [
        ...validateSchema(body, structural, old),
        ...validateLists(body, structural),
        ...validateEmbedded(body, structural),
      ]) {
        expect(cause.message).toBeTypeOf('string');
      }
      expect(validateSchema(body, structural, body)).toEqual([]);
    }),
  );
});
