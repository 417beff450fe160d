// What holds for every row of the table of kinds.
import { describe, expect, test } from 'vitest';
import { subresourcesOf } from '../discovery/resources.ts';
import { KindTable } from '../kind-table.ts';
import { kindByGvk, kindByResource } from '../lookup.ts';
import * as refs from '../refs.ts';
import { DEFINITIONS } from '../schema/definitions.ts';
import { MERGE_RULES } from '../schema/merge-keys.ts';
import { objectSchema } from '../schema/object-schema.ts';
import { KINDS } from './index.ts';

describe.each(KINDS.map((row) => [`${row.plural}.${row.group}/${row.version}`, row] as const))('%s', (_, row) => {
  test('is found by its resource and by its kind', () => {
    expect(kindByResource(row.group, row.version, row.plural)).toBe(row);
    expect(kindByGvk(row.group, row.version, row.kind)).toBe(row);
  });

  test('has a schema', () => {
    const { fields } = objectSchema(row.definition);
    expect([...fields.keys()]).toEqual(expect.arrayContaining(['apiVersion', 'kind', 'metadata']));
    expect(fields.has('status')).toBe(row.hasStatus || row.ephemeral === true ? fields.has('status') : false);
  });

  test('every column and field selector can read an empty object', () => {
    const empty = { metadata: {}, involvedObject: {} };
    for (const column of row.columns) expect(column.value(empty, 0)).not.toBeUndefined();
    for (const read of Object.values(row.fieldSelectors)) expect(read(empty)).toBeTypeOf('string');
  });

  test('has a light reference for clients', () => {
    const { group, version, kind, plural, namespaced } = row;
    expect(Object.values(refs)).toContainEqual({ group, version, kind, plural, namespaced });
  });

  test('lists its subresources once', () => {
    const names = subresourcesOf(row).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test('both groups keep their Events in one place', () => {
  const kinds = new KindTable(KINDS);
  expect(kinds.stored(refOf('events.k8s.io', 'events'))).toBe(refOf('', 'events'));
  expect(kinds.stored(refOf('', 'pods'))).toBe(refOf('', 'pods'));
});

function refOf(group: string, plural: string) {
  const row = kindByResource(group, 'v1', plural);
  if (!row) throw new Error(plural);
  return row;
}

test('every merge rule is of a field that there is', () => {
  const byShort = new Map(
    Object.entries(DEFINITIONS).map(([name, definition]) => [name.replace(/^io\.k8s\.(?:api|apimachinery\.pkg\.apis)\./, ''), definition]),
  );
  for (const key of Object.keys(MERGE_RULES)) {
    const [, definition = '', field = ''] = /^(.*)\.([^.]+)$/.exec(key) ?? [];
    expect(byShort.get(definition)?.fields, key).toHaveProperty(field);
  }
});
