import { type Service, Services } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type Fixture, memoryBacking, startApiServer } from './api-server.fixture.ts';

/** Fourteen addresses, four ports. */
const CONFIG = { serviceCidr: '10.0.0.0/28', nodePorts: { from: 30_000, to: 30_003 } };

const service = (name: string, spec: Service['spec'] = {}): Service => ({
  metadata: { name, namespace: 'default' },
  spec: { ports: [{ port: 80 }], ...spec },
});

async function setUp() {
  const fixture = await startApiServer({ config: CONFIG });
  const services = fixture.client.kind(Services);
  const create = (name: string, spec: Service['spec'] = {}) => services.create(service(name, spec));
  return { services, create, [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() };
}

const portsOf = (object: Service) => object.spec?.ports?.map(({ nodePort }) => nodePort);

test('S1: a Service gets an address of its own and keeps it', async () => {
  await using cluster = await setUp();
  const a = await cluster.create('a');
  const b = await cluster.create('b');
  expect(a.spec).toMatchObject({
    clusterIP: expect.stringMatching(/^10\.0\.0\.\d+$/),
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
  });
  expect(a.spec?.clusterIPs).toEqual([a.spec?.clusterIP]);
  expect(b.spec?.clusterIP).not.toBe(a.spec?.clusterIP);
  const { clusterIP: _, clusterIPs: __, ...rest } = a.spec ?? {};
  const updated = await cluster.services.update({ ...a, spec: { ...rest, ports: [{ port: 81 }] } });
  expect(updated.spec?.clusterIP, 'who leaves it out does not give it up').toBe(a.spec?.clusterIP);
  await expect(
    cluster.services.update({ ...updated, spec: { ...updated.spec, clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.2'] } }),
  ).rejects.toMatchObject({
    code: 422,
    message: expect.stringContaining('spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'),
  });
});

test('an address that was asked for is given or refused', async () => {
  await using cluster = await setUp();
  expect((await cluster.create('a', { clusterIP: '10.0.0.9' })).spec?.clusterIP).toBe('10.0.0.9');
  await expect(cluster.create('b', { clusterIP: '10.0.0.9' })).rejects.toMatchObject({
    code: 422,
    message:
      'Service "b" is invalid: spec.clusterIPs: Invalid value: []string{"10.0.0.9"}: failed to allocate IP 10.0.0.9: provided IP is already allocated',
  });
  await expect(cluster.create('c', { clusterIP: '10.0.1.1' })).rejects.toMatchObject({
    code: 422,
    message:
      'Service "c" is invalid: spec.clusterIPs: Invalid value: []string{"10.0.1.1"}: failed to allocate IP 10.0.1.1: the provided IP (10.0.1.1) is not in the valid range. The range of valid IPs is 10.0.0.0/28',
  });
});

test('neither a headless Service nor an ExternalName takes an address', async () => {
  await using cluster = await setUp();
  expect((await cluster.create('headless', { clusterIP: 'None' })).spec?.clusterIP).toBe('None');
  const external = await cluster.create('external', { type: 'ExternalName', externalName: 'example.com', ports: undefined });
  expect(external.spec).not.toHaveProperty('clusterIP');
});

test('what a deleted Service had is free again, also when a finalizer held it', async () => {
  await using cluster = await setUp();
  for (let i = 0; i < 30; i++) {
    await cluster.create('a', { type: 'NodePort' });
    await cluster.services.delete('a', 'default');
  }
  await cluster.services.create({
    ...service('held', { clusterIP: '10.0.0.5' }),
    metadata: { name: 'held', namespace: 'default', finalizers: ['example.com/x'] },
  });
  await cluster.services.delete('held', 'default');
  await expect(cluster.create('b', { clusterIP: '10.0.0.5' })).rejects.toMatchObject({ code: 422 });
  await cluster.services.patch('held', 'default', 'merge', { metadata: { finalizers: null } });
  expect((await cluster.create('b', { clusterIP: '10.0.0.5' })).spec?.clusterIP).toBe('10.0.0.5');
});

test('a write that is refused takes nothing', async () => {
  await using cluster = await setUp();
  await cluster.create('a');
  for (let i = 0; i < 30; i++) await expect(cluster.create('a', { type: 'NodePort' })).rejects.toMatchObject({ code: 409 });
  const ports = await Promise.all([1, 2, 3, 4].map((i) => cluster.create(`n${i}`, { type: 'NodePort' })));
  expect(new Set(ports.flatMap(portsOf)).size).toBe(4);
});

test('S4: node ports come from their range, are given back by a change of type, and run out', async () => {
  await using cluster = await setUp();
  await expect(cluster.create('low', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })).rejects.toMatchObject({
    code: 422,
    message:
      'Service "low" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-30003',
  });
  const made = await Promise.all([1, 2, 3, 4].map((i) => cluster.create(`s${i}`, { type: 'NodePort' })));
  expect(made.flatMap(portsOf).sort()).toEqual([30_000, 30_001, 30_002, 30_003]);
  await expect(cluster.create('s5', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_002 }] })).rejects.toMatchObject({
    code: 422,
    message: 'Service "s5" is invalid: spec.ports[0].nodePort: Invalid value: 30002: provided port is already allocated',
  });
  await expect(cluster.create('s5', { type: 'NodePort' })).rejects.toMatchObject({ code: 500 });
  const [first] = made;
  const closed = await cluster.services.patch('s1', 'default', 'merge', { spec: { type: 'ClusterIP' } });
  expect(portsOf(closed)).toEqual([undefined]);
  expect(closed.spec?.clusterIP).toBe(first?.spec?.clusterIP);
  expect(portsOf(await cluster.create('s5', { type: 'NodePort' }))).toEqual(portsOf(first ?? {}));
});

