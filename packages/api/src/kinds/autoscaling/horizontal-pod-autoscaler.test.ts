import { describe, expect, test } from 'vitest';
import { cells, create, problems } from '../../../test/harness.ts';
import type { MetricSpec } from '../../index.ts';
import { autoscaler, cpu, ingress, memory, packets, queue, type Spec, sidecar, v2 } from './autoscaling.fixture.ts';

describe('defaults', () => {
  test('one Pod at least, and 80 % of the CPU where no metric is named', () => {
    const made = create(v2, autoscaler());
    expect(made.spec).toMatchObject({ minReplicas: 1, metrics: [cpu(80)] });
    expect(made.spec).not.toHaveProperty('behavior');
    expect(made.status).toEqual({ desiredReplicas: 0 });
  });

  test('what a behavior leaves out', () => {
    const { spec } = create(v2, autoscaler({ behavior: { scaleDown: { stabilizationWindowSeconds: 5, tolerance: '0.05' } } }));
    expect(spec.behavior).toEqual({
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [
          { type: 'Pods', value: 4, periodSeconds: 15 },
          { type: 'Percent', value: 100, periodSeconds: 15 },
        ],
      },
      scaleDown: {
        stabilizationWindowSeconds: 5,
        selectPolicy: 'Max',
        policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
        tolerance: '50m',
      },
    });
  });
});

describe('refusals', () => {
  const target = (of: object) => [{ type: 'Resource', resource: { name: 'cpu', target: of } } as MetricSpec];
  test.each<[string, Partial<Spec>, string[]]>([
    ['nothing wrong', { metrics: [cpu(50), memory, sidecar, packets, ingress, queue] }, []],
    [
      'bounds',
      { minReplicas: 0, maxReplicas: 0 },
      [
        'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
        'spec.maxReplicas: Invalid value: 0: must be greater than 0',
        'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
      ],
    ],
    ['bounds that cross', { minReplicas: 11 }, ['spec.maxReplicas: Invalid value: 10: must be greater than or equal to `minReplicas`']],
    [
      'a reference',
      { scaleTargetRef: { kind: 'a/b', name: '' } },
      ['spec.scaleTargetRef.kind: Invalid value: "a/b": may not contain \'/\'', 'spec.scaleTargetRef.name: Required value'],
    ],
    [
      'no type of a metric',
      { metrics: [{} as MetricSpec] },
      [
        'spec.metrics[0].type: Required value: must specify a metric source type',
        'spec.metrics[0].type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
      ],
    ],
    [
      'another source than the type says',
      { metrics: [{ ...memory, type: 'Pods' }] },
      ['spec.metrics[0].pods: Required value: must populate information for the given metric source'],
    ],
    [
      'two sources',
      { metrics: [{ ...memory, pods: packets.pods }] },
      ['spec.metrics[0].pods: Forbidden: must populate the given metric source only'],
    ],
    [
      'no target',
      { metrics: [{ type: 'Resource', resource: { name: 'cpu' } } as MetricSpec] },
      [
        'spec.metrics[0].resource.target.type: Required value: must specify a metric target type',
        'spec.metrics[0].resource.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue',
        'spec.metrics[0].resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
      ],
    ],
    [
      'targets that cannot be reached',
      { metrics: target({ type: 'Utilization', averageUtilization: 0, averageValue: '-1' }) },
      [
        'spec.metrics[0].resource.target.averageValue: Invalid value: "-1": must be positive',
        'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
        'spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization',
      ],
    ],
    [
      'a container without a name, and of what no container has',
      {
        metrics: [{ type: 'ContainerResource', containerResource: { ...sidecar.containerResource, name: 'pods', container: '' } as never }],
      },
      [
        'spec.metrics[0].containerResource.name: Invalid value: "pods": must be a standard resource for containers',
        'spec.metrics[0].containerResource.container: Required value: must specify a container',
      ],
    ],
    [
      'metrics without a name or target',
      {
        metrics: [
          { type: 'Pods', pods: { metric: { name: '' }, target: { type: 'Value', value: '1' } } },
          { type: 'External', external: { metric: { name: 'a%' }, target: { type: 'Value', value: '1', averageValue: '1' } } },
        ],
      },
      [
        'spec.metrics[0].pods.metric.name: Required value: must specify a metric name',
        'spec.metrics[0].pods.target.averageValue: Required value: must specify a positive target averageValue',
        'spec.metrics[1].external.metric.name: Invalid value: "a%": may not contain \'%\'',
        'spec.metrics[1].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target',
      ],
    ],
    [
      'a behavior',
      {
        behavior: {
          scaleUp: { stabilizationWindowSeconds: 3601, selectPolicy: 'Most', tolerance: '-0.1', policies: [] },
          scaleDown: { policies: [{ type: 'Nodes', value: 0, periodSeconds: 1801 }] },
        },
      },
      [
        'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Most": supported values: "Disabled", "Max", "Min"',
        'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
        'spec.behavior.scaleUp.tolerance: Invalid value: "-100m": must be greater or equal to zero',
        'spec.behavior.scaleDown.policies[0].type: Unsupported value: "Nodes": supported values: "Percent", "Pods"',
        'spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero',
        'spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
      ],
    ],
  ])('%s', (_, spec, expected) => {
    expect(problems(v2, autoscaler(spec))).toEqual(expected);
  });

  test('of a status', () => {
    const status = { currentReplicas: -1, desiredReplicas: -2 };
    expect(v2.strategy.validateStatusUpdate?.({ ...autoscaler(), status } as never, autoscaler(), {} as never)).toMatchObject([
      { field: 'status.currentReplicas', message: 'Invalid value: -1: must be greater than or equal to 0' },
      { field: 'status.desiredReplicas' },
    ]);
  });
});

test('the columns', () => {
  const made = create(v2, autoscaler({ metrics: [cpu(50), memory] }));
  expect(cells(v2, made)).toMatchObject({
    Name: 'web',
    Reference: 'Deployment/web',
    Targets: 'cpu: <unknown>/50%, memory: <unknown>/100Mi',
    MinPods: '1',
    MaxPods: '10',
    Replicas: '0',
  });
  made.status = {
    currentReplicas: 3,
    desiredReplicas: 3,
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 10, averageValue: '20m' } } }],
  };
  expect(cells(v2, made)).toMatchObject({ Targets: 'cpu: 10%/50%, memory: <unknown>/100Mi', Replicas: '3' });
  const many = create(v2, autoscaler({ metrics: [packets, ingress, queue, sidecar] }));
  expect(cells(v2, many)).toMatchObject({ Targets: '<unknown>/1k, <unknown>/2k + 2 more...' });
  expect(cells(v2, create(v2, autoscaler({ metrics: [queue, sidecar] })))).toMatchObject({
    Targets: '<unknown>/30 (avg), cpu: <unknown>/60%',
  });
});
