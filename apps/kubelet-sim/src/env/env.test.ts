import type { Service } from '@kubernats/api';
import { describe, expect, it } from 'vitest';
import { container, podOf } from '../pod/pod.fixture.ts';
import { containerEnv } from './container-env.ts';
import { expand } from './expand.ts';
import { podField, resourceField } from './fields.ts';
import { serviceEnv } from './service-env.ts';
import { serviceAddress } from './service-names.ts';
import type { Sources } from './sources.ts';

describe('$(VAR)', () => {
  it.each([
    ['plain', 'plain'],
    ['$(A)-$(B)', 'a-b'],
    ['$(UNKNOWN)', '$(UNKNOWN)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$a'],
    ['$A $', '$A $'],
    ['$(A', '$(A'],
    ['$(constructor)', '$(constructor)'],
  ])('%s → %s', (given, wanted) => expect(expand(given, { A: 'a', B: 'b' })).toBe(wanted));
});

const place = { podIp: '10.244.0.5', hostIp: '10.0.0.1', nodeName: 'node1', allocatable: { cpu: '8', memory: '16Gi' } };

describe('the downward API', () => {
  const pod = podOf({}, { labels: { b: '2', a: '1' }, annotations: { 'example.com/x': 'y' } });
  it.each([
    ['metadata.name', 'web'],
    ["metadata.labels['a']", '1'],
    ["metadata.annotations['example.com/x']", 'y'],
    ['metadata.labels', 'a="1"\nb="2"'],
    ['spec.nodeName', 'node1'],
    ['status.podIP', '10.244.0.5'],
    ['spec.containers', undefined],
  ])('%s', (path, value) => expect(podField(pod, place, path)).toBe(value));

  const limited = container('main', { resources: { limits: { cpu: '1500m' }, requests: { memory: '100Mi' } } });
  it.each([
    ['limits.cpu', undefined, '2'],
    ['limits.cpu', '1m', '1500'],
    ['limits.memory', '1Gi', '16'],
    ['requests.memory', '1Mi', '100'],
    ['requests.cpu', undefined, '0'],
    ['nonsense', undefined, undefined],
  ])('%s by %s', (resource, divisor, value) => expect(resourceField(pod, limited, place, { resource, divisor })).toBe(value));
});

const service = (name: string, namespace: string, clusterIP: string): Service => ({
  metadata: { name, namespace },
  spec: {
    clusterIP,
    ports: [
      { name: 'http', port: 80 },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  },
});

describe('Service variables', () => {
  const services = [
    service('my-db', 'default', '10.96.0.7'),
    service('kubernetes', 'default', '10.96.0.1'),
    service('other', 'elsewhere', '10.96.0.9'),
    service('headless', 'default', 'None'),
  ];

  it('of the own namespace, in both forms', () => {
    expect(serviceEnv(services, 'default', true)).toMatchObject({
      MY_DB_SERVICE_HOST: '10.96.0.7',
      MY_DB_SERVICE_PORT: '80',
      MY_DB_SERVICE_PORT_DNS: '53',
      MY_DB_PORT: 'tcp://10.96.0.7:80',
      MY_DB_PORT_53_UDP: 'udp://10.96.0.7:53',
      MY_DB_PORT_53_UDP_PROTO: 'udp',
      MY_DB_PORT_53_UDP_PORT: '53',
      MY_DB_PORT_53_UDP_ADDR: '10.96.0.7',
      KUBERNETES_SERVICE_HOST: '10.96.0.1',
    });
    expect(Object.keys(serviceEnv(services, 'default', true)).some((name) => /OTHER|HEADLESS/.test(name))).toBe(false);
  });

  it('the API server is always among them', () => {
    const env = serviceEnv(services, 'elsewhere', false);
    expect(Object.keys(env).every((name) => name.startsWith('KUBERNETES_'))).toBe(true);
    expect(env.KUBERNETES_SERVICE_HOST).toBe('10.96.0.1');
  });
});

describe('names of Services', () => {
  const known = [service('web', 'default', '10.96.0.7'), service('db', 'shop', '10.96.0.8'), service('headless', 'default', 'None')];
  const get = (name: string, namespace: string) =>
    known.find(({ metadata }) => metadata?.name === name && metadata.namespace === namespace);
  it.each([
    ['web', '10.96.0.7'],
    ['db', undefined],
    ['db.shop', '10.96.0.8'],
    ['db.shop.svc', '10.96.0.8'],
    ['db.shop.svc.cluster.local', '10.96.0.8'],
    ['db.shop.svc.cluster.local.', '10.96.0.8'],
    ['headless', undefined],
    ['www.example.com', undefined],
  ])('%s → %s', (name, address) => expect(serviceAddress(get, name, 'default')).toBe(address));
});

describe("a container's environment", () => {
  const sources: Sources = {
    configMap: async (name) => (name === 'known' ? new Map([['key', new TextEncoder().encode('value')]]) : undefined),
    secret: async (name) => (name === 'known' ? new Map([['password', new TextEncoder().encode('hunter2')]]) : undefined),
  };
  const of = (part: Parameters<typeof container>[1]) => containerEnv(podOf(), container('main', part), place, {}, sources);

  it('the later definition wins; absent optional ones are left out', async () => {
    const env = await of({
      envFrom: [{ configMapRef: { name: 'known' } }, { secretRef: { name: 'absent', optional: true } }],
      env: [
        { name: 'key', value: 'own' },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'known', key: 'password' } } },
        { name: 'NOTHING', valueFrom: { configMapKeyRef: { name: 'known', key: 'absent', optional: true } } },
      ],
    });
    expect(env).toEqual({ HOSTNAME: 'web', key: 'own', PASSWORD: 'hunter2' });
  });

  it.each([
    [{ envFrom: [{ secretRef: { name: 'absent' } }] }, 'secret "absent" not found'],
    [{ env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'absent', key: 'x' } } }] }, 'configmap "absent" not found'],
    [
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'known', key: 'x' } } }] },
      "couldn't find key x in ConfigMap default/known",
    ],
    [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'known', key: 'x' } } }] }, "couldn't find key x in Secret default/known"],
  ])('says what is missing: %j', async (part, message) => expect(of(part)).rejects.toThrow(message));
});
