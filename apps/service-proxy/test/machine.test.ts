// A machine that is one node of several, or stands before them.
import type { Node } from '@kubernats/api';
import { afterEach, expect, test } from 'vitest';
import { node, ProxyFixture, service, slice } from './proxy.fixture.ts';

let fixture: ProxyFixture;
afterEach(() => fixture[Symbol.asyncDispose]());

const on = (address: string) => ({
  address,
  isNode: ({ status }: Node) => status?.addresses?.some((each) => each.address === address) === true,
});
const NODES = [node('node1', '172.30.0.1', { podCIDR: '10.244.0.0/24' }), node('node2', '172.30.0.2', { podCIDR: '10.244.1.0/24' })];
const open = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] });

test('opens the node ports of its own node only, wherever that is', async () => {
  fixture = new ProxyFixture({ machine: on('172.30.0.2') });
  await fixture.start([open], [slice('10.244.0.1')], NODES);
  expect(fixture.network.listening).toEqual(['10.96.0.7:80', '172.30.0.2:30080']);
  // The name goes to another machine.
  await fixture.change('nodes', 'MODIFIED', node('node2', '172.30.0.9'));
  expect(fixture.network.listening).toEqual(['10.96.0.7:80']);
  await fixture.change('nodes', 'ADDED', node('node7', '172.30.0.2'));
  expect(fixture.network.listening).toEqual(['10.96.0.7:80', '172.30.0.2:30080']);
});

test('before the nodes it opens node ports on its own address', async () => {
  fixture = new ProxyFixture({ machine: on('172.30.0.100'), exposeAddress: '172.30.0.100' });
  await fixture.start([open], [slice('10.244.0.1')], NODES);
  expect(fixture.network.listening).toEqual(['10.96.0.7:80', '172.30.0.100:30080']);
});

test('a Pod of its node keeps its address on the way to another; a client from elsewhere cannot', async () => {
  fixture = new ProxyFixture({ machine: on('172.30.0.1') });
  await fixture.start([open], [slice('10.244.1.5')], NODES);
  await fixture.network.listen({ host: '10.244.1.5', port: 8080 }, (connection) => connection.end(connection.remote.host));
  expect(await fixture.ask('10.96.0.7', 80, { from: '10.244.0.7' })).toBe('10.244.0.7');
  expect(await fixture.ask('172.30.0.1', 30080, { from: '10.244.1.7' })).toBe('127.0.0.1');
  expect(await fixture.ask('172.30.0.1', 30080, { from: '192.0.2.1' })).toBe('127.0.0.1');
});

test('opens external IPs that are its own address, and no others', async () => {
  fixture = new ProxyFixture({ machine: on('172.30.0.1') });
  await fixture.start([service({ externalIPs: ['172.30.0.1', '172.30.0.2', '127.5.0.1'] })], [slice('10.244.0.1')], NODES);
  expect(fixture.network.listening).toEqual(['10.96.0.7:80', '172.30.0.1:80']);
});