test('one number serves TCP and UDP of one port', async () => {
  await using cluster = await setUp();
  const ports = [
    { name: 'tcp', port: 53, protocol: 'TCP' },
    { name: 'udp', port: 53, protocol: 'UDP' },
  ];
  const [tcp, udp] = portsOf(await cluster.create('dns', { type: 'NodePort', ports })) ?? [];
  expect(tcp).toBe(udp);
});

test('a range that is full says so, and a free address is found in a nearly full one', async () => {
  await using cluster = await setUp();
  // One of the 14 is that of kube-dns.
  const made: Service[] = [];
  const failed: unknown[] = [];
  for (let i = 0; i < 15; i++)
    await cluster.create(`s${i}`).then(
      (each) => made.push(each),
      (error) => failed.push(error),
    );
  expect(new Set(made.map(({ spec }) => spec?.clusterIP)).size).toBe(13);
  expect(failed).toMatchObject([{ code: 500 }, { code: 500 }]);
  await cluster.services.delete('s3', 'default');
  expect((await cluster.create('again')).spec?.clusterIP).toBe(made[3]?.spec?.clusterIP);
});

test('what a server had taken when it died, for what was never written, is free after a while', async () => {
  const backing = memoryBacking();
  const start = (): Promise<Fixture> => startApiServer({ backing, config: CONFIG });
  {
    await using first = await start();
    await first.client.kind(Services).create(service('kept', { clusterIP: '10.0.0.3' }));
  }
  const key = (name: string) => ({ group: 'kubernats.dev', resource: 'ipallocations', namespace: '', name });
  const claim = (name: string, creationTimestamp: string) => ({
    kind: 'IPAllocation',
    apiVersion: 'kubernats.dev/v1',
    metadata: { name, uid: 'u', creationTimestamp },
    spec: { namespace: 'default', name: 'lost', uid: 'lost' },
  });
  for (const [address, at] of [
    ['10.0.0.4', '2001-01-01T00:00:00Z'],
    ['10.0.0.5', '2999-01-01T00:00:00Z'],
  ] as const) {
    await backing.stores.state.create(key(address), new TextEncoder().encode(JSON.stringify(claim(address, at))));
  }
  await using second = await start();
  const take = (name: string, clusterIP: string) => second.client.kind(Services).create(service(name, { clusterIP }));
  await expect(take('a', '10.0.0.3')).rejects.toMatchObject({ code: 422 });
  expect((await take('b', '10.0.0.4')).spec?.clusterIP).toBe('10.0.0.4');
  await expect(take('c', '10.0.0.5'), 'another server may be about to write it').rejects.toMatchObject({ code: 422 });
});
