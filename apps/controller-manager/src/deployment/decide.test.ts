import type { Deployment, DeploymentCondition, ReplicaSet } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { decide, objectOf } from './decide.ts';
import { templateHash } from './template-hash.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const REVISION = 'deployment.kubernetes.io/revision';
const template = (image: string) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } });

function deployment(spec: Partial<NonNullable<Deployment['spec']>> = {}, rest: Partial<Deployment> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', uid: 'd1', generation: 2, annotations: {} },
    spec: {
      replicas: 10,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
      template: template('new'),
      progressDeadlineSeconds: 600,
      ...spec,
    },
    ...rest,
  };
}

interface Shape {
  desired?: number;
  max?: number;
  available?: number;
  revision?: number;
  at?: string;
}

function replicaSet(name: string, image: string, replicas: number, shape: Shape = {}): ReplicaSet {
  const { desired = 10, max = 13, available = replicas, revision = 1, at = '2026-01-01T00:00:00Z' } = shape;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      generation: 1,
      creationTimestamp: at,
      annotations: {
        [REVISION]: `${revision}`,
        'deployment.kubernetes.io/desired-replicas': `${desired}`,
        'deployment.kubernetes.io/max-replicas': `${max}`,
      },
    },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template(image) },
    status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
  };
}

const plan = (object: Deployment, replicaSets: ReplicaSet[], nowMs = NOW) =>
  decide({ deployment: object, replicaSets, podsOf: () => [], nowMs });
const sizes = (object: Deployment, replicaSets: ReplicaSet[]) =>
  Object.fromEntries(plan(object, replicaSets).update.map((draft) => [draft.replicaSet.metadata?.name, draft.replicas]));
const progressing = (conditions: DeploymentCondition[] | undefined) => conditions?.find(({ type }) => type === 'Progressing');

describe('the ReplicaSet of a new template', () => {
  test('is named by the hash of the template, and its Pods carry that hash', () => {
    const { create, revision } = plan(deployment(), []);
    const hash = templateHash(template('new'), undefined);
    expect(create?.metadata).toMatchObject({
      name: `web-${hash}`,
      labels: { app: 'web', 'pod-template-hash': hash },
      annotations: { [REVISION]: '1' },
      ownerReferences: [{ kind: 'Deployment', uid: 'd1', controller: true, blockOwnerDeletion: true }],
    });
    expect(create?.spec).toMatchObject({
      replicas: 10,
      selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } },
      template: { metadata: { labels: { app: 'web', 'pod-template-hash': hash } } },
    });
    expect(revision).toBe(1);
  });

  test('has another name when the hash is taken', () => {
    const { create } = plan(deployment({}, { status: { collisionCount: 1 } }), []);
    expect(create?.metadata?.name).not.toBe(`web-${templateHash(template('new'), undefined)}`);
  });

  test('is the next revision, and begins as large as the surge lets it', () => {
    const { create } = plan(deployment(), [replicaSet('old', 'old', 10, { revision: 4 })]);
    expect(create?.metadata?.annotations?.[REVISION]).toBe('5');
    expect(create?.spec?.replicas).toBe(3);
  });

  test('carries the annotations of the Deployment that are not its own', () => {
    const annotations = { team: 'a', [REVISION]: '7', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const { create } = plan(deployment({}, { metadata: { ...deployment().metadata, annotations } }), []);
    expect(create?.metadata?.annotations).toEqual({
      team: 'a',
      [REVISION]: '1',
      'deployment.kubernetes.io/desired-replicas': '10',
      'deployment.kubernetes.io/max-replicas': '13',
    });
  });
});

describe('scaling', () => {
  test.each<[string, number, Record<string, [image: string, replicas: number]>, Record<string, number>]>([
    ['the only active ReplicaSet takes it all', 12, { new: ['new', 10] }, { new: 12 }],
    ['a half-done roll-out grows in proportion', 15, { old: ['old', 8], new: ['new', 5] }, { old: 11, new: 7 }],
    ['a half-done roll-out shrinks in proportion', 5, { old: ['old', 8], new: ['new', 5] }, { old: 5, new: 3 }],
    ['to nothing: all go', 0, { old: ['old', 8], new: ['new', 5] }, { old: 0, new: 0 }],
  ])('%s', (_name, replicas, before, after) => {
    const all = Object.entries(before).map(([name, [image, size]]) =>
      replicaSet(name, image, size, {
        revision: name === 'new' ? 2 : 1,
        at: name === 'new' ? '2026-01-01T00:01:00Z' : '2026-01-01T00:00:00Z',
      }),
    );
    expect(sizes(deployment({ replicas }), all)).toEqual(after);
  });

  test('goes on while the Deployment is paused, but no template rolls out', () => {
    const { create, update } = plan(deployment({ paused: true, replicas: 12 }), [replicaSet('old', 'old', 10)]);
    expect(create).toBeUndefined();
    expect(update.map((draft) => draft.replicas)).toEqual([12]);
  });
});

