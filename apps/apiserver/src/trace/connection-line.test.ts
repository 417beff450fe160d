import type { Service } from '@kubernats/api';
import type { ObservedConnection } from '@kubernats/trace';
import { expect, test } from 'vitest';
import { connectionLine, type Names, withLateName } from './connection-line.ts';

const service: Service = {
  spec: {
    ports: [
      { name: 'http', port: 80, nodePort: 30_080 },
      { name: 'dns', port: 80, nodePort: 30_053, protocol: 'UDP' },
    ],
  },
};
const owners: Record<string, object> = {
  '10.244.1.5': { pod: 'default/client', node: 'node2' },
  '172.30.0.2': { node: 'node2' },
};
const endpoints: Record<string, object> = { '10.244.0.1': { pod: 'default/web-1', node: 'node1' } };
const names: Names = {
  ownerOf: (host) => owners[host] ?? {},
  endpointOwnerOf: (host) => endpoints[host] ?? {},
};
const event = (more: Partial<ObservedConnection> = {}): ObservedConnection => ({
  type: 'Opened',
  id: 7,
  timeMs: Date.UTC(2026, 0, 1),
  protocol: 'TCP',
  listen: { host: '10.96.0.7', port: 80 },
  client: { host: '10.244.1.5', port: 40_000 },
  candidates: 3,
  failedCount: 0,
  failed: [],
  ...more,
});
const line = (more: Partial<ObservedConnection> = {}) =>
  connectionLine(event(more), { proxy: 'service-proxy', instance: 'x1' }, service, names);

test('addresses get the names of their owners, and times their form', () => {
  const backend = { host: '10.244.0.1', port: 8080 };
  expect(line({ backend, choice: 'SessionAffinity', openBefore: 2, affinityMs: 10_800_000, failedCount: 1, failed: [backend] })).toEqual({
    type: 'Opened',
    time: '2026-01-01T00:00:00.000Z',
    connection: 'x1/7',
    proxy: 'service-proxy',
    protocol: 'TCP',
    client: { address: '10.244.1.5:40000', pod: 'default/client', node: 'node2' },
    door: { kind: 'ClusterIP', address: '10.96.0.7:80', port: 'http' },
    backend: { address: '10.244.0.1:8080', pod: 'default/web-1', node: 'node1' },
    choice: 'SessionAffinity',
    openBefore: 2,
    candidates: 3,
    affinitySeconds: 10_800,
    failedCount: 1,
    failed: [{ address: '10.244.0.1:8080', pod: 'default/web-1', node: 'node1' }],
  });
});

test.each<[Partial<ObservedConnection>, object]>([
  [{}, { kind: 'ClusterIP', address: '10.96.0.7:80', port: 'http' }],
  [{ protocol: 'UDP' }, { kind: 'ClusterIP', address: '10.96.0.7:80', port: 'dns' }],
  [
    { door: { kind: 'NodePort', node: 'node1' }, listen: { host: '172.30.0.1', port: 30_080 } },
    { kind: 'NodePort', address: '172.30.0.1:30080', node: 'node1', port: 'http' },
  ],
  [
    { door: { kind: 'NodePort' }, listen: { host: '172.30.0.2', port: 30_081 } },
    { kind: 'NodePort', address: '172.30.0.2:30081', node: 'node2' },
  ],
  [
    { door: { kind: 'LoadBalancer' }, listen: { host: '192.0.2.1', port: 80 } },
    { kind: 'LoadBalancer', address: '192.0.2.1:80', port: 'http' },
  ],
])('the door of %o', (more, door) => {
  expect(line(more).door).toEqual(door);
});

test('an address that nobody has stays without a name', () => {
  expect(line({ client: { host: '192.0.2.9', port: 1 } }).client).toEqual({ address: '192.0.2.9:1' });
});

test('a client that had no name yet gets it when its line is told', () => {
  const early = connectionLine(event(), { proxy: 'service-proxy', instance: 'x1' }, service, { ...names, ownerOf: () => ({}) });
  expect(early.client).toEqual({ address: '10.244.1.5:40000' });
  expect(withLateName(early, names)).toEqual(line());
  expect(withLateName(line(), { ownerOf: () => ({ pod: 'default/another', node: 'node3' }) })).toEqual(line());
});
