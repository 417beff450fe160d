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

test('an observable histogram shows its buckets cumulated', async () => {
  const metrics = prometheusMetrics();
  metrics.observableHistogram('taken_seconds', 'How long.', ['verb'], [0.1, 1], () => [
    { labels: { verb: 'get' }, counts: [2, 1, 4], sum: 20.5 },
  ]);
  expect((await metrics.text()).split('\n').filter((line) => line !== '')).toEqual([
    '# HELP taken_seconds How long.',
    '# TYPE taken_seconds histogram',
    'taken_seconds_bucket{verb="get",le="0.1"} 2',
    'taken_seconds_bucket{verb="get",le="1"} 3',
    'taken_seconds_bucket{verb="get",le="+Inf"} 7',
    'taken_seconds_sum{verb="get"} 20.5',
    'taken_seconds_count{verb="get"} 7',
  ]);
});

test('those of the process come with the first reading', async () => {
  expect(await prometheusMetrics().text()).not.toContain('process_');
  expect(await prometheusMetrics({ ofProcess: true }).text()).toMatch(/^process_resident_memory_bytes \d+$/m);
});