describe('a rolling update', () => {
  test('takes Pods that do not work away first', () => {
    const all = [
      replicaSet('old', 'old', 10, { available: 6 }),
      replicaSet('new', 'new', 3, { available: 0, revision: 2, at: '2026-01-01T00:01:00Z' }),
    ];
    // 13 − (10 − 2) − 3 that are not up yet = 2 may go, and they are of those that do not work.
    expect(sizes(deployment(), all)).toEqual({ old: 8 });
  });

  test('does not go on while nothing may be missing', () => {
    const all = [replicaSet('old', 'old', 8), replicaSet('new', 'new', 5, { available: 0, revision: 2, at: '2026-01-01T00:01:00Z' })];
    expect(plan(deployment(), all).update).toEqual([]);
  });

  test('back to an earlier template makes that ReplicaSet the newest revision, which remembers the earlier one', () => {
    const all = [
      replicaSet('first', 'new', 0, { revision: 1 }),
      replicaSet('second', 'old', 10, { revision: 2, at: '2026-01-01T00:01:00Z' }),
    ];
    const { update, revision } = plan(deployment(), all);
    const first = update.find((draft) => draft.replicaSet.metadata?.name === 'first');
    expect(first && objectOf(first).metadata?.annotations).toMatchObject({
      [REVISION]: '3',
      'deployment.kubernetes.io/revision-history': '1',
    });
    expect(revision).toBe(3);
  });
});

describe('the conditions of a roll-out', () => {
  const since = (reason: string, at: string): DeploymentCondition => ({
    type: 'Progressing',
    status: 'True',
    reason,
    message: '',
    lastUpdateTime: at,
    lastTransitionTime: at,
  });
  const stuck = [replicaSet('old', 'old', 8), replicaSet('new', 'new', 5, { available: 0, revision: 2, at: '2026-01-01T00:01:00Z' })];
  const status = {
    observedGeneration: 2,
    replicas: 13,
    updatedReplicas: 5,
    availableReplicas: 8,
    readyReplicas: 8,
    unavailableReplicas: 5,
  };
  const rolling = (at: string) => deployment({}, { status: { ...status, conditions: [since('ReplicaSetUpdated', at)] } });

  test('a deadline is set while it moves, and told of once it has passed', () => {
    const moving = plan(rolling('2026-01-01T00:55:00Z'), stuck);
    expect(progressing(moving.status.conditions)?.reason).toBe('ReplicaSetUpdated');
    expect(moving.deadlineMs).toBe(Date.parse('2026-01-01T01:05:00Z'));
    const late = plan(rolling('2026-01-01T00:49:59Z'), stuck);
    expect(progressing(late.status.conditions)).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'ReplicaSet "new" has timed out progressing.',
    });
  });

  test('a step forward is progress, and a new time to count from', () => {
    const forward = [stuck[0], replicaSet('new', 'new', 5, { available: 1, revision: 2, at: '2026-01-01T00:01:00Z' })].filter(
      (each) => each !== undefined,
    );
    const next = progressing(plan(rolling('2026-01-01T00:40:00Z'), forward).status.conditions);
    expect(next).toMatchObject({
      status: 'True',
      reason: 'ReplicaSetUpdated',
      message: 'ReplicaSet "new" is progressing.',
      lastUpdateTime: '2026-01-01T01:00:00Z',
    });
    expect(next?.lastTransitionTime).toBe('2026-01-01T00:40:00Z');
  });

  test('too few available Pods make it unavailable', () => {
    const few = plan(deployment(), [replicaSet('new', 'new', 10, { available: 7 })]).status;
    expect(few.conditions?.[0]).toMatchObject({
      type: 'Available',
      status: 'False',
      reason: 'MinimumReplicasUnavailable',
      message: 'Deployment does not have minimum availability.',
    });
    expect(few).toMatchObject({ replicas: 10, availableReplicas: 7, unavailableReplicas: 3 });
  });

  test('a Deployment that is being deleted is only counted', () => {
    const going = deployment({ replicas: 20 }, { metadata: { ...deployment().metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
    const { create, update, remove, status: counted } = plan(going, [replicaSet('old', 'old', 8)]);
    expect([create, update, remove]).toEqual([undefined, [], []]);
    expect(counted.replicas).toBe(8);
  });
});

test('only ReplicaSets beyond the history limit go, the oldest first, and none that has Pods', () => {
  const complete = { observedGeneration: 2, replicas: 10, updatedReplicas: 10, availableReplicas: 10, readyReplicas: 10 };
  const all = [
    replicaSet('new', 'new', 10, { revision: 5, at: '2026-01-01T00:05:00Z' }),
    ...['a', 'b', 'c', 'd'].map((name, i) => replicaSet(name, name, 0, { revision: i + 1, at: `2026-01-01T00:0${i}:00Z` })),
  ];
  const { remove } = plan(deployment({ revisionHistoryLimit: 2 }, { status: complete }), all);
  expect(remove.map(({ metadata }) => metadata?.name)).toEqual(['a', 'b']);
});
