// R1: a field is honoured, refused, or named; never silently accepted.
import type { ObjectSchema } from '@kubernats/apimachinery';
import { describe, expect, test } from 'vitest';
import { apiVersionOf, KINDS, type KindRow, type KubeObject, objectSchema, validateCreate } from '../../src/index.ts';
import { CONTEXT } from '../harness.ts';
import { type Entry, entriesOf, TABLE } from './fields-table.ts';
import { page } from './page.ts';
import { forgotten, setting } from './walk.ts';

const nameOf = (row: KindRow): string => `${apiVersionOf(row)} ${row.kind}`;

/** An object of the kind in which just that field is set, after defaults; and where the field is. */
function objectWith(row: KindRow, entry: Entry, schema: ObjectSchema): { where: string; object: KubeObject } {
  const { where, object } = setting(entry, schema);
  const whole = { apiVersion: apiVersionOf(row), kind: row.kind, metadata: { name: 'a', namespace: 'a' }, ...object };
  row.strategy.default?.(whole);
  return { where, object: whole };
}

test('R1: fields.yaml has all kinds, and no others', () => {
  expect(Object.keys(TABLE.kinds).toSorted()).toEqual(KINDS.map(nameOf).toSorted());
});

describe.each(KINDS.map((row) => [nameOf(row), row] as const))('R1: %s', (name, row) => {
  const schema = objectSchema(row.definition);
  const fields = TABLE.kinds[name] ?? {};
  const entries = entriesOf(fields);
  const warningsOf = (object: KubeObject): string[] => row.strategy.warnings?.(object, undefined) ?? [];

  if (fields.kind === 'named') {
    test('is named as a whole, when it is made and when it changes', () => {
      const object = { metadata: { name: 'a' } };
      for (const old of [undefined, object]) {
        expect(row.strategy.warnings?.(object, old)[0]).toMatch(new RegExp(`^${row.kind}: stored, but nothing in kubernats acts on it: `));
      }
    });
    return;
  }

  test('every field is in one of the three groups', () => {
    expect(forgotten(schema, entries)).toEqual([]);
  });

  test('what is named is named in a Warning', () => {
    const silent = entries.filter((entry) => {
      if (entry.group !== 'named') return false;
      const { where, object } = objectWith(row, entry, schema);
      return !warningsOf(object).some((warning) => warning.startsWith(where));
    });
    expect(silent).toEqual([]);
  });

  test('what is refused is refused by its name', () => {
    const taken = entries.filter((entry) => {
      if (entry.group !== 'refused') return false;
      const { where, object } = objectWith(row, entry, schema);
      return !validateCreate(row, object, CONTEXT).some(({ field }) => field?.startsWith(where));
    });
    expect(taken).toEqual([]);
  });

  test('what is honoured is not called in vain', () => {
    const named = entries.filter((entry) => {
      if (entry.group !== 'honoured') return false;
      const { where, object } = objectWith(row, entry, schema);
      return warningsOf(object).some((warning) => warning.startsWith(`${where}: not honoured`));
    });
    expect(named).toEqual([]);
  });
});

test('docs/kinds.md says the same', async () => {
  await expect(page()).toMatchFileSnapshot('../../../../docs/kinds.md');
});
