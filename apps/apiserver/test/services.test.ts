import { type Service, Services } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
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

const portsOf = (object: Service) => object.spec?.ports?.map(({ nodePort }) => nodePort) ?? [];

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
  const other = b.spec?.clusterIP ?? '';
  await expect(
    cluster.services.update({ ...updated, spec: { ...updated.spec, clusterIP: other, clusterIPs: [other] } }),
  ).rejects.toMatchObject({
    code: 422,
    message: expect.stringContaining(`spec.clusterIPs[0]: Invalid value: ["${other}"]: may not change once set`),
  });
});

test('an address that was asked for is given or refused', async () => {
  await using cluster = await setUp();
  expect((await cluster.create('a', { clusterIP: '10.0.0.9' })).spec?.clusterIP).toBe('10.0.0.9');
  await expect(cluster.create('b', { clusterIP: '10.0.0.9' })).rejects.toMatchObject({
    code: 422,
    message:
      'Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.0.0.9"]: failed to allocate IP 10.0.0.9: provided IP is already allocated',
  });
  await expect(cluster.create('c', { clusterIP: '10.0.1.1' })).rejects.toMatchObject({
    code: 422,
    message:
      'Service "c" is invalid: spec.clusterIPs: Invalid value: ["10.0.1.1"]: failed to allocate IP 10.0.1.1: the provided IP (10.0.1.1) is not in the valid range. The range of valid IPs is 10.0.0.0/28',
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
  await expect(cluster.create('s5', { type: 'NodePort' })).rejects.toMatchObject({
    code: 500,
    message: 'Internal error occurred: failed to allocate a nodePort: range is full',
  });
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
  const [tcp, udp] = portsOf(await cluster.create('dns', { type: 'NodePort', ports }));
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
  const full = { code: 500, message: 'Internal error occurred: failed to allocate a serviceIP: range is full' };
  expect(failed).toMatchObject([full, full]);
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

test('what a Service that lives has given back, and is still written down as its own, is free after a while', async () => {
  const backing = memoryBacking();
  await using first = await startApiServer({ backing, config: CONFIG });
  const made = await first.client.kind(Services).create(service('a'));
  const key = { group: 'kubernats.dev', resource: 'portallocations', namespace: '', name: '30001' };
  const claim = {
    kind: 'PortAllocation',
    apiVersion: 'kubernats.dev/v1',
    metadata: { name: '30001', uid: 'u', creationTimestamp: '2001-01-01T00:00:00Z' },
    spec: { namespace: 'default', name: 'a', uid: made.metadata?.uid },
  };
  await backing.stores.state.create(key, new TextEncoder().encode(JSON.stringify(claim)));
  await using second = await startApiServer({ backing, config: CONFIG });
  const ports = [{ port: 80, nodePort: 30_001 }];
  expect(portsOf(await second.client.kind(Services).create(service('b', { type: 'NodePort', ports })))).toEqual([30_001]);
});

describe('families of addresses, in a cluster of one family', () => {
  const single = { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
  const both = { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' };
  test.each<[string, Service['spec'], object]>([
    ['nothing said', {}, single],
    ['both if it can be', { ipFamilyPolicy: 'PreferDualStack' }, { ...single, ipFamilyPolicy: 'PreferDualStack' }],
    ['headless', { clusterIP: 'None', selector: { app: 'a' } }, single],
    ['headless without a selector', { clusterIP: 'None' }, both],
    ['headless without a selector, of one family', { clusterIP: 'None', ...single }, single],
  ])('%s', async (_, spec, expected) => {
    await using cluster = await setUp();
    expect((await cluster.create('a', spec)).spec).toMatchObject(expected);
  });

  test.each<[string, Service['spec'], string]>([
    [
      'both',
      { ipFamilyPolicy: 'RequireDualStack' },
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
    ['the other', { ipFamilies: ['IPv6'] }, 'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
    [
      'an address of the other',
      { clusterIP: 'fd00::1' },
      'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster',
    ],
    [
      'two of one',
      { ipFamilies: ['IPv4', 'IPv6'] },
      `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`,
    ],
  ])('refused: %s', async (_, spec, message) => {
    await using cluster = await setUp();
    await expect(cluster.create('a', spec)).rejects.toMatchObject({ code: 422, message: `Service "a" is invalid: ${message}` });
  });

  test('a change of the policy alone is looked at', async () => {
    await using cluster = await setUp();
    await cluster.create('a');
    const change = (ipFamilyPolicy: string) => cluster.services.patch('a', 'default', 'merge', { spec: { ipFamilyPolicy } });
    await expect(change('RequireDualStack')).rejects.toMatchObject({ code: 422 });
    expect((await change('PreferDualStack')).spec).toMatchObject({ ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'] });
  });
});

describe('the port for health checks', () => {
  const local = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', allocateLoadBalancerNodePorts: false };

  test('is given, kept, refused where it is taken, and given back', async () => {
    await using cluster = await setUp();
    const made = await cluster.create('a', local);
    const port = made.spec?.healthCheckNodePort;
    expect(port).toBeGreaterThanOrEqual(30_000);
    expect(portsOf(made), 'nobody asked for node ports').toEqual([undefined]);
    const { healthCheckNodePort: _, ...rest } = made.spec ?? {};
    expect((await cluster.services.update({ ...made, spec: rest })).spec?.healthCheckNodePort).toBe(port);
    const ports = [{ port: 80, nodePort: port }];
    await expect(cluster.create('b', { type: 'NodePort', ports })).rejects.toMatchObject({ code: 422 });
    await expect(cluster.create('b', { ...local, healthCheckNodePort: port })).rejects.toMatchObject({
      code: 500,
      message: `Internal error occurred: failed to allocate requested HealthCheck NodePort ${port}: provided port is already allocated`,
    });
    await expect(cluster.services.patch('a', 'default', 'merge', { spec: { ports } }), 'one number for two things').rejects.toMatchObject({
      code: 422,
    });
    await cluster.services.patch('a', 'default', 'merge', { spec: { externalTrafficPolicy: 'Cluster' } });
    expect(portsOf(await cluster.create('b', { type: 'NodePort', ports }))).toEqual([port]);
  });
});

test('a Service without an address gets one when it is no ExternalName any more, and gives it back', async () => {
  await using cluster = await setUp();
  const made = await cluster.create('a', { clusterIP: '10.0.0.9' });
  const change = (spec: object) => cluster.services.patch('a', 'default', 'merge', { spec });
  const external = await change({ type: 'ExternalName', externalName: 'example.com' });
  expect(external.spec).not.toHaveProperty('clusterIP');
  expect((await cluster.create('b', { clusterIP: made.spec?.clusterIP })).spec?.clusterIP).toBe('10.0.0.9');
  const back = await change({ type: 'NodePort', externalName: null });
  expect(back.spec).toMatchObject({ ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  expect(back.spec?.clusterIP).toMatch(/^10\.0\.0\.\d+$/);
  expect(portsOf(back)).toEqual([expect.any(Number)]);
});

test('the lower parts of the ranges are given out last, and to those who ask', async () => {
  await using fixture = await startApiServer({ config: { serviceCidr: '10.0.0.0/27', nodePorts: { from: 30_000, to: 30_019 } } });
  const services = fixture.client.kind(Services);
  const host = ({ spec }: Service) => Number(spec?.clusterIP?.split('.')[3]);
  const made: Service[] = [];
  for (let i = 0; i < 14; i++) made.push(await services.create(service(`s${i}`, i < 4 ? { type: 'NodePort' } : {})));
  expect(made.map(host).sort((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, i) => 17 + i));
  expect(made.slice(0, 4).flatMap(portsOf).sort()).toEqual([30_016, 30_017, 30_018, 30_019]);
  const asked = service('asked', { type: 'NodePort', clusterIP: '10.0.0.5', ports: [{ port: 80, nodePort: 30_005 }] });
  expect((await services.create(asked)).spec?.clusterIP).toBe('10.0.0.5');
  const last = await services.create(service('last', { type: 'NodePort' }));
  expect([host(last) < 17, (portsOf(last)[0] ?? 0) < 30_016]).toEqual([true, true]);
});

test('a dry run shows what would be given, and takes nothing', async () => {
  await using cluster = await setUp();
  const ports = ['a', 'b', 'c'].map((name, i) => ({ name, port: 80 + i }));
  const shown = await cluster.services.create(service('a', { type: 'NodePort', ports }), { dryRun: true });
  expect(new Set(portsOf(shown)).size).toBe(3);
  const made = await Promise.all([1, 2, 3, 4].map((i) => cluster.create(`s${i}`, { type: 'NodePort' })));
  expect(new Set(made.flatMap(portsOf)).size).toBe(4);
});

test('whoever reads or writes Endpoints is told that they are deprecated', async () => {
  await using fixture = await startApiServer();
  const { admin } = await fixture.https();
  const at = '/api/v1/namespaces/default/endpoints';
  const subsets = [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }];
  const answers = [
    await admin.post(at, { metadata: { name: 'a' }, subsets }),
    await admin.get(`${at}/a`),
    await admin.get(at),
    await admin.get(`${at}/b`),
    await admin.delete(`${at}/a`),
  ];
  expect(answers.map(({ code }) => code)).toEqual([201, 200, 200, 404, 200]);
  for (const { headers } of answers) {
    expect(headers.warning).toBe('299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"');
  }
});

test('services/status changes the status, and nothing else; the Service itself does not change it', async () => {
  await using fixture = await startApiServer();
  const { admin } = await fixture.https();
  const at = '/api/v1/namespaces/default/services';
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'Proxy' }] } };
  await admin.post(at, { metadata: { name: 'a' }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] }, status });
  expect((await admin.get(`${at}/a/status`)).json<Service>().status).toEqual({ loadBalancer: {} });
  const patched = (await admin.patch(`${at}/a/status`, { status, spec: { ports: [{ port: 81 }] } })).json<Service>();
  expect([patched.spec?.ports?.[0]?.port, patched.status]).toEqual([80, status]);
  // As clients that are older than the field write it.
  const unsaid = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
  const completed = (await admin.patch(`${at}/a/status`, { status: unsaid })).json<Service>();
  expect(completed.status?.loadBalancer?.ingress).toEqual([{ ip: '192.0.2.1', ipMode: 'VIP' }]);
  await admin.put(`${at}/a/status`, { ...completed, status });
  const replaced = (await admin.put(`${at}/a`, { ...patched, metadata: { name: 'a' }, status: {} })).json<Service>();
  expect(replaced.status).toEqual(status);
});
