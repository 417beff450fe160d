import type { Observation } from '@kubernats/controller';
import { expect, test } from 'vitest';
import { prometheusMetrics } from './prometheus.ts';

test.each(['counter', 'gauge'] as const)('an observable %s shows what there is when it is read, and nothing else', async (kind) => {
  const metrics = prometheusMetrics();
  let now: Observation[] = [{ labels: { endpoint: 'a:80' }, value: 3 }];
  metrics.observable(kind, 'open_total', 'What is open.', ['endpoint'], () => now);
  const read = async () => (await metrics.text()).split('\n').filter((line) => line !== '');
  const head = ['# HELP open_total What is open.', `# TYPE open_total ${kind}`];
  expect(await read()).toEqual([...head, 'open_total{endpoint="a:80"} 3']);
  expect(await read()).toEqual([...head, 'open_total{endpoint="a:80"} 3']);
  now = [{ labels: { endpoint: 'b:80' }, value: 1 }];
  expect(await read()).toEqual([...head, 'open_total{endpoint="b:80"} 1']);
  now = [];
  expect(await read()).toEqual(head);
});
