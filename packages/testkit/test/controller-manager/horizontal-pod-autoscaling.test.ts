import { createHash } from 'node:crypto';
import {
  DaemonSets,
  Deployments,
  type HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalers,
  HorizontalPodAutoscalersV1,
  type KubeObject,
  Pods,
  ReplicationControllers,
  StatefulSets,
} from '@kubernats/api';
import { expect, test } from 'vitest';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
import { eventsOf, follow } from './cron-jobs.ts';
import { type Load, meterPods } from './metered-pods.ts';
import { deployment } from './objects.ts';

/** The one node says nothing of itself. */
const LONG_MS = 24 * 3_600_000;
const start = (options: ControlPlaneOptions = {}): Promise<ControlPlane> =>
  startControlPlane({ nodeMonitorGracePeriodMs: LONG_MS, nodeStartupGracePeriodMs: LONG_MS }, { direct: true, ...options });

const CONTAINER = { name: 'web', image: 'example/web:1', resources: { requests: { cpu: '200m' } } };
const web = (replicas: number, name = 'web') => deployment(name, replicas, { pod: { containers: [CONTAINER] } });

function autoscaler(spec: Partial<HorizontalPodAutoscalerSpec> = {}, name = 'web'): HorizontalPodAutoscaler {
  const target = { type: 'Utilization', averageUtilization: 50 };
  return {
    metadata: { name, namespace: 'default' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
      ...spec,
    },
  };
}

const now = (plane: ControlPlane, name = 'web'): Promise<HorizontalPodAutoscaler> =>
  plane.client.kind(HorizontalPodAutoscalers).get(name, 'default');
const reasonsOf = ({ status }: HorizontalPodAutoscaler): string[] =>
  (status?.conditions ?? []).map(({ type, status: holds, reason }) => `${type}=${holds} ${reason}`);
const messageOf = ({ status }: HorizontalPodAutoscaler, type: string): string | undefined =>
  status?.conditions?.find((condition) => condition.type === type)?.message;
const sizeOf = async (plane: ControlPlane): Promise<number | undefined> =>
  (await plane.client.kind(Deployments).get('web', 'default')).spec?.replicas;

async function pass(plane: ControlPlane, minutes: number): Promise<void> {
  for (let step = 0; step < minutes * 12; step++) await plane.clock.advance(5_000);
}

test('P8: an hour of load passes at once, and the same seed gives the same history to the byte', async () => {
  const hour = async (): Promise<{ digest: string; sizes: (number | undefined)[]; events: string[] }> => {
    await using plane = await start({ seed: 5 });
    const hash = createHash('sha256');
    const write = (object: KubeObject, type: string): void => void hash.update(`${type} ${JSON.stringify(object)}\n`);
    await using _autoscalers = follow(plane, HorizontalPodAutoscalers, write);
    await using _all = follow(plane, Pods, write);
    const load: Load = { milli: 80 };
    await using _pods = await meterPods(plane, load);
    await plane.client.kind(Deployments).create(web(1));
    await plane.client.kind(HorizontalPodAutoscalers).create(autoscaler());
    const sizes: (number | undefined)[] = [];
    for (const [milli, minutes] of [
      [80, 10],
      [1000, 10],
      [300, 4],
      [300, 6],
      [1000, 5],
      [0, 4],
      [0, 11],
    ] as const) {
      load.milli = milli;
      await pass(plane, minutes);
      sizes.push(await sizeOf(plane));
    }
    return { digest: hash.digest('hex'), sizes, events: await eventsOf(plane, 'web') };
  };
  const first = await hour();
  // Down only five minutes after the load, up at once.
  expect(first.sizes).toEqual([1, 10, 10, 3, 10, 10, 1]);
  const above = 'cpu resource utilization (percentage of request) above target';
  expect(first.events.filter((event) => event.includes('SuccessfulRescale')).slice(0, 4)).toEqual([
    `Normal SuccessfulRescale New size: 4; reason: ${above}`,
    `Normal SuccessfulRescale New size: 8; reason: ${above}`,
    `Normal SuccessfulRescale New size: 10; reason: ${above}`,
    'Normal SuccessfulRescale New size: 3; reason: All metrics below target',
  ]);
  expect(await hour()).toEqual(first);
});

