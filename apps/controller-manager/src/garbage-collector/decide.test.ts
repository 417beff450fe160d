import type { KindRef, KubeObject } from '@kubernats/api';
import { expect, test } from 'vitest';
import { decide, type GarbagePlan, type OwnerState } from './decide.ts';

const ref: KindRef = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const going = '2026-01-01T00:00:00Z';

function object(owners: string[], rest: KubeObject['metadata'] = {}, blockOwnerDeletion = true): KubeObject {
  return {
    metadata: {
      name: 'x',
      uid: 'x',
      ownerReferences: owners.map((uid) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid, blockOwnerDeletion })),
      ...rest,
    },
  };
}

const dependent = { ref, object: object(['x']) };
const lazy = { ref, object: object(['x'], {}, false) };
const leavingDependent = { ref, object: object(['x'], { deletionTimestamp: going, finalizers: ['foregroundDeletion'] }) };

test.each<[string, KubeObject, Record<string, OwnerState>, (typeof dependent)[], GarbagePlan]>([
  ['nobody owns it', object([]), {}, [], { do: 'nothing' }],
  ['its owner is there', object(['a']), { a: 'present' }, [], { do: 'nothing' }],
  ['its owner is gone', object(['a']), { a: 'absent' }, [], { do: 'delete', policy: 'Background' }],
  ['all its owners are gone', object(['a', 'b']), { a: 'absent', b: 'absent' }, [], { do: 'delete', policy: 'Background' }],
  ['one of its owners is gone', object(['a', 'b']), { a: 'absent', b: 'present' }, [], { do: 'disown', ownerUids: ['a'] }],
  ['nothing is known of its owner', object(['a']), {}, [], { do: 'nothing' }],
  [
    'its owner is gone, and it wants to leave its own behind',
    object(['a'], { finalizers: ['orphan'] }),
    { a: 'absent' },
    [dependent],
    { do: 'delete', policy: 'Orphan' },
  ],
  ['its owner waits for it', object(['a']), { a: 'leaving' }, [], { do: 'delete', policy: 'Background' }],
  ['its owner waits for it, and others hang on it', object(['a']), { a: 'leaving' }, [dependent], { do: 'delete', policy: 'Foreground' }],
  [
    'its owner waits for it, but another keeps it',
    object(['a', 'b']),
    { a: 'leaving', b: 'present' },
    [],
    { do: 'disown', ownerUids: ['a'] },
  ],
  ['its owner waits for it and hangs on it too', object(['a']), { a: 'leaving' }, [leavingDependent], { do: 'unblock' }],
  ['it is being deleted', object(['a'], { deletionTimestamp: going }), {}, [dependent], { do: 'nothing' }],
  [
    'it waits for those who block it',
    object([], { deletionTimestamp: going, finalizers: ['foregroundDeletion'] }),
    {},
    [dependent, lazy],
    { do: 'collect', dependents: [dependent] },
  ],
  [
    'it waited, and nobody blocks it any more',
    object([], { deletionTimestamp: going, finalizers: ['foregroundDeletion'] }),
    {},
    [lazy],
    { do: 'release', finalizer: 'foregroundDeletion' },
  ],
  [
    'it leaves its own behind',
    object([], { deletionTimestamp: going, finalizers: ['orphan'] }),
    {},
    [dependent],
    { do: 'orphan', dependents: [dependent] },
  ],
])('when %s', (_name, subject, states, dependents, plan) => {
  expect(decide({ object: subject, ownerStates: new Map(Object.entries(states)), dependents })).toEqual(plan);
});
