import { describe, expect, test } from 'vitest';
import { cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { ControllerRevision, DaemonSet, DaemonSetSpec, ReplicationController, StatefulSet, StatefulSetSpec } from '../../index.ts';

const statefulSets = rowOf('statefulsets', 'apps');
const daemonSets = rowOf('daemonsets', 'apps');
const revisions = rowOf('controllerrevisions', 'apps');
const controllers = rowOf('replicationcontrollers');
const labels = { app: 'web' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'nginx:1' }] } };
const selector = { matchLabels: labels };
const metadata = { name: 'web', namespace: 'default' };
const claim = { metadata: { name: 'www' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };

const statefulSet = (more: Partial<StatefulSetSpec> = {}): StatefulSet => ({ metadata, spec: { selector, template, ...more } });
const daemonSet = (more: Partial<DaemonSetSpec> = {}): DaemonSet => ({ metadata, spec: { selector, template, ...more } });
const mounting = { ...template, spec: { containers: [{ name: 'a', image: 'x:1', volumeMounts: [{ name: 'www', mountPath: '/www' }] }] } };

describe('StatefulSet', () => {
  test('defaults', () => {
    expect(create(statefulSets, statefulSet({ volumeClaimTemplates: [claim] }))).toMatchObject({
      spec: {
        replicas: 1,
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: 1 } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        revisionHistoryLimit: 10,
        template: { spec: { restartPolicy: 'Always' } },
        volumeClaimTemplates: [
          { apiVersion: 'v1', kind: 'PersistentVolumeClaim', spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } },
        ],
      },
      status: { replicas: 0, availableReplicas: 0 },
    });
  });

  test.each<[string, Partial<StatefulSetSpec>, string[]]>([
    ['right', {}, []],
    ['a mount of a claim', { template: mounting, volumeClaimTemplates: [claim] }, []],
    ['a mount of nothing', { template: mounting }, ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "www"']],
    [
      'a claim for nothing',
      { volumeClaimTemplates: [{ metadata: { name: 'www' }, spec: { accessModes: ['ReadWriteOnce'] } }] },
      ['spec.volumeClaimTemplates[0].spec.resources[storage]: Required value'],
    ],
    [
      'a policy',
      { podManagementPolicy: 'Serial' },
      ["spec.podManagementPolicy: Invalid value: \"Serial\": must be 'OrderedReady' or 'Parallel'"],
    ],
    [
      'a strategy',
      { updateStrategy: { type: 'Slowly' } },
      ['spec.updateStrategy: Invalid value: {"Type":"Slowly","RollingUpdate":null}: must be \'RollingUpdate\' or \'OnDelete\''],
    ],
    [
      'both strategies',
      { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } },
      ['spec.updateStrategy.rollingUpdate: Invalid value: {"partition":1}: only allowed for updateStrategy \'RollingUpdate\''],
    ],
    [
      'no step at all',
      { updateStrategy: { rollingUpdate: { partition: -1, maxUnavailable: 0 } } },
      [
        'spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0',
        'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0',
      ],
    ],
    [
      'a retention',
      { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Keep' } },
      ['spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": supported values: "Retain", "Delete"'],
    ],
    ['ordinals', { ordinals: { start: -1 } }, ['spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0']],
    ['a selector for all', { selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for statefulset']],
    [
      'Pods that end',
      { template: { ...template, spec: { ...template.spec, activeDeadlineSeconds: 5 } } },
      ['spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported'],
    ],
  ])('%s', (_, spec, expected) => {
    expect(problems(statefulSets, statefulSet(spec))).toEqual(expected);
  });

  test('its name is part of its Pods’ hostnames', () => {
    expect(problems(statefulSets, { ...statefulSet(), metadata: { ...metadata, name: 'a.b' } } as StatefulSet)).toHaveLength(1);
  });

  test('who its Pods are, and what they keep, never changes', () => {
    const old = create(statefulSets, statefulSet());
    const change = (more: Partial<StatefulSetSpec>) =>
      update(statefulSets, old, (draft) => {
        draft.spec = { selector, template, ...draft.spec, ...more };
      }).problems;
    const message =
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', " +
      "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
    expect(change({ serviceName: 'other' })).toEqual([message]);
    expect(change({ podManagementPolicy: 'Parallel' })).toEqual([message]);
    expect(change({ volumeClaimTemplates: [claim] })).toEqual([message]);
    const allowed = { replicas: 3, ordinals: { start: 1 }, minReadySeconds: 1, revisionHistoryLimit: 1, template: mounting };
    expect(change({ ...allowed, template })).toEqual([]);
  });

  test('columns', () => {
    const object: StatefulSet = { ...statefulSet({ replicas: 3 }), status: { replicas: 3, readyReplicas: 2 } };
    expect(cells(statefulSets, object)).toEqual({ Name: 'web', Ready: '2/3', Age: '<unknown>', Containers: 'a', Images: 'nginx:1' });
  });
});

describe('DaemonSet', () => {
  test('defaults', () => {
    expect(create(daemonSets, daemonSet())).toMatchObject({
      metadata: { annotations: { 'deprecated.daemonset.template.generation': '1' } },
      spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }, revisionHistoryLimit: 10 },
      status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
    });
  });

  test('counts the changes of its template', () => {
    const old = create(daemonSets, daemonSet());
    const { next } = update(daemonSets, old, (draft) => {
      draft.spec = { ...draft.spec, selector, template: mounting };
    });
    expect(next.metadata?.annotations).toEqual({ 'deprecated.daemonset.template.generation': '2' });
  });

  test.each<[string, Partial<DaemonSetSpec>, string[]]>([
    ['right', {}, []],
    ['OnDelete', { updateStrategy: { type: 'OnDelete' } }, []],
    [
      'a strategy',
      { updateStrategy: { type: 'Slowly' } },
      ['spec.updateStrategy: Unsupported value: {"Type":"Slowly","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"'],
    ],
    [
      'surge and unavailability',
      { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } },
      ['spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero'],
    ],
    [
      'no step at all',
      { updateStrategy: { rollingUpdate: { maxSurge: '0%', maxUnavailable: 0 } } },
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0'],
    ],
    [
      'more than all',
      { updateStrategy: { rollingUpdate: { maxUnavailable: '101%' } } },
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    ['a selector for all', { selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset']],
  ])('%s', (_, spec, expected) => {
    expect(problems(daemonSets, daemonSet(spec))).toEqual(expected);
  });

  test('columns', () => {
    const template2 = { ...template, spec: { ...template.spec, nodeSelector: { disk: 'ssd' } } };
    const status = { desiredNumberScheduled: 3, currentNumberScheduled: 2, numberReady: 1, numberMisscheduled: 0 };
    expect(cells(daemonSets, { ...daemonSet({ template: template2 }), status } as DaemonSet)).toEqual({
      Name: 'web',
      Desired: 3,
      Current: 2,
      Ready: 1,
      'Up-to-date': 0,
      Available: 0,
      'Node Selector': 'disk=ssd',
      Age: '<unknown>',
      Containers: 'a',
      Images: 'nginx:1',
      Selector: 'app=web',
    });
  });
});

describe('ControllerRevision', () => {
  const data = { spec: { template: { $patch: 'replace' } } };
  const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u', controller: true }];
  const revision: ControllerRevision = { metadata: { ...metadata, ownerReferences }, data, revision: 2 };

  test('keeps its data as it is', () => {
    const old = create(revisions, revision);
    expect(old.data).toEqual(data);
    expect(problems(revisions, { ...revision, data: undefined } as ControllerRevision)).toEqual([
      'data: Required value: data is mandatory',
    ]);
    const { problems: found } = update(revisions, old, (draft) => Object.assign(draft, { data: {}, revision: 3 }));
    expect(found).toEqual(['data: Invalid value: {}: field is immutable']);
  });

  test('columns', () => {
    expect(cells(revisions, revision)).toMatchObject({ Controller: 'statefulset.apps/web', Revision: 2 });
  });
});

describe('ReplicationController', () => {
  const controller: ReplicationController = { metadata, spec: { template } };

  test('its labels and selector are the template’s', () => {
    expect(create(controllers, controller)).toMatchObject({
      metadata: { labels },
      spec: { replicas: 1, selector: labels },
      status: { replicas: 0 },
    });
  });

  test('validation', () => {
    expect(problems(controllers, controller)).toEqual([]);
    expect(problems(controllers, { metadata, spec: {} } as ReplicationController)).toEqual([
      'spec.selector: Required value',
      'spec.template: Required value',
    ]);
    expect(problems(controllers, { metadata, spec: { template, selector: { a: 'b' } } } as ReplicationController)).toEqual([
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ]);
  });

  test('columns', () => {
    expect(
      cells(controllers, { ...controller, spec: { ...controller.spec, replicas: 2, selector: labels } } as ReplicationController),
    ).toMatchObject({
      Desired: 2,
      Current: 0,
      Ready: 0,
      Selector: 'app=web',
    });
  });
});