test('a behavior says how fast it goes, and the status why', async () => {
  await using plane = await start();
  const load: Load = { milli: 900 };
  await using _pods = await meterPods(plane, load);
  await plane.client.kind(Deployments).create(web(1));
  const policies = [{ type: 'Pods', value: 2, periodSeconds: 60 }];
  const behavior = { scaleUp: { policies }, scaleDown: { policies, stabilizationWindowSeconds: 0 } };
  await plane.client.kind(HorizontalPodAutoscalers).create(autoscaler({ behavior }));
  await pass(plane, 0.5);
  expect(await sizeOf(plane)).toBe(3);
  const limited = await now(plane);
  expect(limited.status).toMatchObject({ currentReplicas: expect.any(Number), desiredReplicas: 3 });
  expect(reasonsOf(limited)).toContain('ScalingLimited=True ScaleUpLimit');
  await pass(plane, 1);
  expect(await sizeOf(plane)).toBe(5);
  await pass(plane, 4);
  expect(await sizeOf(plane)).toBe(9);
  const settled = await now(plane);
  expect(reasonsOf(settled)).toEqual([
    'AbleToScale=True ReadyForNewScale',
    'ScalingActive=True ValidMetricFound',
    'ScalingLimited=False DesiredWithinRange',
  ]);
  expect(settled.status).toMatchObject({
    currentReplicas: 9,
    desiredReplicas: 9,
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 50, averageValue: '100m' } } }],
    lastScaleTime: expect.stringMatching(/^2026-01-01T00:0\d:\d\dZ$/),
  });
  const shown = await plane.client.kind(HorizontalPodAutoscalersV1).get('web', 'default');
  expect(shown).toMatchObject({ spec: { targetCPUUtilizationPercentage: 50 }, status: { currentCPUUtilizationPercentage: 50 } });
  load.milli = 0;
  await pass(plane, 0.5);
  expect(await sizeOf(plane)).toBe(7);
});

test('StatefulSets and ReplicationControllers are scaled as well', async () => {
  await using plane = await start();
  await using _pods = await meterPods(plane, { milli: 600 });
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [CONTAINER] } };
  const selector = { matchLabels: { app: 'web' } };
  await plane.client.kind(StatefulSets).create({
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: 1, serviceName: 'web', podManagementPolicy: 'Parallel', selector, template },
  });
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' };
  await plane.client.kind(HorizontalPodAutoscalers).create(autoscaler({ scaleTargetRef }));
  await pass(plane, 3);
  expect((await plane.client.kind(StatefulSets).get('web', 'default')).spec?.replicas).toBe(6);
  await plane.client.kind(HorizontalPodAutoscalers).delete('web', 'default');
  await plane.client.kind(StatefulSets).delete('web', 'default');
  await pass(plane, 0.5);
  const spec = { replicas: 2, selector: { app: 'old' }, template: { ...template, metadata: { labels: { app: 'old' } } } };
  await plane.client.kind(ReplicationControllers).create({ metadata: { name: 'old', namespace: 'default' }, spec });
  const old = { apiVersion: 'v1', kind: 'ReplicationController', name: 'old' };
  await plane.client.kind(HorizontalPodAutoscalers).create(autoscaler({ scaleTargetRef: old }, 'old'));
  await pass(plane, 3);
  expect((await plane.client.kind(ReplicationControllers).get('old', 'default')).spec?.replicas).toBe(6);
});

