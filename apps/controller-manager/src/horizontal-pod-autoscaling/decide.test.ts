import type { HorizontalPodAutoscaler, MetricSpec } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { decide, needsMetrics, type Snapshot } from './decide.ts';
import { autoscaler, NOW_MS, pod, scaleOf, snapshotOf } from './fixtures.ts';
import { afterRefusal, afterRescale, type Plan, withoutScale } from './plan.ts';

/** `Type=Status Reason` of all conditions. */
const conditionsOf = ({ status }: Pick<Plan, 'status'>): string[] =>
  (status.conditions ?? []).map(({ type, status: holds, reason }) => `${type}=${holds} ${reason}`);
const message = ({ status }: Pick<Plan, 'status'>, type: string): string | undefined =>
  status.conditions?.find((condition) => condition.type === type)?.message;
const withMetrics = (...metrics: MetricSpec[]): HorizontalPodAutoscaler => autoscaler({ metrics });
const cpu: MetricSpec = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } };
const memory: MetricSpec = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '25Mi' } } };
const container: MetricSpec = {
  type: 'ContainerResource',
  containerResource: { name: 'cpu', container: 'main', target: { type: 'Utilization', averageUtilization: 50 } },
};
const packets: MetricSpec = { type: 'Pods', pods: { metric: { name: 'packets' }, target: { type: 'AverageValue', averageValue: '1k' } } };
const requests = (target: { type: string; value?: string; averageValue?: string }): MetricSpec => ({
  type: 'Object',
  object: { describedObject: { kind: 'Ingress', name: 'main' }, metric: { name: 'requests' }, target },
});
const queue: MetricSpec = {
  type: 'External',
  external: { metric: { name: 'queue', selector: { matchLabels: { q: 'a' } } }, target: { type: 'AverageValue', averageValue: '30' } },
};

describe('the size', () => {
  test.each<[string, Snapshot, Plan['rescale'], string[]]>([
    [
      'is right',
      snapshotOf([500, 500]),
      undefined,
      ['AbleToScale=True ReadyForNewScale', 'ScalingActive=True ValidMetricFound', 'ScalingLimited=False DesiredWithinRange'],
    ],
    [
      'is too small',
      snapshotOf([1000, 1000]),
      { from: 2, to: 4, reason: 'cpu resource utilization (percentage of request) above target' },
      ['AbleToScale=True ReadyForNewScale', 'ScalingActive=True ValidMetricFound', 'ScalingLimited=False DesiredWithinRange'],
    ],
    [
      'is much too small',
      snapshotOf([9000, 9000]),
      { from: 2, to: 4, reason: 'cpu resource utilization (percentage of request) above target' },
      ['AbleToScale=True ReadyForNewScale', 'ScalingActive=True ValidMetricFound', 'ScalingLimited=True ScaleUpLimit'],
    ],
    [
      'is too large',
      snapshotOf([100, 100, 100, 100]),
      { from: 4, to: 1, reason: 'All metrics below target' },
      ['AbleToScale=True ReadyForNewScale', 'ScalingActive=True ValidMetricFound', 'ScalingLimited=False DesiredWithinRange'],
    ],
    [
      'is too large, but was not before',
      snapshotOf([100, 100], { history: { recommendations: [{ replicas: 2, atMs: NOW_MS - 60_000 }], ups: [], downs: [] } }),
      undefined,
      ['AbleToScale=True ScaleDownStabilized', 'ScalingActive=True ValidMetricFound', 'ScalingLimited=False DesiredWithinRange'],
    ],
    [
      'is above its bound',
      snapshotOf([0, 0], { scale: scaleOf(12) }),
      { from: 12, to: 10, reason: 'Current number of replicas above Spec.MaxReplicas' },
      ['AbleToScale=True SucceededGetScale'],
    ],
    [
      'is below its bound',
      snapshotOf([0], { autoscaler: autoscaler({ minReplicas: 3 }) }),
      { from: 1, to: 3, reason: 'Current number of replicas below Spec.MinReplicas' },
      ['AbleToScale=True SucceededGetScale'],
    ],
    [
      'is none: nobody scales what somebody stopped',
      snapshotOf([]),
      undefined,
      ['AbleToScale=True SucceededGetScale', 'ScalingActive=False ScalingDisabled'],
    ],
    [
      'is the most that any metric asks for',
      snapshotOf([500, 500], { autoscaler: withMetrics(cpu, memory, container) }),
      { from: 2, to: 4, reason: 'memory resource above target' },
      ['AbleToScale=True ReadyForNewScale', 'ScalingActive=True ValidMetricFound', 'ScalingLimited=False DesiredWithinRange'],
    ],
  ])('%s', (_, snapshot, rescale, conditions) => {
    const plan = decide(snapshot);
    expect(plan.rescale).toEqual(rescale);
    expect(conditionsOf(plan)).toEqual(conditions);
  });

  test('may have a tolerance of its own', () => {
    const rules = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };
    const behavior = { scaleUp: { ...rules, tolerance: '0' }, scaleDown: rules };
    expect(decide(snapshotOf([510, 510])).rescale).toBeUndefined();
    expect(decide(snapshotOf([510, 510], { autoscaler: autoscaler({ behavior }) })).rescale).toMatchObject({ to: 3 });
  });
});

