import type { Pod, PodMetrics } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { measured, NOW_MS, type PodShape, pod } from './fixtures.ts';
import { type Demand, replicasByAverage, replicasByUtilization } from './replicas.ts';
import { AUTOSCALING_DEFAULTS } from './settings.ts';
import { containerSamples, podSamples } from './usage.ts';

const demand = (pods: readonly Pod[], metrics: readonly PodMetrics[], more: Partial<Demand> = {}): Demand => ({
  ...{ resource: 'cpu', samples: podSamples(metrics, more.resource ?? 'cpu'), pods, currentReplicas: pods.length },
  ...{ tolerances: { down: 0.1, up: 0.1 }, settings: AUTOSCALING_DEFAULTS, nowMs: NOW_MS },
  ...more,
});

/** Each Pod: what it uses (undefined: nobody knows), and what it is like. */
type Row = [use: number | undefined, shape?: PodShape];
const of = (rows: readonly Row[], more: Partial<Demand> = {}): Demand =>
  demand(
    rows.map(([, shape], i) => pod(`web-${i}`, shape)),
    rows.flatMap(([use], i) => (use === undefined ? [] : [measured(`web-${i}`, use)])),
    more,
  );

const young = (ready: 'True' | 'False', readySinceMs = 60_000): PodShape => ({ startedMs: 90_000, ready, readySinceMs });

describe('by utilization: target 50 %, each Pod asks for a core', () => {
  test.each<[string, Row[], number, number]>([
    ['twice the target doubles', [[1000], [1000]], 4, 100],
    ['half of it halves', [[250], [250], [250], [250]], 2, 25],
    ['a fraction is rounded up', [[600], [600], [600]], 4, 60],
    ['within the tolerance nothing changes', [[540], [540]], 2, 54],
    ['nor at its border', [[550], [550]], 2, 55],
    ['beyond it something does', [[560], [560]], 3, 56],
    ['nor down within it', [[460], [460], [460], [460]], 4, 46],
    ['the average counts', [[1000], [0]], 2, 50],
    ['idle Pods go, but never all by themselves', [[0], [0], [0]], 0, 0],
    ['a Pod that goes is not looked at', [[1000], [1000], [9000, { terminating: true }]], 4, 100],
    ['nor one that failed', [[1000], [1000], [9000, { phase: 'Failed' }]], 4, 100],
    ['Pending ones hold growth back: they use nothing', [[1000], [1000], [undefined, { phase: 'Pending' }]], 4, 100],
    ['and never turn it into shrinking', [[700], [undefined, { phase: 'Pending' }], [undefined, { phase: 'Pending' }]], 3, 70],
    ['they do not hold shrinking back', [[100], [100], [undefined, { phase: 'Pending' }]], 1, 10],
    ['of whom nothing is known holds growth back', [[1000], [1000], [undefined]], 4, 100],
    ['and shrinking: it may use all that it asks for', [[100], [100], [undefined]], 3, 10],
    ['down as far as that allows', [[100], [100], [100], [100], [100], [100], [undefined]], 4, 10],
    ['a Pod of a minute that is not ready does not count', [[1000], [9000, young('False')]], 2, 100],
    ['a Pod of a minute that became ready after the measuring began does not', [[1000], [9000, young('True', 5_000)]], 2, 100],
    ['a Pod of a minute that is ready does', [[1000], [2000, young('True')]], 6, 150],
    ['an old Pod that is not ready and never was does not', [[1000], [9000, { ready: 'False', readySinceMs: 3_590_000 }]], 2, 100],
    ['one that was ready does', [[1000], [2000, { ready: 'False', readySinceMs: 60_000 }]], 6, 150],
    ['one without the condition does not', [[1000], [9000, { ready: undefined }]], 2, 100],
  ])('%s', (_, rows, replicas, utilization) => {
    expect(replicasByUtilization(of(rows), 50)).toMatchObject({ replicas, utilization });
  });

  test('above 100 % a Pod of whom nothing is known is taken to use no less than the target', () => {
    expect(replicasByUtilization(of([[500], [500], [undefined]]), 200).replicas).toBe(2);
  });

  test('the tolerance may differ by direction', () => {
    const tolerances = { down: 0.5, up: 0 };
    expect(replicasByUtilization(of([[510], [510]], { tolerances }), 50).replicas).toBe(3);
    expect(replicasByUtilization(of([[260], [260]], { tolerances }), 50).replicas).toBe(2);
  });

  test.each<[string, Demand, string]>([
    ['no Pods', of([]), 'no pods returned by selector while calculating replica count'],
    ['only Pods that start', of([[undefined, { phase: 'Pending' }]]), 'did not receive metrics for targeted pods (pods might be unready)'],
    ['a container that does not ask', of([[10, { request: undefined }]]), 'missing request for cpu in container main of Pod web-0'],
    ['measurings of others', demand([pod('web-0')], [measured('other', 1)]), 'no metrics returned matched known pods'],
    ['another container', of([[10]], { container: 'side' }), 'container side not found in Pod web-0'],
  ])('%s', (_, what, message) => {
    expect(() => replicasByUtilization(what, 50)).toThrow(message);
  });

  test('what a Pod asks for as a whole counts, and a sidecar', () => {
    const whole = pod('web-0', { request: undefined });
    whole.spec = { ...whole.spec, containers: [{ name: 'main' }], resources: { requests: { cpu: '2' } } };
    expect(replicasByUtilization(demand([whole], [measured('web-0', 1000)]), 50)).toMatchObject({ utilization: 50 });
    expect(() => replicasByUtilization(demand([whole], [measured('web-0', 1)], { resource: 'memory' }), 50)).toThrow(
      'missing pod-level request for memory in Pod web-0',
    );
    const helped = pod('web-0');
    helped.spec?.containers.push({ name: 'more', resources: { requests: { cpu: '1' } } });
    helped.spec = {
      containers: helped.spec?.containers ?? [],
      initContainers: [
        { name: 'first', resources: { requests: { cpu: '9' } } },
        { name: 'side', restartPolicy: 'Always', resources: { requests: { cpu: '2' } } },
      ],
    };
    expect(replicasByUtilization(demand([helped], [measured('web-0', 1000)]), 50)).toMatchObject({ utilization: 25 });
    expect(replicasByUtilization(demand([helped], [measured('web-0', 1000)], { container: 'side' }), 50)).toMatchObject({
      utilization: 50,
    });
  });
});

