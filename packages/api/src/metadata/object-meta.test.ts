import { dns1035Label, pathSegmentName } from '@kubernats/apimachinery';
import { expect, test } from 'vitest';
import type { ObjectMeta } from '../index.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

const namespaced = { namespaced: true };
const texts = (causes: { field?: string; message?: string }[]): string[] => causes.map(({ field, message }) => `${field}: ${message}`);
const owner = { apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u' };
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

test.each<[ObjectMeta, string[]]>([
  [{ name: 'a', namespace: 'b' }, []],
  [{ name: 'a.b-c.d', namespace: 'b' }, []],
  [{ namespace: 'b' }, ['metadata.name: Required value: name or generateName is required']],
  [{ name: 'a' }, ['metadata.namespace: Required value']],
  [{ name: 'A', namespace: 'b' }, [`metadata.name: Invalid value: "A": ${SUBDOMAIN}`]],
  [{ name: 'web-x', generateName: 'web-', namespace: 'b' }, []],
  [{ name: 'a', generateName: 'Web-', namespace: 'b' }, [`metadata.generateName: Invalid value: "Web-": ${SUBDOMAIN}`]],
  [
    { name: 'a', namespace: 'b', finalizers: ['mine'] },
    ['metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified'],
  ],
  [{ name: 'a', namespace: 'b', finalizers: ['example.com/mine', 'foregroundDeletion'] }, []],
  [
    { name: 'a', namespace: 'b', ownerReferences: [{ ...owner, uid: '' }] },
    ['metadata.ownerReferences.uid: Invalid value: "": must not be empty'],
  ],
  [
    { name: 'a', namespace: 'b', annotations: { 'a/b': 'x'.repeat(256 * 1024) } },
    ['metadata.annotations: Too long: may not be more than 262144 bytes'],
  ],
])('%o', (meta, expected) => {
  expect(texts(validateObjectMeta(namespaced, meta))).toEqual(expected);
});

test('two owners cannot both be the controller', () => {
  const references = [
    { ...owner, controller: true },
    { ...owner, name: 'b', controller: true },
  ];
  const [problem] = texts(validateObjectMeta(namespaced, { name: 'a', namespace: 'b', ownerReferences: references }));
  expect(problem).toContain('Only one reference can have Controller set to true. Found "true" in references for a and b');
});

test('what belongs to the cluster has no namespace', () => {
  expect(texts(validateObjectMeta({ namespaced: false }, { name: 'a', namespace: 'b' }))).toEqual([
    'metadata.namespace: Forbidden: not allowed on this type',
  ]);
});

test('a kind may have its own rule for names', () => {
  expect(validateObjectMeta({ namespaced: false, nameRule: pathSegmentName }, { name: 'system:node/x' })).toHaveLength(1);
  expect(validateObjectMeta({ namespaced: false, nameRule: pathSegmentName }, { name: 'system:node' })).toEqual([]);
  expect(validateObjectMeta({ ...namespaced, nameRule: dns1035Label }, { name: '1a', namespace: 'b' })).toHaveLength(1);
});

test.each<[ObjectMeta, ObjectMeta, string[]]>([
  [{ name: 'a', uid: '2' }, { name: 'a', uid: '1' }, ['metadata.uid: Invalid value: "2": field is immutable']],
  [
    { name: 'a', finalizers: ['kubernetes', 'orphan'], deletionTimestamp: 't' },
    { name: 'a', finalizers: ['kubernetes'], deletionTimestamp: 't' },
    [
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"orphan"}',
    ],
  ],
  [{ name: 'a', generation: 1 }, { name: 'a', generation: 2 }, ['metadata.generation: Invalid value: 1: must not be decremented']],
])('update %o of %o', (meta, old, expected) => {
  expect(texts(validateObjectMetaUpdate(meta, old))).toEqual(expected);
});
