import type { Pod, PodDisruptionBudgetSpec } from '@kubernats/api';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const pods = (ready: number, unready = 0): Pod[] =>
  Array.from({ length: ready + unready }, (_, i) => ({
    metadata: { name: `web-${i}` },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: i < ready ? 'True' : 'False' }] },
  }));
const status = (spec: PodDisruptionBudgetSpec, of: Pod[], scale: number, disruptedPods?: Record<string, string>) =>
  decide({ budget: { metadata: { name: 'web', generation: 1 }, spec, status: { disruptedPods } as never }, pods: of, scale, nowMs: NOW });

test.each<[PodDisruptionBudgetSpec, Pod[], number, object]>([
  [{ minAvailable: 2 }, pods(3), 0, { disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3 }],
  [{ minAvailable: '50%' }, pods(7), 7, { disruptionsAllowed: 3, desiredHealthy: 4, expectedPods: 7 }],
  [{ maxUnavailable: '30%' }, pods(7), 7, { disruptionsAllowed: 3, desiredHealthy: 4, expectedPods: 7 }],
  [{ maxUnavailable: 1 }, pods(2, 1), 3, { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 }],
  [{ minAvailable: 0 }, [], 0, { disruptionsAllowed: 0, expectedPods: 0 }],
])('%j', (spec, of, scale, expected) => {
  expect(status(spec, of, scale).status).toMatchObject(expected);
});

test('a Pod whose eviction is granted does not count, for two minutes', () => {
  const soon = status({ minAvailable: 2 }, pods(3), 0, { 'web-0': '2026-01-01T00:09:00Z', gone: '2026-01-01T00:09:00Z' });
  expect(soon).toMatchObject({ status: { disruptionsAllowed: 0, currentHealthy: 2 }, requeueAfterMs: 60_000 });
  expect(soon.status.disruptedPods).toEqual({ 'web-0': '2026-01-01T00:09:00Z' });
  const late = status({ minAvailable: 2 }, pods(3), 0, { 'web-0': '2026-01-01T00:08:00Z' });
  expect(late.notDeleted.map(({ metadata }) => metadata?.name)).toEqual(['web-0']);
  expect(late.status).toMatchObject({ disruptionsAllowed: 1 });
});
