import { describe, expect, test } from 'vitest';
import { cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { Deployment, DeploymentSpec, ReplicaSet } from '../../index.ts';

const deployments = rowOf('deployments', 'apps');
const replicaSets = rowOf('replicasets', 'apps');
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'a', image: 'nginx:1' }] } };
const selector = { matchLabels: { app: 'web' } };
const deployment = (more: Partial<DeploymentSpec> = {}): Deployment => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { selector, template, ...more },
});

describe('Deployment', () => {
  test('defaults', () => {
    expect(create(deployments, deployment()).spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: { spec: { restartPolicy: 'Always', containers: [{ imagePullPolicy: 'IfNotPresent' }] } },
    });
  });

  test('a template does not get what only a Pod gets', () => {
    const spec = create(deployments, deployment()).spec?.template.spec;
    expect(spec).not.toHaveProperty('tolerations');
    expect(spec).not.toHaveProperty('serviceAccountName');
    expect(spec).not.toHaveProperty('enableServiceLinks');
  });

  test.each<[string, Partial<DeploymentSpec>, string[]]>([
    ['right', {}, []],
    ['fewer than none', { replicas: -1 }, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
    [
      'a selector for others',
      { selector: { matchLabels: { app: 'other' } } },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    ['a selector for all', { selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
    [
      'Pods that end',
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'a strategy',
      { strategy: { type: 'Slowly' } },
      ['spec.strategy.type: Unsupported value: "Slowly": supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      'no step at all',
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
    ],
    [
      'both strategies',
      { strategy: { type: 'Recreate', rollingUpdate: {} } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'a deadline too soon',
      { minReadySeconds: 60, progressDeadlineSeconds: 60 },
      ['spec.progressDeadlineSeconds: Invalid value: 60: must be greater than minReadySeconds'],
    ],
    [
      'P2: two containers with one port in a template',
      {
        template: {
          ...template,
          spec: {
            containers: [
              { name: 'a', image: 'x:1', ports: [{ containerPort: 80 }] },
              { name: 'b', image: 'x:1', ports: [{ containerPort: 80 }] },
            ],
          },
        },
      },
      ['spec.template.spec.containers[1].ports[0].containerPort: Duplicate value: 80'],
    ],
  ])('%s', (_, spec, expected) => {
    expect(problems(deployments, deployment(spec))).toEqual(expected);
  });

  test('R1: a template that is left out in part is missed where its author has to say something', () => {
    expect(problems(deployments, { metadata: { name: 'a', namespace: 'b' }, spec: {} } as Deployment)).toEqual([
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: {}: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ]);
    const { metadata } = template;
    expect(problems(deployments, deployment({ template: { metadata } }))).toEqual(['spec.template.spec.containers: Required value']);
  });

  test('nothing at all', () => {
    expect(problems(deployments, { metadata: { name: 'a', namespace: 'b' } })).toEqual([
      'spec.selector: Required value',
      'spec.template: Required value',
    ]);
  });

  test('the selector never changes', () => {
    const old = create(deployments, deployment());
    const { problems: found } = update(deployments, old, (draft) => {
      draft.spec = {
        ...draft.spec,
        selector: { matchLabels: { app: 'web', x: 'y' } },
        template: { ...template, metadata: { labels: { app: 'web', x: 'y' } } },
      };
    });
    expect(found).toEqual(['spec.selector: Invalid value: {"matchLabels":{"app":"web","x":"y"}}: field is immutable']);
  });

  test('R1: warnings come when the template changes, not with each update', () => {
    const volumeDevices = [{ name: 'disk', devicePath: '/dev/disk' }];
    const unusual = { ...template, spec: { containers: [{ name: 'a', image: 'x:1', volumeDevices }] } };
    const made = create(deployments, deployment({ template: unusual }));
    expect(deployments.strategy.warnings?.(made, undefined)).toEqual([
      'spec.template.spec.containers[0].volumeDevices: not honoured by this version of kubernats yet',
    ]);
    expect(deployments.strategy.warnings?.(made, made)).toEqual([]);
  });

  test('columns', () => {
    const object = { ...deployment({ replicas: 3 }), status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 } };
    expect(Object.entries(cells(deployments, object))).toEqual([
      ['Name', 'web'],
      ['Ready', '2/3'],
      ['Up-to-date', 3],
      ['Available', 1],
      ['Age', '<unknown>'],
      ['Containers', 'a'],
      ['Images', 'nginx:1'],
      ['Selector', 'app=web'],
    ]);
  });
});

describe('ReplicaSet', () => {
  const set: ReplicaSet = { metadata: { name: 'web-1', namespace: 'default' }, spec: { selector, template } };

  test('defaults', () => {
    expect(create(replicaSets, set)).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 0 } });
  });

  test('validation', () => {
    expect(problems(replicaSets, set)).toEqual([]);
    expect(problems(replicaSets, { ...set, spec: { selector: { matchLabels: { a: 'b' } }, template } } as ReplicaSet)).toHaveLength(1);
  });

  test('columns', () => {
    expect(
      cells(replicaSets, { ...set, spec: { ...set.spec, replicas: 2 }, status: { replicas: 1, readyReplicas: 1 } } as ReplicaSet),
    ).toMatchObject({
      Desired: 2,
      Current: 1,
      Ready: 1,
    });
  });
});
