import type { HorizontalPodAutoscalerBehavior, HPAScalingRules } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { firstHistory, type History, recommended, rescaledHistory } from './history.ts';
import { type Bounds, bounded, stabilize } from './normalize.ts';

const NOW = 10_000_000;
const ago = (seconds: number): number => NOW - seconds * 1000;
const bounds = (current: number, behavior?: HorizontalPodAutoscalerBehavior): Bounds => ({
  ...{ current, min: 1, max: 100, behavior, downscaleStabilizationMs: 300_000 },
});
const EMPTY: History = { recommendations: [], ups: [], downs: [] };
const UP: HPAScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const DOWN: HPAScalingRules = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] };
const behavior = (up: Partial<HPAScalingRules> = {}, down: Partial<HPAScalingRules> = {}): HorizontalPodAutoscalerBehavior => ({
  scaleUp: { ...UP, ...up },
  scaleDown: { ...DOWN, ...down },
});

describe('stabilization', () => {
  const history = (...seen: [replicas: number, secondsAgo: number][]): History => ({
    ...EMPTY,
    recommendations: seen.map(([replicas, seconds]) => ({ replicas, atMs: ago(seconds) })),
  });
  test.each<[string, number, History, Bounds, number, string | undefined]>([
    ['down: the highest of five minutes holds', 2, history([8, 299], [5, 10]), bounds(8), 8, 'ScaleDownStabilized'],
    ['and no longer', 2, history([8, 301], [5, 10]), bounds(8), 5, 'ScaleDownStabilized'],
    ['until nothing holds it', 2, history([8, 301]), bounds(8), 2, undefined],
    ['up: at once', 9, history([2, 10]), bounds(2), 9, undefined],
    [
      'up with a window: the lowest of it',
      9,
      history([5, 30]),
      bounds(2, behavior({ stabilizationWindowSeconds: 60 })),
      5,
      'ScaleUpStabilized',
    ],
    ['a behavior has a window of its own', 2, history([8, 20]), bounds(8, behavior({}, { stabilizationWindowSeconds: 10 })), 2, undefined],
    ['or that of everybody', 2, history([8, 299]), bounds(8, behavior()), 8, 'ScaleDownStabilized'],
    [
      'neither up nor down while both were asked for',
      9,
      history([1, 5], [9, 4]),
      bounds(4, behavior({ stabilizationWindowSeconds: 60 })),
      4,
      'ScaleUpStabilized',
    ],
  ])('%s', (_, wanted, past, of, replicas, reason) => {
    const end = stabilize(wanted, past, of, NOW);
    expect([end.replicas, end.why?.reason]).toEqual([replicas, reason]);
  });
});

