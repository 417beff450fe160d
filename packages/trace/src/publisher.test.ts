import { type Bus, MemoryBusServer, permissionsOf, traceEventsSubject, traceWantedSubject } from '@kubernats/bus';
import { SteppedClock, seededIds, seededRandom } from '@kubernats/clock';
import type { ConnectionEvent } from '@kubernats/dataplane';
import { beforeEach, expect, test } from 'vitest';
import { createTracePublisher, type TracePublisher } from './publisher.ts';
import { ANNOUNCE_EVERY_MS, announcementOf, type ProxyReport, readReport } from './report.ts';

const CLUSTER = 'default';

let clock: SteppedClock;
let server: MemoryBusServer;
let api: Bus;
let publisher: TracePublisher;
let reports: ProxyReport[];
const errors: unknown[] = [];

beforeEach(() => {
  clock = new SteppedClock();
  server = new MemoryBusServer({ clock });
  api = server.connect({ identity: 'system:apiserver' });
  const identity = 'system:kube-proxy';
  const bus = server.connect({ identity, permissions: permissionsOf(CLUSTER, identity), onError: (error) => errors.push(error) });
  publisher = createTracePublisher({ bus, clock, ids: seededIds(seededRandom(1)) }, { cluster: CLUSTER, proxy: 'service-proxy' });
  reports = [];
  api.subscribe(traceEventsSubject(CLUSTER, 'default', 'web'), ({ data }) => reports.push(readReport(data)));
});

const announce = async (tracer = 'a', service = 'web'): Promise<void> => {
  api.publish(traceWantedSubject(CLUSTER, 'default', service), announcementOf(tracer));
  await clock.advance(0);
};

const backends = [1, 2, 3].map((n) => ({ host: `10.244.0.${n}`, port: 8080 }));
function event(id: number, more: Partial<ConnectionEvent> = {}): ConnectionEvent {
  const listen = { host: '10.96.0.7', port: 80 };
  return {
    type: 'opened',
    id,
    route: { id: 'r', service: 'default/web', protocol: 'TCP', listen, backends, affinityMs: 10_800_000 },
    client: { host: '10.244.1.1', port: 40_000 },
    failed: [],
    ...more,
  };
}

test('nothing is observed, and nothing is said, of a Service that nobody traces', async () => {
  await announce('a', 'other');
  expect(publisher.observes('default/web')).toBe(false);
  expect(publisher.observes('default/other')).toBe(true);
  publisher.observe(event(1));
  await clock.advance(1000);
  expect(reports).toEqual([]);
});

test('each tracer is welcomed once, and hears of what happens from then on', async () => {
  await announce('a');
  await announce('a');
  await announce('b');
  await clock.advance(20);
  expect(reports.map(({ welcome }) => welcome)).toEqual(['a', 'b']);
  publisher.observe(event(7, { backend: backends[1], choice: 'NextInTurn', openBefore: 0 }));
  await clock.advance(5);
  publisher.observe(event(7, { type: 'closed', backend: backends[1], durationMs: 5 }));
  await clock.advance(20);
  expect(reports.slice(2)).toMatchObject([
    {
      proxy: 'service-proxy',
      dropped: 0,
      connections: [
        { type: 'Opened', id: 7, candidates: 3, choice: 'NextInTurn', openBefore: 0, affinityMs: 10_800_000, backend: backends[1] },
        { type: 'Closed', id: 7, durationMs: 5 },
      ],
    },
  ]);
  const [first, second] = reports[2]?.connections ?? [];
  expect((second?.timeMs ?? 0) - (first?.timeMs ?? 0)).toBe(5);
  expect(errors).toEqual([]);
});

test('a Service is traced as long as somebody says so, and forgotten soon after', async () => {
  for (let i = 0; i < 10; i++) {
    await announce();
    expect(publisher.observes('default/web')).toBe(true);
    await clock.advance(ANNOUNCE_EVERY_MS);
  }
  await clock.advance(5 * ANNOUNCE_EVERY_MS);
  expect(publisher.observes('default/web')).toBe(false);
  expect(clock.waiting).toBe(0);
  await announce();
  await clock.advance(20);
  expect(reports.filter(({ welcome }) => welcome === 'a')).toHaveLength(2);
});

test('what does not fit is counted, never kept', async () => {
  await announce();
  await clock.advance(20);
  for (let id = 0; id < 1500; id++) publisher.observe(event(id));
  await clock.advance(20);
  expect(reports.at(-1)).toMatchObject({ dropped: 500 });
  expect(reports.at(-1)?.connections).toHaveLength(1000);
  publisher.observe(event(1501, { failed: Array.from({ length: 100 }, () => ({ host: '10.244.0.9', port: 1 })) }));
  await clock.advance(20);
  expect(reports.at(-1)).toMatchObject({ dropped: 0, connections: [{ failedCount: 100 }] });
  expect(reports.at(-1)?.connections[0]?.failed).toHaveLength(5);
});

test('while the bus is away events wait, and what does not fit is counted', async () => {
  await announce();
  await clock.advance(20);
  reports.length = 0;
  server.stop();
  for (let id = 0; id < 1001; id++) publisher.observe(event(id));
  await clock.advance(100);
  server.start();
  await clock.advance(100);
  expect(reports).toMatchObject([{ dropped: 1 }]);
  expect(reports[0]?.connections).toHaveLength(1000);
});

test('after its end it says nothing', async () => {
  await announce();
  publisher.observe(event(1));
  publisher[Symbol.dispose]();
  await clock.advance(1000);
  await announce('b');
  await clock.advance(1000);
  expect(reports).toEqual([]);
  expect(publisher.observes('default/web')).toBe(false);
});