test('what stands in the way is said, and nothing is scaled', async () => {
  await using plane = await start();
  await using _pods = await meterPods(plane, { milli: 2000 });
  const autoscalers = plane.client.kind(HorizontalPodAutoscalers);
  const to = (kind: string, name: string, apiVersion = 'apps/v1') => ({ scaleTargetRef: { apiVersion, kind, name } });
  await autoscalers.create(autoscaler(to('Deployment', 'nowhere'), 'lost'));
  await autoscalers.create(autoscaler(to('Ring', 'web', 'example.com/v1'), 'unknown'));
  await autoscalers.create(autoscaler(to('Deployment', 'web', 'a/b/c'), 'malformed'));
  await plane.client.kind(DaemonSets).create({
    metadata: { name: 'logs', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'logs' } },
      template: { metadata: { labels: { app: 'logs' } }, spec: { containers: [CONTAINER] } },
    },
  });
  await autoscalers.create(autoscaler(to('DaemonSet', 'logs'), 'logs'));
  await plane.client.kind(Deployments).create(web(2));
  await autoscalers.create(autoscaler({}, 'one'));
  await autoscalers.create(autoscaler({}, 'two'));
  await plane.client.kind(Deployments).create(web(0, 'off'));
  await autoscalers.create(autoscaler(to('Deployment', 'off'), 'off'));
  await plane.client.kind(Deployments).create(web(1, 'shop'));
  const packets = { type: 'Pods', pods: { metric: { name: 'packets' }, target: { type: 'AverageValue', averageValue: '1k' } } };
  await autoscalers.create(autoscaler({ ...to('Deployment', 'shop'), metrics: [packets] }, 'shop'));
  await pass(plane, 1);
  const texts: [string, string, string][] = [
    ['lost', 'AbleToScale', `the HPA controller was unable to get the target's current scale: deployments.apps "nowhere" not found`],
    [
      'unknown',
      'AbleToScale',
      `the HPA controller was unable to get the target's current scale: no matches for kind "Ring" in group "example.com"`,
    ],
    ['malformed', 'AbleToScale', `the HPA controller was unable to get the target's current scale: unexpected GroupVersion string: a/b/c`],
    [
      'logs',
      'AbleToScale',
      `the HPA controller was unable to get the target's current scale: the server could not find the requested resource`,
    ],
    ['off', 'ScalingActive', 'scaling is disabled since the replica count of the target is zero'],
    [
      'shop',
      'ScalingActive',
      'the HPA was unable to compute the replica count: unable to get metric packets: unable to fetch metrics from custom metrics API: ' +
        'no custom metrics API (custom.metrics.k8s.io) registered',
    ],
    ['one', 'ScalingActive', 'pods by selector app=web are controlled by multiple HPAs: [default/one default/two]'],
    ['two', 'ScalingActive', 'pods by selector app=web are controlled by multiple HPAs: [default/one default/two]'],
  ];
  for (const [name, type, text] of texts) expect(messageOf(await now(plane, name), type), name).toBe(text);
  expect(await eventsOf(plane, 'lost')).toEqual(['Warning FailedGetScale deployments.apps "nowhere" not found']);
  const reasons = (await eventsOf(plane, 'shop')).map((event) => event.split(' ')[1]);
  expect(reasons).toEqual(expect.arrayContaining(['FailedGetPodsMetric', 'FailedComputeMetricsReplicas']));
  await autoscalers.delete('two', 'default');
  await pass(plane, 1);
  expect(reasonsOf(await now(plane, 'one'))).toContain('ScalingActive=True ValidMetricFound');
});

test('P8: who takes over does no harm: what is there counts as asked for', async () => {
  await using plane = await start();
  const load: Load = { milli: 800 };
  await using _pods = await meterPods(plane, load);
  await plane.client.kind(Deployments).create(web(1));
  await plane.client.kind(HorizontalPodAutoscalers).create(autoscaler());
  await pass(plane, 3);
  expect(await sizeOf(plane)).toBe(8);
  load.milli = 0;
  await pass(plane, 4);
  await plane.restart();
  await pass(plane, 4);
  expect(await sizeOf(plane)).toBe(8);
  await pass(plane, 2);
  expect(await sizeOf(plane)).toBe(1);
});
