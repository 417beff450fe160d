import { type Connection, NetworkError } from '@kubernats/net';
import { afterEach, expect, test } from 'vitest';
import { node, ProxyFixture, service, slice, sliceOf } from './proxy.fixture.ts';

let fixture: ProxyFixture;
afterEach(() => fixture[Symbol.asyncDispose]());

test('S1: a Service keeps its address while Pods come and go', async () => {
  fixture = new ProxyFixture();
  await fixture.start([service()], [slice('10.244.0.1')]);
  await fixture.serve('10.244.0.1');
  await fixture.serve('10.244.0.2');
  expect(await fixture.ask('10.96.0.7', 80)).toBe('10.244.0.1');
  await fixture.change('endpointslices', 'MODIFIED', slice('10.244.0.2'));
  expect(await fixture.ask('10.96.0.7', 80)).toBe('10.244.0.2');
  await fixture.change('endpointslices', 'MODIFIED', slice());
  await expect(fixture.ask('10.96.0.7', 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('S1: a port that changes leaves the connections of the others, and of itself, alone', async () => {
  fixture = new ProxyFixture();
  const [a, b, c] = [
    { name: 'a', port: 80 },
    { name: 'b', port: 81 },
    { name: 'b', port: 82 },
  ] as const;
  const numbers = ['a', 'b'].map((name) => ({ name, port: 8080 }));
  await fixture.start([service({ ports: [a, b] })], [sliceOf(['10.244.0.1'], numbers)]);
  const { network } = fixture;
  await network.listen({ host: '10.244.0.1', port: 8080 }, (connection) => connection.pipe(connection));
  const connections = await Promise.all([80, 81].map((port) => network.dial({ host: '10.96.0.7', port })));
  for (const connection of connections) connection.write('still ');
  await fixture.change('services', 'MODIFIED', service({ ports: [a, c] }));
  expect(network.listening).toEqual(['10.244.0.1:8080', '10.96.0.7:80', '10.96.0.7:82']);
  for (const connection of connections) {
    connection.end('here');
    expect(Buffer.concat(await connection.toArray()).toString()).toBe('still here');
  }
});

test('S4: a node port opens on every node, on later ones too, and closes with the type', async () => {
  fixture = new ProxyFixture();
  const open = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] });
  await fixture.start([open], [slice('10.244.0.1')], [node('node1', '172.30.0.1')]);
  const { network } = fixture;
  expect(network.listening).toEqual(['10.96.0.7:80', '172.30.0.1:30080']);
  await fixture.change('nodes', 'ADDED', node('node2', '172.30.0.2'));
  expect(network.listening).toEqual(['10.96.0.7:80', '172.30.0.1:30080', '172.30.0.2:30080']);
  await fixture.change('nodes', 'MODIFIED', node('node2', '172.30.0.3'));
  expect(network.listening).toEqual(['10.96.0.7:80', '172.30.0.1:30080', '172.30.0.3:30080']);
  await fixture.change('nodes', 'DELETED', node('node2', '172.30.0.3'));
  expect(network.listening).toEqual(['10.96.0.7:80', '172.30.0.1:30080']);
  await fixture.change('services', 'MODIFIED', service());
  expect(network.listening).toEqual(['10.96.0.7:80']);
});

test('S4: an address that goes from one node to another stays open', async () => {
  fixture = new ProxyFixture();
  const open = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] });
  await fixture.start([open], [slice('10.244.0.1')], [node('node1', '172.30.0.1')]);
  await fixture.change('nodes', 'ADDED', node('node1b', '172.30.0.1'));
  await fixture.change('nodes', 'DELETED', node('node1', '172.30.0.1'));
  expect(fixture.network.listening).toEqual(['10.96.0.7:80', '172.30.0.1:30080']);
  expect(fixture.proxy.refused).toEqual([]);
});

test('internalTrafficPolicy Local: a Pod reaches what is on its node; others, and clients of no node, are reset', async () => {
  fixture = new ProxyFixture();
  const nodes = [node('node1', '172.30.0.1', { podCIDR: '127.128.0.0/24' }), node('node2', '172.30.0.2', { podCIDR: '127.128.1.0/24' })];
  const endpoints = [
    { host: '127.128.0.5', on: 'node1' },
    { host: '127.128.0.6', on: 'node1' },
  ];
  await fixture.start([service({ internalTrafficPolicy: 'Local' })], [slice(...endpoints)], nodes);
  for (const { host } of endpoints) await fixture.serve(host);
  const ask = (from: string) => fixture.ask('10.96.0.7', 80, { from });
  expect([await ask('127.128.0.9'), await ask('127.128.0.9'), await ask('172.30.0.1')].sort()).toEqual([
    '127.128.0.5',
    '127.128.0.5',
    '127.128.0.6',
  ]);
  for (const localHost of ['127.128.1.9', '127.0.0.1']) {
    const connection = await fixture.network.dial({ host: '10.96.0.7', port: 80 }, { localHost });
    await expect(connection.toArray()).rejects.toMatchObject({ code: 'ECONNRESET' });
  }
});

