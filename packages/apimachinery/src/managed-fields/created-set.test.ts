import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { podSchema } from '../schema.fixture.ts';
import type { FieldSchema, ObjectSchema } from '../schema.ts';
import { compareObjects } from './compare.ts';
import { createdSet, fieldSetText } from './created-set.ts';

const pod = (name: string, image: string): JsonObject => ({
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 80, protocol: 'TCP' }] }] },
});

describe('the set of a new object', () => {
  it('is one for all objects that are alike but for their values', () => {
    const [a, b] = [createdSet(pod('a', 'x'), podSchema, []), createdSet(pod('b', 'y'), podSchema, [])];
    expect(a).toBe(b);
    expect(createdSet({ ...pod('a', 'x'), status: { phase: 'Running' } }, podSchema, ['status'])).toEqual(a);
    expect(createdSet({ ...pod('a', 'x'), status: { phase: 'Running' } }, podSchema, [])).not.toEqual(a);
    expect(fieldSetText(a)).toBe(JSON.stringify(a));
  });

  it('is what comparing it with nothing gives, whatever its fields are called', () => {
    const key = fc.constantFrom('a', 'b', '', '1:a', '{', '}', '[', '1:b}', '__proto__', 'list', 'set', 'map', 'metadata', 'spec');
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom(null, 1, 'a', '1:a'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    }));
    // One schema for all, so that a shape that stood for two sets would be found.
    const list: FieldSchema = { type: 'array', listType: 'map', listMapKeys: ['a'], items: { type: 'any' } };
    const schema: ObjectSchema = {
      name: 'test',
      fields: new Map<string, FieldSchema>([
        ['list', list],
        ['set', { type: 'array', listType: 'set', items: { type: 'string' } }],
        ['map', { type: 'map', items: list }],
        ['spec', { type: 'object', object: { name: 'spec', fields: new Map([['list', list]]) } }],
      ]),
    };
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 5 }), fc.subarray(['a', 'spec']), (object, ignore) => {
        const { taken = {} } = compareObjects(undefined, object, schema, ignore);
        expect(JSON.stringify(createdSet(object, schema, ignore))).toBe(JSON.stringify(taken));
      }),
      { numRuns: 2_000 },
    );
  });
});