test('the status says what is used, in the order of the metrics', () => {
  const { status } = decide(snapshotOf([500, 501], { autoscaler: withMetrics(cpu, packets, memory, container) }));
  expect(status).toMatchObject({ currentReplicas: 2, desiredReplicas: 0 });
  expect(status.currentMetrics).toEqual([
    { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 50, averageValue: '500m' } } },
    { type: '' },
    { type: 'Resource', resource: { name: 'memory', current: { averageValue: '52428800' } } },
    {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'main', current: { averageUtilization: 50, averageValue: '500m' } },
    },
  ]);
});

describe('what cannot be computed', () => {
  const fetch = 'unable to fetch metrics from resource metrics API: the server is busy';
  const custom = 'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
  const external =
    'unable to get external metric default/queue/&LabelSelector{MatchLabels:map[string]string{q: a,},MatchExpressions:[]LabelSelectorRequirement{},}: ' +
    'unable to fetch metrics from external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)';
  const all = (reason: string, text: string, inShort: string): [string, string, string] => [reason, text, inShort];
  test.each<[string, Snapshot, [reason: string, text: string, inShort: string]]>([
    [
      'no metrics yet',
      snapshotOf([0], { metrics: [] }),
      all(
        'FailedGetResourceMetric',
        'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API',
        'failed to get cpu resource metric value: ',
      ),
    ],
    [
      'metrics that are not served',
      snapshotOf([0], { metrics: fetch, autoscaler: withMetrics(memory) }),
      all(
        'FailedGetResourceMetric',
        `failed to get memory usage: unable to get metrics for resource memory: ${fetch}`,
        'failed to get memory resource metric value: ',
      ),
    ],
    [
      'no request',
      snapshotOf([0], { pods: [pod('web-0', { request: undefined })], autoscaler: withMetrics(container) }),
      all(
        'FailedGetContainerResourceMetric',
        'failed to get cpu utilization: missing request for cpu in container main of Pod web-0',
        'failed to get main container metric value: ',
      ),
    ],
    [
      'metrics of Pods',
      snapshotOf([0], { autoscaler: withMetrics(packets) }),
      all('FailedGetPodsMetric', `unable to get metric packets: ${custom}`, 'failed to get pods metric value: '),
    ],
    [
      'metrics of another object',
      snapshotOf([0], { autoscaler: withMetrics(requests({ type: 'Value', value: '2k' })) }),
      all(
        'FailedGetObjectMetric',
        `unable to get metric requests: Ingress on default main/${custom}`,
        'failed to get object metric value: ',
      ),
    ],
    [
      'metrics of another object, for each Pod',
      snapshotOf([0], { autoscaler: withMetrics(requests({ type: 'AverageValue', averageValue: '2k' })) }),
      all(
        'FailedGetObjectMetric',
        `unable to get metric requests: Ingress on default main/${custom}`,
        'failed to get object metric value: failed to get requests object metric: ',
      ),
    ],
    [
      'metrics of another object, whose target is of another type',
      snapshotOf([0], { autoscaler: withMetrics(requests({ type: 'Value', averageValue: '2k' })) }),
      all(
        'FailedGetObjectMetric',
        'invalid object metric source: neither a value target nor an average value target was set',
        'failed to get object metric value: ',
      ),
    ],
    [
      'metrics from outside',
      snapshotOf([0], { autoscaler: withMetrics(queue) }),
      all('FailedGetExternalMetric', external, 'failed to get queue external metric value: failed to get queue external metric: '),
    ],
  ])('%s', (_, snapshot, [reason, text, inShort]) => {
    const plan = decide(snapshot);
    expect(plan.rescale).toBeUndefined();
    expect(conditionsOf(plan)).toEqual(['AbleToScale=True SucceededGetScale', `ScalingActive=False ${reason}`]);
    expect(message(plan, 'ScalingActive')).toBe(`the HPA was unable to compute the replica count: ${text}`);
    expect(plan.events).toEqual([
      { type: 'Warning', reason, message: text },
      {
        type: 'Warning',
        reason: 'FailedComputeMetricsReplicas',
        message: `invalid metrics (1 invalid out of 1), first error is: ${inShort}${text}`,
      },
    ]);
    expect(plan.history).toBe(snapshot.history);
  });

  test('of one metric: the others may ask for more', () => {
    const plan = decide(snapshotOf([1000, 1000], { autoscaler: withMetrics(packets, cpu) }));
    expect(plan.rescale).toMatchObject({ to: 4 });
    expect(plan.events.map(({ reason }) => reason)).toEqual(['FailedGetPodsMetric']);
    expect(conditionsOf(plan)).toContain('ScalingActive=True ValidMetricFound');
  });

  test('of one metric: the others may not ask for less', () => {
    const plan = decide(snapshotOf([100, 100, 100], { autoscaler: withMetrics(cpu, packets) }));
    expect(plan.rescale).toBeUndefined();
    expect(conditionsOf(plan)).toContain('ScalingActive=False FailedGetPodsMetric');
    expect(plan.events.at(-1)?.message).toMatch(
      /^invalid metrics \(1 invalid out of 2\), first error is: failed to get pods metric value: /,
    );
  });

  test('for whom: Pods of two autoscalers', () => {
    const plan = decide(snapshotOf([1000], { selecting: ['default/other', 'default/web'] }));
    const text = 'pods by selector app=web are controlled by multiple HPAs: [default/other default/web]';
    expect(conditionsOf(plan)).toEqual(['AbleToScale=True SucceededGetScale', 'ScalingActive=False AmbiguousSelector']);
    expect(message(plan, 'ScalingActive')).toBe(text);
    expect(plan.events.map((event) => `${event.reason}: ${event.message}`)).toEqual([
      `AmbiguousSelector: ${text}`,
      `FailedComputeMetricsReplicas: ${text}`,
    ]);
  });

  test('for whom: a target without a selector', () => {
    const scale = { ...scaleOf(1), status: { replicas: 1 } };
    const plan = decide(snapshotOf([1000], { scale }));
    expect(message(plan, 'ScalingActive')).toBe("the HPA target's scale is missing a selector");
    expect(plan.events.map(({ reason }) => reason)).toEqual(['SelectorRequired', 'FailedComputeMetricsReplicas']);
  });
});

