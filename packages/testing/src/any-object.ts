import { type KindRow, type KubeObject, schemaOf } from '@kubernats/api';
import type { FieldSchema, ObjectSchema } from '@kubernats/apimachinery';
import fc from 'fast-check';

/** Texts that fields are often asked for, and some that nobody wants. */
const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'web',
    'a/b',
    'example.com/a',
    'A',
    '-',
    '*',
    '10.0.0.1',
    '10.0.0.0/8',
    '::1',
    '80',
    '50%',
    '1Gi',
    '1x',
    '__proto__',
  ),
  fc.constantFrom('Always', 'Never', 'Exists', 'In', 'TCP', 'ClusterIP', 'Delete', 'RollingUpdate', 'Guaranteed', 'Pod', 'v1', 'apps/v1'),
  fc.string({ maxLength: 4 }),
);
const number = fc.oneof(fc.constantFrom(0, 1, -1, 80, 100, 65_535, 65_536, 2 ** 31 - 1), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));

/** How deep what nobody needs to be there is. */
const DEPTH = 9;

/** Any object that the decoder takes as one of the kind: every field may be missing. */
export const anyObject = (row: KindRow): fc.Arbitrary<KubeObject> =>
  objectOf(schemaOf(row), 0).map((object) => ({ ...object, apiVersion: undefined, kind: undefined }));

function objectOf({ fields }: ObjectSchema, depth: number): fc.Arbitrary<object> {
  if (depth > DEPTH) return fc.constant({});
  const names = [...fields.keys()];
  const most = depth < 2 ? names.length : 5;
  return fc
    .subarray(names, { maxLength: Math.min(most, names.length) })
    .chain((chosen) =>
      fc.record(Object.fromEntries(chosen.map((name) => [name, fieldOf(fields.get(name) ?? { type: 'any' }, depth + 1)]))),
    );
}

function fieldOf(field: FieldSchema, depth: number): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'object':
      return field.object ? objectOf(field.object, depth) : fc.constant({});
    case 'array':
      return fc.array(fieldOf(field.items ?? { type: 'any' }, depth + 1), { maxLength: 3 });
    case 'map':
      return fc.dictionary(text, fieldOf(field.items ?? { type: 'any' }, depth + 1), { maxKeys: 3 });
    case 'integer':
    case 'number':
      return number;
    case 'boolean':
      return fc.boolean();
    case 'quantity':
      return fc.constantFrom('0', '1', '-1', '100m', '1Gi', '1e3', '0.1');
    case 'intOrString':
      return fc.oneof(number, text);
    case 'any':
      return fc.jsonValue({ maxDepth: 2 });
    case 'string':
      if (field.format === 'date-time' || field.format === 'micro-time') return fc.constant('2026-11-28T00:00:00Z');
      if (field.format === 'byte') return fc.constantFrom('', 'YQ==');
      return text;
  }
}