test('S2: an exposed address has the node ports and nothing else, and not any more once the type is ClusterIP', async () => {
  fixture = new ProxyFixture({ exposeAddress: '192.0.2.1', healthzPort: 10_256 });
  const ports = [{ port: 80, nodePort: 30080 }];
  const policies = { externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 };
  const balanced = service({ type: 'LoadBalancer', ports, ...policies });
  const exposed = () => fixture.network.listening.filter((address) => address.startsWith('192.0.2.1'));
  await fixture.start([balanced], [slice({ host: '10.244.0.1', on: 'node1' })], [node('node1', '172.30.0.1')]);
  expect(exposed()).toEqual(['192.0.2.1:30080']);
  await fixture.serve('10.244.0.1');
  expect(await fixture.ask('192.0.2.1', 30080, { from: '198.51.100.7' })).toBe('10.244.0.1');
  await fixture.change('services', 'MODIFIED', service());
  expect(exposed()).toEqual([]);
});

test('externalIPs: those of 127.0.0.0/8 open; the machine’s own and the others are told of, once', async () => {
  fixture = new ProxyFixture();
  const externalIPs = ['127.9.9.9', '203.0.113.5', '127.0.0.1'];
  await fixture.start([service({ externalIPs })], [slice('10.244.0.1')]);
  expect(fixture.network.listening).toEqual(['10.96.0.7:80', '127.9.9.9:80']);
  await fixture.change('services', 'MODIFIED', service({ externalIPs, sessionAffinity: 'ClientIP' }));
  expect(fixture.api.events).toMatchObject([
    {
      involvedObject: { kind: 'Service', name: 'web' },
      type: 'Warning',
      reason: 'PortNotOpened',
      message: 'Cannot open externalIPs 203.0.113.5, 127.0.0.1: not an address that this proxy may listen on',
    },
  ]);
});

test('a deleted Service frees its address, and another may have it', async () => {
  fixture = new ProxyFixture();
  await fixture.start([service()], [slice('10.244.0.1')]);
  await fixture.change('services', 'DELETED', service());
  expect(fixture.network.listening).toEqual([]);
});

test('a port without the right to it: an event with what helps, and everything else goes on', async () => {
  fixture = new ProxyFixture({}, { unprivilegedPortStart: 1024 });
  const ports = [
    { name: 'low', port: 80 },
    { name: 'high', port: 8000 },
  ];
  const numbers = ports.map(({ name }) => ({ name, port: 8080 }));
  await fixture.start([service({ ports })], [sliceOf(['10.244.0.1'], numbers)]);
  expect(fixture.network.listening).toEqual(['10.96.0.7:8000']);
  expect(fixture.proxy.refused).toEqual(['TCP 10.96.0.7:80']);
  await fixture.clock.advance(0);
  expect(fixture.api.events).toMatchObject([
    {
      involvedObject: { kind: 'Service', name: 'web' },
      type: 'Warning',
      reason: 'PortNotOpened',
      message: expect.stringContaining('sysctl -w net.ipv4.ip_unprivileged_port_start=0'),
    },
  ]);
});

test('stopping closes every socket', async () => {
  fixture = new ProxyFixture({ healthzPort: 10_256 });
  const { network, clock } = fixture;
  await fixture.start([service()], [slice('10.244.0.1')], [node('node1', '172.30.0.1')]);
  const accepted = Promise.withResolvers<Connection>();
  await network.listen({ host: '10.244.0.1', port: 8080 }, accepted.resolve);
  const client = await network.dial({ host: '10.96.0.7', port: 80 });
  const asking = await network.dial({ host: '172.30.0.1', port: 10_256 });
  const pod = await accepted.promise;
  for (const connection of [client, pod, asking]) connection.resume().on('end', () => connection.end());
  await fixture[Symbol.asyncDispose]();
  await clock.advance(0);
  expect(network.listening).toEqual(['10.244.0.1:8080']);
  expect(network.openEnds).toBe(0);
});

test('an endpoint that is the load balancer before the Service is not led to', async () => {
  fixture = new ProxyFixture();
  const balanced = { ...service(), status: { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'Proxy' }] } } };
  await fixture.network.listen({ host: '192.0.2.1', port: 80 }, (connection) => connection.end('round again'));
  await fixture.start([balanced], [sliceOf(['192.0.2.1'], [{ port: 80 }])]);
  await expect(fixture.ask('10.96.0.7', 80)).rejects.toBeInstanceOf(NetworkError);
});
