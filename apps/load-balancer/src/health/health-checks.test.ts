import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { HealthChecks } from './health-checks.ts';

const at = (host: string) => ({ host, port: 10_256 });

function checksOf() {
  const clock = new SteppedClock();
  const well = new Set(['a', 'b']);
  const asked: string[] = [];
  const changed: string[] = [];
  const checks = new HealthChecks({
    ...{ clock, intervalMs: 1_000, timeoutMs: 100, unhealthyAfter: 2, healthyAfter: 1 },
    async check({ host }) {
      asked.push(host);
      return well.has(host);
    },
    onChange: (owners) => changed.push(...owners),
  });
  return { clock, well, asked, changed, checks };
}

test('an address that several owners watch is asked once a time, until the last of them leaves it', async () => {
  const { clock, asked, checks } = checksOf();
  await Promise.all([checks.watch('one', [at('a'), at('b')]), checks.watch('two', [at('a')])]);
  expect([asked, checks.counts, checks.isHealthy(at('a'))]).toEqual([['a', 'b'], { healthy: 2, all: 2 }, true]);
  await checks.watch('one', [at('b')]);
  await clock.advance(1_000);
  expect(asked).toEqual(['a', 'b', 'a', 'b']);
  await checks.watch('two', []);
  expect([checks.counts, checks.isHealthy(at('a'))]).toEqual([{ healthy: 1, all: 1 }, false]);
  checks.stop();
  expect([checks.counts, clock.waiting]).toEqual([{ healthy: 0, all: 0 }, 0]);
});

test('owners are told when an address turns, and not of the first check', async () => {
  const { clock, well, changed, checks } = checksOf();
  await checks.watch('one', [at('a'), at('c')]);
  expect([changed, checks.counts]).toEqual([[], { healthy: 1, all: 2 }]);
  well.delete('a');
  await clock.advance(1_000);
  expect(changed).toEqual([]);
  await clock.advance(1_000);
  expect([changed, checks.counts]).toEqual([['one'], { healthy: 0, all: 2 }]);
  well.add('a');
  await clock.advance(1_000);
  expect([changed, checks.counts]).toEqual([['one', 'one'], { healthy: 1, all: 2 }]);
});