test('metrics are asked for where they decide', () => {
  const sizes = (replicas: number, of = autoscaler()) => needsMetrics({ autoscaler: of, scale: scaleOf(replicas) });
  expect([0, 1, 10, 11].map((replicas) => sizes(replicas))).toEqual([false, true, true, false]);
  expect(sizes(1, withMetrics(packets, queue))).toBe(false);
});

describe('what follows', () => {
  const plan = decide(snapshotOf([1000, 1000]));

  test('a target that grew', () => {
    const status = afterRescale(plan.status, 4, NOW_MS);
    expect(status).toMatchObject({ currentReplicas: 2, desiredReplicas: 4, lastScaleTime: '2026-01-01T12:00:00Z' });
    expect(message({ status }, 'AbleToScale')).toBe('the HPA controller was able to update the target scale to 4');
  });

  test('a target that refused', () => {
    const status = afterRefusal(plan.status, 'no', NOW_MS);
    expect(status).toMatchObject({ currentReplicas: 2, desiredReplicas: 0 });
    expect(conditionsOf({ status })).toContain('AbleToScale=False FailedUpdateScale');
    expect(message({ status }, 'AbleToScale')).toBe('the HPA controller was unable to update the target scale: no');
  });

  test('a target that is not there', () => {
    const before: HorizontalPodAutoscaler = { ...autoscaler(), status: plan.status };
    const lost = withoutScale(before, 'deployments.apps "web" not found', NOW_MS + 60_000);
    expect(lost.events).toEqual([{ type: 'Warning', reason: 'FailedGetScale', message: 'deployments.apps "web" not found' }]);
    expect(lost.status).toMatchObject({ currentReplicas: 2, currentMetrics: plan.status.currentMetrics });
    expect(lost.status.conditions).toMatchObject([
      {
        type: 'AbleToScale',
        status: 'False',
        reason: 'FailedGetScale',
        message: `the HPA controller was unable to get the target's current scale: deployments.apps "web" not found`,
        lastTransitionTime: '2026-01-01T12:01:00Z',
      },
      { type: 'ScalingActive', lastTransitionTime: '2026-01-01T12:00:00Z' },
      { type: 'ScalingLimited', lastTransitionTime: '2026-01-01T12:00:00Z' },
    ]);
  });
});
