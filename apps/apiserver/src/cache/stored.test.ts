import { expect, test } from 'vitest';
import { type Held, Stored, serialise } from './stored.ts';

test('the revision is spliced into the bytes, and out of them again', () => {
  const object: Held = {
    ...{ data: { metadata: '"metadata":{ 한글' } },
    metadata: { name: 'a', namespace: 'b', resourceVersion: '3', labels: { metadata: 'x' } },
    apiVersion: 'v1',
    kind: 'ConfigMap',
  };
  const raw = serialise(object);
  expect(raw.toString()).not.toContain('resourceVersion');
  const stored = Stored.fromStore('b', 'a', 17, raw);
  expect(stored.object).toEqual({ ...object, metadata: { ...object.metadata, resourceVersion: '17' } });
  expect(stored.raw().equals(raw)).toBe(true);
  expect(stored.at(20).object.metadata.resourceVersion).toBe('20');
  expect(stored.id).toBe('b/a');
});

test('who owns which field is left out of the bytes, and nothing else', () => {
  const managedFields = [{ manager: 'a "quoted" one', operation: 'Update', fieldsV1: { 'f:spec': { 'k:{"name":"x"}': {} } } }];
  const template = { metadata: { managedFields, labels: { app: 'x' } } };
  const object: Held = {
    ...{ kind: 'Deployment', apiVersion: 'apps/v1', spec: { template } },
    metadata: { name: 'a', annotations: { copy: `,"managedFields":${JSON.stringify(managedFields)}` }, managedFields, uid: 'u' },
  };
  const { managedFields: _fields, ...metadata } = object.metadata;
  for (const parsed of [object, undefined]) {
    const stored = Stored.fromStore('b', 'a', 17, serialise(object), parsed && structuredClone(object));
    expect(JSON.parse(stored.withoutManagedFields.toString())).toEqual({ ...object, metadata: { ...metadata, resourceVersion: '17' } });
    expect(JSON.parse(stored.bytes.toString()).metadata.managedFields).toEqual(managedFields);
  }
  const bare = Stored.fromStore('b', 'a', 17, serialise({ kind: 'ConfigMap', metadata: { name: 'a' } }));
  expect(bare.withoutManagedFields).toBe(bare.bytes);
});

test('an object is serialised as it is, with who owns which field behind the rest of its metadata', () => {
  const managedFields = [{ manager: 'a', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { '.': {} } } }, { manager: 'b' }];
  for (const data of [undefined, { a: '"b"' }]) {
    const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a', managedFields, uid: 'u' }, ...(data ? { data } : {}) };
    expect(JSON.parse(serialise(object).toString())).toEqual(object);
    expect(JSON.parse(serialise({ ...object, metadata: { name: 'a' } }).toString())).toEqual({ ...object, metadata: { name: 'a' } });
  }
});

test('keys of Object.prototype are keys like any other', () => {
  const object = JSON.parse(
    '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"__proto__":{"x":1},"data":{"__proto__":"y"}}',
  ) as Held;
  const stored = Stored.fromStore('', 'a', 1, serialise(object));
  expect(stored.bytes.toString()).toBe(
    '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"1","name":"a"},"__proto__":{"x":1},"data":{"__proto__":"y"}}',
  );
});

test('bytes that are no object are refused', () => {
  expect(() => Stored.fromStore('', 'a', 1, new TextEncoder().encode('[1,2]'))).toThrow('/a at revision 1 is not an object');
});
