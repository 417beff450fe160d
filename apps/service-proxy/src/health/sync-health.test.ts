import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { healthAnswer } from './answers.ts';
import { SyncHealth } from './sync-health.ts';

test('a proxy that does not get a change done for a minute is unhealthy, until it has', async () => {
  const clock = new SteppedClock();
  const health = new SyncHealth(clock);
  const done = health.queued();
  await clock.advance(30_000);
  health.queued()();
  const updated = clock.now();
  await clock.advance(29_999);
  expect(health.healthy).toBe(true);
  await clock.advance(1);
  expect(health.healthy).toBe(false);
  expect(health.lastUpdated).toBe(updated);
  const listen = { host: '172.30.0.1', port: 1 };
  const node = { kind: 'Node', id: 'n', protocol: 'TCP', listen, node: 'node1', eligible: true } as const;
  const service = { ...node, kind: 'Service', namespace: 'default', name: 'web', localEndpoints: 1 } as const;
  expect(['/livez', '/healthz'].map((path) => healthAnswer(node, path, health, clock.now()).status)).toEqual([503, 503]);
  expect(healthAnswer(service, '/', health, clock.now())).toMatchObject({
    status: 503,
    body: expect.stringContaining('"serviceProxyHealthy": false'),
  });
  done();
  expect(health.healthy).toBe(true);
});
