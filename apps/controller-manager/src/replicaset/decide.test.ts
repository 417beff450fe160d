import type { Pod, ReplicaSet } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { BURST_REPLICAS, decide, type ReplicaSetSnapshot } from './decide.ts';
import { statusOf } from './status.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const going = '2026-01-01T00:10:30Z';

const replicaSet = (replicas: number, metadata: ReplicaSet['metadata'] = {}): ReplicaSet => ({
  metadata: { name: 'web', namespace: 'default', uid: 'me', generation: 3, ...metadata },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web', tier: 'front' } } } },
});

function pod(
  name: string,
  { owner = 'me', app = 'web', phase = 'Running', readySince, deletionTimestamp, tier }: Record<string, string | undefined> = {},
): Pod {
  return {
    metadata: {
      name,
      uid: name,
      labels: { app, ...(tier && { tier }) },
      deletionTimestamp,
      ownerReferences: owner ? [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: owner, controller: true }] : undefined,
    },
    spec: { containers: [], nodeName: 'node1' },
    status: { phase, conditions: [{ type: 'Ready', status: readySince ? 'True' : 'False', lastTransitionTime: readySince }] },
  };
}

const plan = (object: ReplicaSet, pods: Pod[], more: Partial<ReplicaSetSnapshot> = {}) => {
  const { create, remove, adopt, release, active } = decide({
    replicaSet: object,
    pods,
    relatedPods: () => pods,
    fresh: true,
    nowMs: NOW,
    ...more,
  });
  const names = (list: Pod[]) => list.map(({ metadata }) => metadata?.name);
  return { create, remove: names(remove), adopt: names(adopt), release: names(release), active: names(active) };
};
const nothing = { create: 0, remove: [], adopt: [], release: [] };

describe('a ReplicaSet', () => {
  test.each<[string, ReplicaSet, Pod[], object]>([
    ['creates what is missing', replicaSet(3), [pod('a')], { ...nothing, create: 2, active: ['a'] }],
    [
      'does not count Pods that have ended or are going',
      replicaSet(2),
      [pod('a', { phase: 'Failed' }), pod('b', { deletionTimestamp: going })],
      { ...nothing, create: 2, active: [] },
    ],
    ['adopts before it creates', replicaSet(1), [pod('free', { owner: '' })], { ...nothing, adopt: ['free'], active: ['free'] }],
    [
      'lets go of what does not match any more, and replaces it',
      replicaSet(1),
      [pod('a', { app: 'x' })],
      { ...nothing, create: 1, release: ['a'], active: [] },
    ],
    [
      'removes the surplus, what is not ready first',
      replicaSet(1),
      [pod('a', { readySince: '2026-01-01T00:00:00Z' }), pod('b')],
      { ...nothing, remove: ['b'], active: ['a', 'b'] },
    ],
    ['creates no more than a burst at a time', replicaSet(10_000), [], { ...nothing, create: BURST_REPLICAS, active: [] }],
    [
      'that is being deleted does nothing',
      replicaSet(3, { deletionTimestamp: going }),
      [pod('a'), pod('free', { owner: '' })],
      { ...nothing, active: ['a'] },
    ],
  ])('%s', (_name, object, pods, expected) => {
    expect(plan(object, pods)).toEqual(expected);
  });

  test('neither creates nor removes before it sees what it did last', () => {
    expect(plan(replicaSet(3), [], { fresh: false })).toMatchObject(nothing);
    expect(plan(replicaSet(0), [pod('a')], { fresh: false })).toMatchObject(nothing);
  });
});

describe('its status', () => {
  const ready = '2026-01-01T00:09:30Z';
  test('counts Pods, and leaves out what is zero', () => {
    const pods = [pod('a', { readySince: ready, tier: 'front' }), pod('b')];
    expect(statusOf(replicaSet(2), pods, 1, undefined, NOW).status).toEqual({
      replicas: 2,
      fullyLabeledReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
      terminatingReplicas: 1,
      observedGeneration: 3,
    });
    expect(statusOf(replicaSet(0), [], 0, undefined, NOW).status).toEqual({ replicas: 0, terminatingReplicas: 0, observedGeneration: 3 });
  });

  test('a ready Pod is available minReadySeconds later', () => {
    const patient: ReplicaSet = { ...replicaSet(1), spec: { minReadySeconds: 60, selector: { matchLabels: { app: 'web' } } } };
    const early = statusOf(patient, [pod('a', { readySince: ready })], 0, undefined, NOW);
    expect([early.status.readyReplicas, early.status.availableReplicas, early.nextAvailableAtMs]).toEqual([
      1,
      undefined,
      Date.parse(ready) + 60_000,
    ]);
    const later = statusOf(patient, [pod('a', { readySince: ready })], 0, undefined, NOW + 30_000);
    expect([later.status.availableReplicas, later.nextAvailableAtMs]).toEqual([1, undefined]);
  });

  test('a failure stays as it was first told, until it is over', () => {
    const failing = statusOf(replicaSet(1), [], 0, { reason: 'FailedCreate', message: 'no a-1' }, NOW).status;
    expect(failing.conditions).toEqual([
      { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'no a-1', lastTransitionTime: '2026-01-01T00:10:00Z' },
    ]);
    const again = { ...replicaSet(1), status: failing };
    expect(statusOf(again, [], 0, { reason: 'FailedCreate', message: 'no a-2' }, NOW + 5_000).status.conditions).toEqual(
      failing.conditions,
    );
    expect(statusOf(again, [], 0, undefined, NOW).status.conditions).toBeUndefined();
  });
});
