import type { ConnectionLine } from '@kubernats/trace';
import { describe, expect, test } from 'vitest';
import { clockText, connectionText, durationText, endpointsText } from './text.ts';

const CLIENT = { address: '127.128.1.5:40112', pod: 'default/client', node: 'node1' };
const WEB_2 = { address: '127.128.1.9:8080', pod: 'default/web-2', node: 'node2' };
const WEB_3 = { address: '127.128.1.10:8080', pod: 'default/web-3', node: 'node2' };

const line = (more: Partial<ConnectionLine> = {}): ConnectionLine => ({
  type: 'Opened',
  time: '2026-01-01T12:03:04.123Z',
  connection: 'x/1',
  proxy: 'service-proxy',
  protocol: 'TCP',
  client: CLIENT,
  door: { kind: 'ClusterIP', address: '127.96.0.7:9000' },
  backend: WEB_2,
  choice: 'NextInTurn',
  openBefore: 0,
  othersOpen: [0, 0],
  candidates: 3,
  failedCount: 0,
  failed: [],
  ...more,
});
const FROM = 'pod default/client (node1, 127.128.1.5:40112)';
const TO = 'pod default/web-2 (node2, 127.128.1.9:8080)';
const OUTSIDE = { address: '192.0.2.9:5000' };
const NODE_PORT: ConnectionLine['door'] = { kind: 'NodePort', address: '127.10.0.2:30080', node: 'node2', port: 'http' };

describe('a connection', () => {
  test.each<[Partial<ConnectionLine>, string]>([
    [{}, `${FROM} → ClusterIP 127.96.0.7:9000 → ${TO}  next in turn of 3, each with 0 open`],
    [{ othersOpen: [0, 4] }, `${FROM} → ClusterIP 127.96.0.7:9000 → ${TO}  next in turn with 0 open, others 0, 4`],
    [
      { choice: 'FewestConnections', openBefore: 1, othersOpen: [2, 5], candidates: 4 },
      `${FROM} → ClusterIP 127.96.0.7:9000 → ${TO}  fewest open connections: 1, others 2, 5, …`,
    ],
    [{ choice: 'SessionAffinity', affinitySeconds: 10_800 }, `${FROM} → ClusterIP 127.96.0.7:9000 → ${TO}  same client within 10800 s`],
    [
      { choice: 'OnlyEndpoint', failedCount: 2, failed: [WEB_3, { address: '127.128.1.11:8080' }] },
      `${FROM} → ClusterIP 127.96.0.7:9000 → ${TO}  only endpoint; 2 did not answer (pod default/web-3, 127.128.1.11:8080)`,
    ],
    [{ client: OUTSIDE, door: NODE_PORT, choice: 'OnlyEndpoint' }, `192.0.2.9:5000 → node2:30080 (http) → ${TO}  only endpoint`],
    [
      { protocol: 'UDP', client: { address: '127.10.0.1:5000', node: 'node1' }, choice: 'OnlyEndpoint' },
      `node1 (127.10.0.1:5000) → UDP ClusterIP 127.96.0.7:9000 → ${TO}  only endpoint`,
    ],
    [
      { type: 'Refused', backend: undefined, choice: undefined, failedCount: 6, failed: [WEB_2, WEB_3] },
      `${FROM} → ClusterIP 127.96.0.7:9000 refused: no backend answered (tried 6: pod default/web-2, pod default/web-3, …)`,
    ],
    [{ type: 'Refused', backend: undefined, choice: undefined }, `${FROM} → ClusterIP 127.96.0.7:9000 refused: no endpoint is ready`],
    [{ type: 'Closed', durationMs: 1234 }, `${FROM} → ${TO} closed after 1.2 s`],
  ])('%o', (more, text) => {
    expect(connectionText(line(more), undefined)).toBe(text);
  });

  test('S6: through a load balancer', () => {
    const hop = line({ proxy: 'load-balancer', client: OUTSIDE, door: { kind: 'LoadBalancer', address: '127.200.0.1:9000' } });
    const through = line({ client: { address: '127.200.0.1:6000' }, door: NODE_PORT, choice: 'OnlyEndpoint' });
    expect(connectionText(through, hop)).toBe(
      `192.0.2.9:5000 → load balancer 127.200.0.1:9000 → node2:30080 (http) → ${TO}  only endpoint`,
    );
  });
});

test.each<[Parameters<typeof endpointsText>[0] extends infer T ? Partial<T> : never, string]>([
  [{ ready: 2, notReady: 1 }, 'service default/web: 2 endpoints are ready (1 not ready)'],
  [{ ready: 1 }, 'service default/web: 1 endpoint is ready'],
  [{}, 'service default/web: no ready endpoints: connections are refused'],
  [{ notReady: 2 }, 'service default/web: no ready endpoints: connections are refused (2 not ready)'],
  [
    { servingTerminating: 1 },
    'service default/web: no endpoint is ready: connections go to those that terminate and still serve (1 terminating)',
  ],
])('endpoints %o', (counts, text) => {
  const none = { ready: 0, servingTerminating: 0, notReady: 0 };
  expect(endpointsText({ type: 'Endpoints', time: '', service: 'default/web', ...none, ...counts })).toBe(text);
});

test.each([
  [0.4, '0 ms'],
  [999, '999 ms'],
  [1000, '1.0 s'],
  [59_949, '59.9 s'],
  [125_000, '2m5s'],
  [3_720_000, '1h2m'],
])('%d ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('times are of the day here', () => {
  expect(clockText(new Date(2026, 0, 1, 7, 3, 4, 5).toISOString())).toBe('07:03:04.005');
});
