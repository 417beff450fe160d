import { SteppedClock } from '@kubernats/clock';
import type { ConnectionLine, TraceLine } from '@kubernats/trace';
import { beforeEach, expect, test } from 'vitest';
import { Narrator } from './narrator.ts';

let clock: SteppedClock;
let said: string[];
let narrator: Narrator;
beforeEach(() => {
  clock = new SteppedClock();
  said = [];
  narrator = new Narrator(clock, (text) => said.push(text.replace(/^\d\d:\d\d:\d\d\.\d{3} {2}/, '')));
});

const time = '2026-01-01T00:00:00.000Z';
const common = { time, protocol: 'TCP', candidates: 1, failedCount: 0, failed: [], choice: 'OnlyEndpoint' } as const;
const balanced = (type: ConnectionLine['type']): ConnectionLine => ({
  ...common,
  ...{ type, connection: 'lb/1', proxy: 'load-balancer', client: { address: '192.0.2.9:5000' } },
  door: { kind: 'LoadBalancer', address: '192.0.2.100:80' },
  backend: { address: '172.30.0.2:30080', node: 'node2' },
  source: '172.30.0.9:6000',
  ...(type === 'Closed' ? { durationMs: 20 } : {}),
});
const proxied = (type: ConnectionLine['type'], client = '172.30.0.9:6000'): ConnectionLine => ({
  ...common,
  ...{ type, connection: 'sp/1', proxy: 'service-proxy', client: { address: client } },
  door: { kind: 'NodePort', address: '172.30.0.2:30080', node: 'node2' },
  backend: { address: '10.244.0.1:8080', pod: 'default/web-1', node: 'node1' },
  ...(type === 'Closed' ? { durationMs: 10 } : {}),
});
const POD = 'pod default/web-1 (node1, 10.244.0.1:8080)';

test('S6: what a load balancer and then a node has carried is one connection', async () => {
  narrator.tell(balanced('Opened'));
  narrator.tell(proxied('Opened'));
  narrator.tell(proxied('Closed'));
  narrator.tell(balanced('Closed'));
  await clock.advance(1000);
  expect(said).toEqual([
    `192.0.2.9:5000 → load balancer 192.0.2.100:80 → node2:30080 → ${POD}  only endpoint`,
    `192.0.2.9:5000 → ${POD} closed after 10 ms`,
  ]);
});

test('S6: whichever of the two tells first', async () => {
  narrator.tell({ type: 'Proxy', time, proxy: 'load-balancer', instance: 'x' });
  narrator.tell(proxied('Opened'));
  narrator.tell(balanced('Opened'));
  narrator.tell(proxied('Closed'));
  narrator.tell(balanced('Closed'));
  narrator.tell(proxied('Opened', '192.0.2.9:7000'));
  narrator.tell(proxied('Closed', '192.0.2.9:7000'));
  await clock.advance(1000);
  expect(said.slice(1)).toEqual([
    `192.0.2.9:5000 → load balancer 192.0.2.100:80 → node2:30080 → ${POD}  only endpoint`,
    `192.0.2.9:5000 → ${POD} closed after 10 ms`,
    `192.0.2.9:7000 → node2:30080 → ${POD}  only endpoint`,
    `192.0.2.9:7000 → ${POD} closed after 10 ms`,
  ]);
});

test('what waited is told before the end of the trace', () => {
  narrator.tell({ type: 'Proxy', time, proxy: 'load-balancer', instance: 'x' });
  narrator.tell(proxied('Opened', '192.0.2.9:7000'));
  narrator.tell({ type: 'Deleted', time, service: 'default/web' });
  expect(said.slice(1)).toEqual([`192.0.2.9:7000 → node2:30080 → ${POD}  only endpoint`, 'service default/web is deleted']);
});

test('a load balancer whose node says nothing is told of alone, and its port may be used again', async () => {
  narrator.tell(balanced('Opened'));
  expect(said).toEqual([]);
  await clock.advance(1000);
  narrator.tell(balanced('Closed'));
  await clock.advance(1000);
  narrator.tell(proxied('Opened'));
  expect(said).toEqual([
    '192.0.2.9:5000 → load balancer 192.0.2.100:80 → node2 (172.30.0.2:30080)  only endpoint',
    '192.0.2.9:5000 → node2 (172.30.0.2:30080) closed after 20 ms',
    `172.30.0.9:6000 → node2:30080 → ${POD}  only endpoint`,
  ]);
});

test.each<[TraceLine, string]>([
  [{ type: 'Proxy', time, proxy: 'service-proxy', instance: 'x' }, 'service-proxy is watched'],
  [{ type: 'Dropped', time, count: 1 }, '1 event is missing here: too many at once'],
  [{ type: 'Dropped', time, count: 7 }, '7 events are missing here: too many at once'],
  [{ type: 'Deleted', time, service: 'default/web' }, 'service default/web is deleted'],
])('%o', (line, text) => {
  narrator.tell(line);
  expect(said).toEqual([text]);
});
