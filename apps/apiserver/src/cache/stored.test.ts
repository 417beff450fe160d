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
