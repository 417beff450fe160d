import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet, StatefulSetSpec } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import { statusOf } from './status.ts';
import type { Step } from './step.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const LONG_AGO = '2026-01-01T00:00:00Z';
const GOING = '2026-01-01T00:10:30Z';

type Shape = Partial<StatefulSetSpec> & { deletionTimestamp?: string };

function statefulSet(replicas: number, { deletionTimestamp, ...spec }: Shape = {}): StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'default', uid: 'me', generation: 1, deletionTimestamp },
    spec: {
      replicas,
      serviceName: 'nginx',
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'new' }] } },
      ...spec,
    },
  };
}

const revision = (name: string, image: string): ControllerRevision => ({
  metadata: { name },
  data: { spec: { template: { $patch: 'replace', spec: { containers: [{ name: 'web', image }] } } } },
  revision: name === 'old' ? 1 : 2,
});

/** `web-0 Running`: is ready; `!`: is not; `~`: is on its way out; `@old`: of that revision. */
function pod(text: string): Pod {
  const [, name = '', phase = 'Running', marks = '', of = 'new'] = /^(\S+?)(?:=(\w+))?([!~]*)(?:@(\w+))?$/.exec(text) ?? [];
  return {
    metadata: {
      name,
      uid: `uid-${name}`,
      labels: { app: 'web', 'controller-revision-hash': of, 'statefulset.kubernetes.io/pod-name': name },
      ...(marks.includes('~') && { deletionTimestamp: GOING }),
    },
    spec: { containers: [] },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: marks.includes('!') || phase !== 'Running' ? 'False' : 'True', lastTransitionTime: LONG_AGO }],
    },
  };
}

const textOf = (step: Step): string => {
  if (step.do === 'own') return `own ${step.claim.metadata?.name} by ${step.owners.map(({ kind }) => kind)}`;
  if (step.do === 'delete') return `delete ${step.pod.metadata?.name} (${step.because})`;
  const claims =
    step.do === 'label'
      ? []
      : [...step.claims.create.map(({ metadata }) => metadata?.name), ...step.claims.going.map((name) => `${name} going`)];
  return [`${step.do} ${step.pod.metadata?.name}`, ...claims].join(' with ');
};

function steps(set: StatefulSet, pods: string[], claims: PersistentVolumeClaim[] = []): string[] {
  const [current, update] = [revision('old', 'old'), revision('new', 'new')];
  const claim = (name: string) => claims.find(({ metadata }) => metadata?.name === name);
  return decide({ set, pods: pods.map(pod), claim, current, update, nowMs: NOW }).map(textOf);
}

const parallel: Shape = { podManagementPolicy: 'Parallel' };
const rolling = (partition: number, maxUnavailable: number | string = 1): Shape => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition, maxUnavailable } },
});

describe('in order', () => {
  test.each<[string, StatefulSet, string[], string[]]>([
    ['the first Pod is made first', statefulSet(3), [], ['create web-0']],
    ['the next waits until it is ready', statefulSet(3), ['web-0=Pending'], []],
    ['and then is made', statefulSet(3), ['web-0'], ['create web-1']],
    ['a gap is filled before anything else', statefulSet(3), ['web-0', 'web-2'], ['create web-1']],
    ['a Pod on its way out is waited for', statefulSet(3), ['web-0', 'web-1~', 'web-2'], []],
    ['a failed Pod is made anew', statefulSet(2), ['web-0=Failed', 'web-1'], ['delete web-0 (ended)']],
    ['so is one that has ended well', statefulSet(1), ['web-0=Succeeded'], ['delete web-0 (ended)']],
    ['the highest ordinal goes first', statefulSet(1), ['web-0', 'web-1', 'web-2'], ['delete web-2 (scaled)']],
    ['and is waited for', statefulSet(1), ['web-0', 'web-1', 'web-2~'], []],
    ['nothing goes while one before it is not ready', statefulSet(1), ['web-0!', 'web-1'], []],
    ['nor while another that goes is not ready', statefulSet(1), ['web-0', 'web-1!', 'web-2!'], []],
    ['but the first that is not ready may go', statefulSet(1), ['web-0', 'web-1!'], ['delete web-1 (scaled)']],
    ['or one that has ended', statefulSet(0), ['web-0=Succeeded', 'web-1=Failed'], ['delete web-1 (scaled)']],
    ['ordinals start where the set says', statefulSet(2, { ordinals: { start: 5 } }), ['web-5'], ['create web-6']],
    ['and Pods below are too much', statefulSet(1, { ordinals: { start: 1 } }), ['web-1', 'web-0'], ['delete web-0 (scaled)']],
    ['Pods of other names are none of its own', statefulSet(0), ['web-x', 'web-01', 'other-1'], []],
    ['a set that is being deleted does nothing', statefulSet(3, { deletionTimestamp: GOING }), ['web-0'], []],
  ])('%s', (_, set, pods, expected) => {
    expect(steps(set, pods)).toEqual(expected);
  });

  test('a Pod is waited for until it has been ready for minReadySeconds', () => {
    expect(steps(statefulSet(2, { minReadySeconds: 600 }), ['web-0'])).toEqual(['create web-1']);
    expect(steps(statefulSet(2, { minReadySeconds: 601 }), ['web-0'])).toEqual([]);
  });
});

