import { expect, it } from 'vitest';
import { controllerOf, isControlledBy, ownerReferenceTo } from './owner-references.ts';

const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web', uid: 'u1' } };

it('refers to an owner as its controller', () => {
  const reference = ownerReferenceTo(owner);
  expect(reference).toEqual({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'web',
    uid: 'u1',
    controller: true,
    blockOwnerDeletion: true,
  });
  const owned = { metadata: { ownerReferences: [ownerReferenceTo(owner, { controller: false }), reference] } };
  expect(controllerOf(owned)).toBe(reference);
  expect(isControlledBy(owned, 'u1')).toBe(true);
  expect(isControlledBy(owned, 'u2')).toBe(false);
});

it('leaves out what does not hold', () => {
  expect(ownerReferenceTo(owner, { controller: false, blockOwnerDeletion: false })).toEqual({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'web',
    uid: 'u1',
  });
  expect(controllerOf({})).toBeUndefined();
});

it('insists on a complete owner', () => expect(() => ownerReferenceTo({ kind: 'Pod' })).toThrow('an owner needs'));