describe('bounds and rates', () => {
  const past = (ups: [number, number][], downs: [number, number][] = []): History => ({
    ...EMPTY,
    ups: ups.map(([change, seconds]) => ({ change, atMs: ago(seconds) })),
    downs: downs.map(([change, seconds]) => ({ change, atMs: ago(seconds) })),
  });
  const perMinute = (type: string, value: number): Partial<HPAScalingRules> => ({ policies: [{ type, value, periodSeconds: 60 }] });
  test.each<[string, number, History, Bounds, number, string]>([
    ['within', 5, EMPTY, bounds(4), 5, 'DesiredWithinRange'],
    ['too many', 9, EMPTY, { ...bounds(5), max: 7 }, 7, 'TooManyReplicas'],
    ['too few', 0, EMPTY, { ...bounds(5), min: 2 }, 2, 'TooFewReplicas'],
    ['without a behavior: four, or the double', 50, EMPTY, bounds(1), 4, 'ScaleUpLimit'],
    ['', 50, EMPTY, bounds(10), 20, 'ScaleUpLimit'],
    ['with the default behavior: four more, or the double, whichever is more', 50, EMPTY, bounds(1, behavior()), 5, 'ScaleUpLimit'],
    ['', 50, EMPTY, bounds(10, behavior()), 20, 'ScaleUpLimit'],
    ['the least of the policies', 50, EMPTY, bounds(10, behavior({ selectPolicy: 'Min' })), 14, 'ScaleUpLimit'],
    ['disabled', 50, EMPTY, bounds(10, behavior({ selectPolicy: 'Disabled' })), 10, 'ScaleUpLimit'],
    ['what came within the period counts', 50, past([[4, 5]]), bounds(10, behavior(perMinute('Pods', 5))), 11, 'ScaleUpLimit'],
    ['what came before does not', 50, past([[4, 61]]), bounds(10, behavior(perMinute('Pods', 5))), 15, 'ScaleUpLimit'],
    ['when all of it is used up, nothing', 50, past([[6, 5]]), bounds(10, behavior(perMinute('Pods', 5))), 10, 'ScaleUpLimit'],
    ['what went makes room', 50, past([], [[3, 5]]), bounds(10, behavior(perMinute('Pods', 5))), 18, 'ScaleUpLimit'],
    ['a share is rounded up', 50, EMPTY, bounds(10, behavior(perMinute('Percent', 15))), 12, 'ScaleUpLimit'],
    ['down: all at once', 1, EMPTY, bounds(80, behavior()), 1, 'DesiredWithinRange'],
    ['ten in a hundred', 10, EMPTY, bounds(80, behavior({}, perMinute('Percent', 10))), 72, 'ScaleDownLimit'],
    [
      'of those at the start of the period',
      10,
      past([], [[8, 30]]),
      bounds(72, behavior({}, perMinute('Percent', 10))),
      72,
      'ScaleDownLimit',
    ],
    ['and then of those that are left', 10, past([], [[8, 61]]), bounds(72, behavior({}, perMinute('Percent', 10))), 64, 'ScaleDownLimit'],
    ['a number', 10, EMPTY, bounds(80, behavior({}, perMinute('Pods', 4))), 76, 'ScaleDownLimit'],
    [
      'the policy that changes the most',
      10,
      EMPTY,
      bounds(
        80,
        behavior(
          {},
          {
            policies: [
              { type: 'Pods', value: 4, periodSeconds: 60 },
              { type: 'Percent', value: 10, periodSeconds: 60 },
            ],
          },
        ),
      ),
      72,
      'ScaleDownLimit',
    ],
    [
      'or the least',
      10,
      EMPTY,
      bounds(
        80,
        behavior(
          {},
          {
            selectPolicy: 'Min',
            policies: [
              { type: 'Pods', value: 4, periodSeconds: 60 },
              { type: 'Percent', value: 10, periodSeconds: 60 },
            ],
          },
        ),
      ),
      76,
      'ScaleDownLimit',
    ],
    ['never', 10, EMPTY, bounds(80, behavior({}, { selectPolicy: 'Disabled' })), 80, 'ScaleDownLimit'],
    ['the lower bound comes before the rate', 0, EMPTY, { ...bounds(5, behavior({}, perMinute('Pods', 9))), min: 3 }, 3, 'TooFewReplicas'],
  ])('%s: %i', (_, wanted, history, of, replicas, reason) => {
    const end = bounded(wanted, history, of, NOW);
    expect([end.replicas, end.why.reason]).toEqual([replicas, reason]);
  });
});

describe('the history', () => {
  test('forgets what no window or period reaches back to', () => {
    const first = firstHistory(3, ago(601));
    const second = recommended(first, 4, 300_000, ago(300));
    expect(second.recommendations).toEqual([{ replicas: 4, atMs: ago(300) }]);
    expect(recommended(second, 5, 300_000, NOW).recommendations).toHaveLength(2);
    const up = rescaledHistory(second, behavior(), { from: 3, to: 5 }, ago(20));
    expect(up.ups).toEqual([{ change: 2, atMs: ago(20) }]);
    expect(rescaledHistory(up, behavior(), { from: 5, to: 6 }, NOW).ups).toEqual([{ change: 1, atMs: NOW }]);
    expect(rescaledHistory(up, behavior(), { from: 5, to: 4 }, NOW)).toMatchObject({ ups: up.ups, downs: [{ change: 1 }] });
  });

  test('without a behavior nothing asks for changes of size', () => {
    expect(rescaledHistory(EMPTY, undefined, { from: 1, to: 4 }, NOW)).toBe(EMPTY);
  });
});