describe('in parallel', () => {
  test.each<[string, StatefulSet, string[], string[]]>([
    ['all are made at once', statefulSet(3, parallel), ['web-1=Pending'], ['create web-0', 'create web-2']],
    [
      'all that are too much go at once',
      statefulSet(1, parallel),
      ['web-0!', 'web-1', 'web-2~', 'web-3!'],
      ['delete web-3 (scaled)', 'delete web-1 (scaled)'],
    ],
    ['a failed one does not hold up the others', statefulSet(2, parallel), ['web-0=Failed'], ['delete web-0 (ended)', 'create web-1']],
  ])('%s', (_, set, pods, expected) => {
    expect(steps(set, pods)).toEqual(expected);
  });

  test('a typo of 10,000 is begun with 500', () => {
    expect(steps(statefulSet(10_000, parallel), [])).toHaveLength(500);
  });
});

describe('a roll-out', () => {
  const three = ['web-0@old', 'web-1@old', 'web-2@old'];
  test.each<[string, StatefulSet, string[], string[]]>([
    ['begins with the highest ordinal', statefulSet(3, rolling(0)), three, ['delete web-2 (outdated)']],
    ['waits for each Pod', statefulSet(3, rolling(0)), ['web-0@old', 'web-1@old', 'web-2!'], []],
    ['goes down', statefulSet(3, rolling(0)), ['web-0@old', 'web-1@old', 'web-2'], ['delete web-1 (outdated)']],
    ['ends at the partition', statefulSet(3, rolling(2)), ['web-0@old', 'web-1@old', 'web-2'], []],
    ['does nothing behind a partition above all', statefulSet(3, rolling(3)), three, []],
    ['takes as many as may be missing', statefulSet(3, rolling(0, 2)), three, ['delete web-2 (outdated)', 'delete web-1 (outdated)']],
    ['of a percentage, rounded down', statefulSet(3, rolling(0, '67%')), three, ['delete web-2 (outdated)', 'delete web-1 (outdated)']],
    ['and one at least', statefulSet(3, rolling(0, '1%')), three, ['delete web-2 (outdated)']],
    [
      'counts what is missing already',
      statefulSet(3, { ...parallel, ...rolling(0, 2) }),
      ['web-0!@old', 'web-1@old', 'web-2@old'],
      ['delete web-2 (outdated)'],
    ],
    ['not at all OnDelete', statefulSet(3, { updateStrategy: { type: 'OnDelete' } }), three, []],
    ['scales first', statefulSet(2, rolling(0)), three, ['delete web-2 (scaled)']],
  ])('%s', (_, set, pods, expected) => {
    expect(steps(set, pods)).toEqual(expected);
  });

  test('a Pod below the partition comes back of the template that it had', () => {
    const [current, update] = [revision('old', 'old'), revision('new', 'new')];
    const made = (set: StatefulSet) => decide({ set, pods: [], claim: () => undefined, current, update, nowMs: NOW })[0];
    const imageAt = (step: Step | undefined) => (step?.do === 'create' ? step.pod.spec?.containers[0]?.image : undefined);
    expect(imageAt(made(statefulSet(1, rolling(1))))).toBe('old');
    expect(imageAt(made(statefulSet(1, rolling(0))))).toBe('new');
    expect(imageAt(made(statefulSet(1, { ...rolling(1), ordinals: { start: 7 } })))).toBe('old');
    expect(imageAt(made(statefulSet(1, { updateStrategy: { type: 'OnDelete' } })))).toBe('new');
  });
});

