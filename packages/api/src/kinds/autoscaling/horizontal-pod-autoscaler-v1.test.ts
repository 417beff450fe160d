import { describe, expect, test } from 'vitest';
import { cells, create, problems, update } from '../../../test/harness.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerV1 } from '../../index.ts';
import { autoscaler, cpu, ingress, memory, packets, queue, sidecar, v1, v2 } from './autoscaling.fixture.ts';

describe('autoscaling/v1', () => {
  const { toStored, fromStored } = v1.storedAs ?? { toStored: (of: object) => of, fromStored: (of: object) => of };
  const full: HorizontalPodAutoscaler = {
    ...create(
      v2,
      autoscaler({ metrics: [memory, sidecar, packets, ingress, queue, cpu(50)], behavior: { scaleUp: { tolerance: '10m' } } }),
    ),
    status: {
      currentReplicas: 2,
      desiredReplicas: 3,
      lastScaleTime: '2026-01-01T00:00:00Z',
      currentMetrics: [
        { type: 'Resource', resource: { name: 'memory', current: { averageValue: '50Mi' } } },
        {
          type: 'ContainerResource',
          containerResource: { name: 'cpu', container: 'app', current: { averageUtilization: 7, averageValue: '7m' } },
        },
        { type: 'Pods', pods: { metric: { name: 'packets' }, current: { averageValue: '2' } } },
        {
          type: 'Object',
          object: { describedObject: { kind: 'Ingress', name: 'main' }, metric: { name: 'requests' }, current: { value: '3' } },
        },
        { type: 'External', external: { metric: { name: 'queue' }, current: { averageValue: '4' } } },
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 20, averageValue: '40m' } } },
      ],
      conditions: [{ type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale', message: 'recommended size matches current size' }],
    },
  };

  test('says all that v2 says, in annotations what it has no field for, and loses nothing', () => {
    const shown = fromStored(full) as HorizontalPodAutoscalerV1;
    expect(shown.spec).toEqual({ ...autoscaler().spec, minReplicas: 1, targetCPUUtilizationPercentage: 50 });
    expect(shown.status).toEqual({
      ...{ currentReplicas: 2, desiredReplicas: 3, lastScaleTime: '2026-01-01T00:00:00Z', currentCPUUtilizationPercentage: 20 },
    });
    expect(shown.metadata?.annotations?.['autoscaling.alpha.kubernetes.io/metrics']).toBe(
      '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"100Mi"}},' +
        '{"type":"ContainerResource","containerResource":{"name":"cpu","targetAverageUtilization":60,"container":"app"}},' +
        '{"type":"Pods","pods":{"metricName":"packets","targetAverageValue":"1k"}},' +
        '{"type":"Object","object":{"target":{"kind":"Ingress","name":"main"},"metricName":"requests","targetValue":"2k","selector":{"matchLabels":{"Verb":"GET"}}}},' +
        '{"type":"External","external":{"metricName":"queue","targetAverageValue":"30"}}]',
    );
    expect(shown.metadata?.annotations?.['autoscaling.alpha.kubernetes.io/behavior']).toMatch(
      /^\{"ScaleUp":\{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":\[\{"Type":"Pods","Value":4,"PeriodSeconds":15\}/,
    );
    expect(Object.keys(shown.metadata?.annotations ?? {}).map((name) => name.split('/')[1])).toEqual([
      'metrics',
      'behavior',
      'current-metrics',
      'conditions',
    ]);
    expect(toStored(shown)).toEqual(full);
  });

  test('a new one has the defaults of v2', () => {
    const made = create<HorizontalPodAutoscalerV1>(v1, { metadata: { name: 'web' }, spec: autoscaler().spec });
    expect(made).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { minReplicas: 1, targetCPUUtilizationPercentage: 80 } });
    expect(made.status).toEqual({ currentReplicas: 0, desiredReplicas: 0 });
    expect(cells(v1, made)).toMatchObject({ Targets: 'cpu: <unknown>/80%' });
  });

  test('what is wrong is said of the fields of v2', () => {
    const bad = { metadata: autoscaler().metadata, spec: { ...autoscaler().spec, targetCPUUtilizationPercentage: 0 } };
    expect(problems(v1, bad)).toEqual(['spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0']);
  });

  test('an update changes nothing of the status, a status nothing else, whatever the annotations say', () => {
    const old = { ...(fromStored(full) as HorizontalPodAutoscalerV1), kind: 'HorizontalPodAutoscaler' };
    const { next } = update(v1, old, (draft) => {
      draft.spec.maxReplicas = 12;
      delete draft.metadata?.annotations?.['autoscaling.alpha.kubernetes.io/conditions'];
      delete draft.metadata?.annotations?.['autoscaling.alpha.kubernetes.io/behavior'];
    });
    const stored = toStored(next) as HorizontalPodAutoscaler;
    expect(stored.status).toEqual(full.status);
    expect(stored.spec).toMatchObject({ maxReplicas: 12, metrics: full.spec.metrics });
    expect(stored.spec).not.toHaveProperty('behavior');
    const draft = structuredClone(old);
    draft.metadata = { name: 'web' };
    draft.status = { currentReplicas: 4, desiredReplicas: 4 };
    v1.strategy.prepareForStatusUpdate?.(draft, old, {} as never);
    expect(toStored(draft)).toMatchObject({ spec: full.spec, status: { currentReplicas: 4, desiredReplicas: 4 } });
  });

  test.each([
    'no JSON',
    '5',
    'null',
    '[5]',
    '[null]',
    '[{"type":5}]',
    '[{"type":"Resource","resource":[1]}]',
    '[{"type":"Resource","resource":{"name":{}}}]',
    '{"__proto__":{"a":1}}',
    '[{"__proto__":{"type":"Pods"}}]',
  ])('an annotation that says %s', (text) => {
    for (const name of ['metrics', 'behavior', 'current-metrics', 'conditions']) {
      const annotations = { [`autoscaling.alpha.kubernetes.io/${name}`]: text, other: 'kept' };
      const made = create<HorizontalPodAutoscalerV1>(v1, { metadata: { name: 'web', annotations }, spec: autoscaler().spec });
      expect(made.metadata?.annotations).toMatchObject({ other: 'kept' });
      expect(made.status).toEqual({ currentReplicas: 0, desiredReplicas: 0 });
      expect(Object.getPrototypeOf(toStored(made))).toBe(Object.prototype);
      problems(v1, made);
    }
  });
});
