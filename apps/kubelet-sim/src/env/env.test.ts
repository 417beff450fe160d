import type { Service } from '@kubernats/api';
import { describe, expect, it } from 'vitest';
import { container, podOf } from '../pod/pod.fixture.ts';
import { containerEnv, type EnvDeps } from './container-env.ts';
import { parseEnvFile } from './env-file.ts';
import { among, expand } from './expand.ts';
import { podField, resourceField } from './fields.ts';
import { serviceEnv } from './service-env.ts';
import type { SourceData } from './sources.ts';

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
  ])('%s → %s', (given, wanted) => expect(expand(given, among({ A: 'a', B: 'b' }))).toBe(wanted));
});

const place = { podIp: '10.244.0.5', hostIp: '10.0.0.1', nodeName: 'node1', allocatable: { cpu: '8', memory: '16Gi' } };

describe('the downward API', () => {
  const pod = podOf({}, { labels: { b: '2', a: '1' }, annotations: { 'example.com/x': 'tab\t, quote ", ü' } });
  it.each([
    ['metadata.name', 'web'],
    ["metadata.labels['a']", '1'],
    ["metadata.annotations['example.com/x']", 'tab\t, quote ", ü'],
    ["metadata.labels['none']", ''],
    ['metadata.labels', 'a="1"\nb="2"'],
    ['metadata.annotations', 'example.com/x="tab\\t, quote \\", ü"'],
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

describe("a container's environment", () => {
  const data = (texts: Record<string, string>): SourceData => ({ texts: new Map(Object.entries(texts)), files: new Map() });
  const known: Record<string, SourceData | undefined> = {
    'configmap/known': data({ key: 'value', 'with-dash.and.dot': 'x', ['__proto__']: 'own' }),
    'secret/known': data({ password: 'hunter2', key: 'secret' }),
  };
  const files: Record<string, string> = { 'data/app.env': "A='1'\nB='two words'\n", 'data/bad.env': 'A=1\n' };
  const deps: EnvDeps = {
    place,
    services: { KUBERNETES_SERVICE_HOST: '10.96.0.1', MY_DB_SERVICE_HOST: '10.96.0.7' },
    sources: {
      read: async (kind, name) => known[`${kind}/${name}`],
      claim: async () => undefined,
      token: () => Promise.reject(new Error('no tokens')),
      follow: () => () => {},
    },
    readVolume: async (volume, path) => {
      const text = files[`${volume}/${path}`];
      return text === undefined ? undefined : new TextEncoder().encode(text);
    },
  };
  const of = (part: Parameters<typeof container>[1]) => containerEnv(podOf(), container('main', part), deps);
  const without = (env: Record<string, string>) =>
    Object.fromEntries(Object.entries(env).filter(([name]) => !Object.hasOwn(deps.services, name)));

  it('the later definition wins: Services, envFrom in its order, env in its order', async () => {
    const env = await of({
      envFrom: [{ configMapRef: { name: 'known' } }, { prefix: 'S_', secretRef: { name: 'known' } }, { secretRef: { name: 'known' } }],
      env: [
        { name: 'key', value: 'first' },
        { name: 'key', value: '$(key) and second' },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'known', key: 'password' } } },
        { name: 'MY_DB_SERVICE_HOST', value: 'elsewhere' },
      ],
    });
    expect(env).toEqual({
      KUBERNETES_SERVICE_HOST: '10.96.0.1',
      MY_DB_SERVICE_HOST: 'elsewhere',
      key: 'first and second',
      'with-dash.and.dot': 'x',
      ['__proto__']: 'own',
      S_password: 'hunter2',
      S_key: 'secret',
      password: 'hunter2',
      PASSWORD: 'hunter2',
    });
  });

  it('what is absent and optional is left out; what is empty is not', async () => {
    const env = await of({
      envFrom: [{ secretRef: { name: 'absent', optional: true } }, { configMapRef: { name: 'absent', optional: true } }],
      env: [
        { name: 'NO_KEY', valueFrom: { configMapKeyRef: { name: 'known', key: 'absent', optional: true } } },
        { name: 'NO_OBJECT', valueFrom: { secretKeyRef: { name: 'absent', key: 'x', optional: true } } },
        { name: 'NO_FILE', valueFrom: { fileKeyRef: { volumeName: 'data', path: 'none', key: 'A', optional: true } } },
        { name: 'NO_LINE', valueFrom: { fileKeyRef: { volumeName: 'data', path: 'app.env', key: 'Z', optional: true } } },
        { name: 'EMPTY', value: '' },
        { name: 'NOTHING' },
      ],
    });
    expect(without(env)).toEqual({ EMPTY: '', NOTHING: '' });
  });

  it('variables use those before them and those of Services, never those behind', async () => {
    const env = await of({
      envFrom: [{ configMapRef: { name: 'known' } }],
      env: [
        { name: 'URL', value: 'http://$(MY_DB_SERVICE_HOST)/$(key)?later=$(LATER)&host=$(HOSTNAME)&dollar=$$(key)' },
        { name: 'LATER', value: 'x' },
        { name: 'RAW', valueFrom: { secretKeyRef: { name: 'known', key: 'password' } } },
      ],
    });
    expect(env.URL).toBe('http://10.96.0.7/value?later=$(LATER)&host=$(HOSTNAME)&dollar=$(key)');
  });

  it('fields of the Pod, resources, and lines of a file', async () => {
    const env = await of({
      resources: { limits: { memory: '64Mi' } },
      env: [
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
        { name: 'NODE_CPUS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        { name: 'B', valueFrom: { fileKeyRef: { volumeName: 'data', path: 'app.env', key: 'B' } } },
      ],
    });
    expect(without(env)).toEqual({ IP: '10.244.0.5', LIMIT: '64', NODE_CPUS: '8', B: 'two words' });
  });

  const key = (kind: 'configMapKeyRef' | 'secretKeyRef' | 'fileKeyRef', ref: object) => ({
    env: [{ name: 'A', valueFrom: { [kind]: ref } }],
  });
  it.each([
    [{ envFrom: [{ secretRef: { name: 'absent' } }] }, 'secret "absent" not found'],
    [{ envFrom: [{ configMapRef: { name: 'absent' } }] }, 'configmap "absent" not found'],
    [key('configMapKeyRef', { name: 'absent', key: 'x' }), 'configmap "absent" not found'],
    [key('configMapKeyRef', { name: 'known', key: 'x' }), "couldn't find key x in ConfigMap default/known"],
    [key('secretKeyRef', { name: 'known', key: 'x' }), "couldn't find key x in Secret default/known"],
    [key('fileKeyRef', { volumeName: 'data', path: 'app.env', key: 'Z' }), 'environment variable key "Z" not found in file "app.env"'],
    [key('fileKeyRef', { volumeName: 'data', path: 'bad.env', key: 'A' }), 'invalid environment variable format at line 1'],
    [
      key('fileKeyRef', { volumeName: 'data', path: 'none', key: 'A' }),
      "couldn't parse env file none in volume data: no such file or directory",
    ],
  ])('says what is missing: %j', async (part, message) => expect(of(part)).rejects.toThrow(message));
});

describe('a file of variables', () => {
  it.each<[string, Record<string, string> | number]>([
    ['', {}],
    ["A='1'", { A: '1' }],
    ["# comment\n\n  A = '1'  \n\t# B='2'\nC='# no comment'\r\n", { A: '1', C: '# no comment' }],
    ["MULTI='line1\nline2'\nEMPTY=''", { MULTI: 'line1\nline2', EMPTY: '' }],
    ['A=\'$OTHER \\n "x"\'', { A: '$OTHER \\n "x"' }],
    ["A='1'\nA='2'", { A: '2' }],
    ['A=value', 1],
    ['A=\'1\'\n\nB="2"', 3],
    ["A='1''2'", 1],
    ["A='1'$B", 1],
    ["A='never ends", 1],
    ["='x'", 1],
    ['nonsense', 1],
  ])('%j', (text, wanted) => {
    if (typeof wanted === 'number') expect(() => parseEnvFile(text)).toThrow(`invalid environment variable format at line ${wanted}`);
    else expect(Object.fromEntries(parseEnvFile(text))).toEqual(wanted);
  });
});