describe('claims', () => {
  const claimed = (replicas: number, whenDeleted = 'Retain', whenScaled = 'Retain'): StatefulSet =>
    statefulSet(replicas, {
      volumeClaimTemplates: [{ metadata: { name: 'www', labels: { kept: 'yes' } }, spec: {} }],
      persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
    });
  const claim = (ordinal: number, owners: string[] = [], deletionTimestamp?: string): PersistentVolumeClaim => ({
    metadata: {
      name: `www-web-${ordinal}`,
      deletionTimestamp,
      ownerReferences: owners.map((kind) =>
        kind === 'Pod'
          ? { apiVersion: 'v1', kind, name: `web-${ordinal}`, uid: `uid-web-${ordinal}`, controller: true, blockOwnerDeletion: true }
          : { apiVersion: 'apps/v1', kind, name: 'web', uid: 'me', controller: true, blockOwnerDeletion: true },
      ),
    },
  });

  test('come before their Pod', () => {
    expect(steps(claimed(1), [])).toEqual(['create web-0 with www-web-0']);
    expect(steps(claimed(1), [], [claim(0)])).toEqual(['create web-0']);
    expect(steps(claimed(1), [], [claim(0, [], GOING)])).toEqual(['create web-0 with www-web-0 going']);
  });

  test('that are missing are made for a Pod that waits', () => {
    expect(steps(claimed(1), ['web-0=Pending'])).toEqual(['provide web-0 with www-web-0']);
    expect(steps(claimed(1), ['web-0'])).toEqual([]);
  });

  test('carry the labels of the selector, and their own', () => {
    const [step] = decide({
      set: claimed(1, 'Delete'),
      pods: [],
      claim: () => undefined,
      current: revision('new', 'new'),
      update: revision('new', 'new'),
      nowMs: NOW,
    });
    expect(step?.do === 'create' && step.claims.create[0]?.metadata).toMatchObject({
      labels: { app: 'web', kept: 'yes' },
      ownerReferences: [{ kind: 'StatefulSet', uid: 'me', controller: true }],
    });
  });

  // KEP-1847: what owns the claims of ordinals 0 (wanted) and 1 (condemned).
  test.each([
    ['Retain', 'Retain', ['delete web-1 (scaled)']],
    ['Delete', 'Retain', ['own www-web-0 by StatefulSet', 'own www-web-1 by StatefulSet', 'delete web-1 (scaled)']],
    ['Retain', 'Delete', ['own www-web-1 by Pod', 'delete web-1 (scaled)']],
    ['Delete', 'Delete', ['own www-web-0 by StatefulSet', 'own www-web-1 by Pod', 'delete web-1 (scaled)']],
  ])('whenDeleted %s, whenScaled %s', (whenDeleted, whenScaled, expected) => {
    expect(steps(claimed(1, whenDeleted, whenScaled), ['web-0', 'web-1'], [claim(0), claim(1)])).toEqual(expected);
  });

  test('are let go when the policy changes back', () => {
    expect(steps(claimed(1), ['web-0'], [claim(0, ['StatefulSet'])])).toEqual(['own www-web-0 by ']);
  });

  test('that something else manages are left alone', () => {
    const foreign = {
      metadata: { name: 'www-web-0', ownerReferences: [{ apiVersion: 'x/v1', kind: 'Backup', name: 'b', uid: 'b', controller: true }] },
    };
    expect(steps(claimed(1, 'Delete'), ['web-0'], [foreign])).toEqual([]);
  });

  test('that go with an earlier Pod of the name hold up its successor', () => {
    expect(steps(claimed(1, 'Retain', 'Delete'), [], [claim(0, ['Pod'])])).toEqual([]);
  });
});

describe('its status', () => {
  const status = (set: StatefulSet, pods: string[]) =>
    statusOf({
      set,
      pods: pods.map(pod),
      current: revision('old', 'old'),
      update: revision('new', 'new'),
      collisionCount: 0,
      outdated: 0,
      nowMs: NOW,
    }).status;

  test('counts Pods by their revision, those on their way out aside', () => {
    expect(status(statefulSet(3), ['web-0@old', 'web-1~@old', 'web-2!'])).toEqual({
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 2,
      availableReplicas: 2,
      currentReplicas: 1,
      updatedReplicas: 1,
      currentRevision: 'old',
      updateRevision: 'new',
      collisionCount: 0,
    });
  });

  test('a roll-out is complete when all are new and ready', () => {
    expect(status(statefulSet(2), ['web-0', 'web-1'])).toMatchObject({ currentRevision: 'new', currentReplicas: 2, updatedReplicas: 2 });
    expect(status(statefulSet(2), ['web-0', 'web-1!'])).toMatchObject({ currentRevision: 'old', updatedReplicas: 2 });
    expect(status(statefulSet(2, { updateStrategy: { type: 'OnDelete' } }), ['web-0', 'web-1'])).toMatchObject({ currentRevision: 'old' });
  });
});