describe('by average: 100m for each', () => {
  test.each<[string, Row[], number, number]>([
    ['twice the target doubles', [[200], [200]], 4, 200],
    ['within the tolerance nothing changes', [[105], [105]], 2, 105],
    ['of whom nothing is known is at the target when others go', [[20], [20], [undefined]], 2, 20],
    ['and uses nothing when more are to come', [[200], [200], [undefined]], 4, 200],
    ['Pending ones hold growth back', [[400], [undefined, { phase: 'Pending' }]], 4, 400],
  ])('%s', (_, rows, replicas, averageMilli) => {
    expect(replicasByAverage(of(rows), 100)).toEqual({ replicas, averageMilli });
  });

  test('of memory, readiness says nothing', () => {
    const metrics = [measured('web-0', 1)];
    const starting = pod('web-0', young('False'));
    // 50Mi of 25Mi.
    expect(replicasByAverage(demand([starting], metrics, { resource: 'memory' }), 25 * 2 ** 20 * 1000).replicas).toBe(2);
    expect(() => replicasByAverage(demand([starting], metrics), 100)).toThrow('pods might be unready');
  });
});

test('what is measured: of a Pod all its containers, or one that must be there', () => {
  const two = measured('web-0', 10);
  two.containers.push({ name: 'side', usage: { cpu: '5m', memory: '1Mi' } });
  expect(podSamples([two], 'cpu').get('web-0')).toEqual({ milli: 15, atMs: NOW_MS, windowMs: 10_000 });
  expect(podSamples([two], 'toString').size).toBe(0);
  expect(containerSamples([two], 'cpu', 'side').get('web-0')?.milli).toBe(5);
  expect(() => containerSamples([two, measured('web-1', 1)], 'cpu', 'side')).toThrow(
    'failed to get container metrics: container side not present in metrics for pod default/web-1',
  );
});
