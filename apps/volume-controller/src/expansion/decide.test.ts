import type { PersistentVolume, PersistentVolumeClaim } from '@kubernats/api';
import { simpleBackend } from '@kubernats/testing';
import { expect, test } from 'vitest';
import { decide, type ExpansionDecision } from './decide.ts';
import { failed, finished, pendingOnNode, resizing } from './status.ts';

type Status = NonNullable<PersistentVolumeClaim['status']>;

const claim = (request: string, status: Status = {}): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default', uid: 'c1' },
  spec: { resources: { requests: { storage: request } }, volumeName: 'pv1' },
  status: { phase: 'Bound', capacity: { storage: '1Gi' }, ...status },
});
const volume = (storage: string, uid = 'c1'): PersistentVolume => ({
  spec: { capacity: { storage }, claimRef: { name: 'data', namespace: 'default', uid } },
});
const began = (size: string, state: string): Status => ({
  allocatedResources: { storage: size },
  allocatedResourceStatuses: { storage: state },
});
const expand = (size: string): ExpansionDecision => ({ do: 'expand', size });
const NOTHING: ExpansionDecision = { do: 'nothing' };
const ON = 'ControllerResizeInProgress';

interface Has {
  volume?: PersistentVolume;
  expansion?: 'none' | 'offline' | 'online';
  inUse?: boolean;
  external?: boolean;
}

test.each<[string, PersistentVolumeClaim, Has, ExpansionDecision]>([
  ['asks for no more than it has', claim('1Gi'), {}, NOTHING],
  ['is not bound yet', claim('2Gi', { phase: 'Pending' }), {}, NOTHING],
  ['asks for more', claim('2Gi'), {}, expand('2Gi')],
  ['asks for more of somebody else’s volume', claim('2Gi'), { external: true }, { do: 'leave' }],
  ['asks for more of a volume that is another’s', claim('2Gi'), { volume: volume('1Gi', 'c2') }, NOTHING],
  [
    'asks for more of what cannot grow',
    claim('2Gi'),
    { expansion: 'none' },
    { do: 'refuse', size: '2Gi', message: 'CSI driver block.kubernats.dev does not support volume expansion' },
  ],
  [
    'asks for more of what must not be in use then',
    claim('2Gi'),
    { expansion: 'offline', inUse: true },
    {
      do: 'refuse',
      size: '2Gi',
      message:
        'Unable to expand default/data because CSI driver block.kubernats.dev only supports offline expansion and volume is currently in-use',
    },
  ],
  ['asks for more of what nobody uses', claim('2Gi'), { expansion: 'offline' }, expand('2Gi')],
  ['died half way', claim('2Gi', began('2Gi', ON)), {}, expand('2Gi')],
  ['died when the volume had grown', claim('2Gi', began('2Gi', ON)), { volume: volume('2Gi') }, expand('2Gi')],
  ['asks for less after a failure', claim('3Gi', began('100Gi', ON)), {}, expand('3Gi')],
  ['asks for less after the volume had grown', claim('2Gi', began('5Gi', ON)), { volume: volume('5Gi') }, expand('5Gi')],
  ['waits for its node', claim('2Gi', began('2Gi', 'NodeResizePending')), { volume: volume('2Gi') }, NOTHING],
  ['asks for more yet while it waits for its node', claim('5Gi', began('2Gi', 'NodeResizeInProgress')), { volume: volume('2Gi') }, NOTHING],
])('V6: a claim that %s', (_name, which, { volume: of = volume('1Gi'), expansion = 'online', inUse = false, external }, expected) => {
  const held = external ? undefined : { backend: simpleBackend({ expansion }), driver: 'block.kubernats.dev' };
  expect(decide(which, { volume: of, held, inUse })).toEqual(expected);
});

test('V6: the status of a claim tells how far its volume has grown', () => {
  const before: Status = { phase: 'Bound', capacity: { storage: '1Gi' }, conditions: [{ type: 'Other', status: 'True' }] };
  const began = resizing(before, '2Gi', 't1');
  expect(began).toEqual({
    ...before,
    conditions: [
      { type: 'Other', status: 'True' },
      { type: 'Resizing', status: 'True', lastTransitionTime: 't1' },
    ],
    allocatedResources: { storage: '2Gi' },
    allocatedResourceStatuses: { storage: 'ControllerResizeInProgress' },
  });
  expect(resizing(began, '2Gi', 't2')).toEqual(began);
  const error = failed(began, 'disk full', 't3');
  expect(error.conditions?.map(({ type, message }) => [type, message])).toEqual([
    ['Other', undefined],
    ['Resizing', undefined],
    ['ControllerResizeError', 'disk full'],
  ]);
  const onNode = pendingOnNode(error, '2Gi', 't4');
  expect(onNode.conditions?.map(({ type }) => type)).toEqual(['Other', 'FileSystemResizePending']);
  expect([onNode.capacity, onNode.allocatedResourceStatuses]).toEqual([{ storage: '1Gi' }, { storage: 'NodeResizePending' }]);
  expect(finished(onNode, '2Gi', 't5')).toEqual({ ...before, capacity: { storage: '2Gi' }, allocatedResources: { storage: '2Gi' } });
});
