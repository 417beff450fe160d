import { describe, expect, test } from 'vitest';
import { cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { Service, ServiceSpec } from '../../index.ts';

const services = rowOf('services');
const service = (spec: ServiceSpec, name = 'web'): Service => ({
  metadata: { name, namespace: 'default', creationTimestamp: '2026-11-24T11:59:55Z' },
  spec,
});
const port = { port: 80 };

describe('defaults', () => {
  test('S2: ClusterIP is the default type', () => {
    expect(create(services, service({ ports: [port] }))).toMatchObject({
      spec: {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      },
      status: { loadBalancer: {} },
    });
  });

  test('an address brings its family', () => {
    expect(create(services, service({ ports: [port], clusterIP: '127.96.0.7' })).spec).toMatchObject({
      clusterIPs: ['127.96.0.7'],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    });
  });

  test('types that open to the outside', () => {
    expect(create(services, service({ type: 'LoadBalancer', ports: [port] })).spec).toMatchObject({
      externalTrafficPolicy: 'Cluster',
      allocateLoadBalancerNodePorts: true,
    });
  });

  test('client affinity lasts three hours', () => {
    expect(create(services, service({ ports: [port], sessionAffinity: 'ClientIP' })).spec?.sessionAffinityConfig).toEqual({
      clientIP: { timeoutSeconds: 10_800 },
    });
  });
});

describe('validation', () => {
  test.each<[string, ServiceSpec, string[]]>([
    ['no ports', {}, ['spec.ports: Required value']],
    ['headless without ports', { clusterIP: 'None' }, []],
    [
      'two ports without names',
      { ports: [port, { port: 81 }] },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'one port twice',
      {
        ports: [
          { name: 'a', ...port },
          { name: 'b', ...port },
        ],
      },
      ['spec.ports[1]: Duplicate value: {"port":80,"protocol":"TCP"}'],
    ],
    ['port 0', { ports: [{ port: 0, targetPort: 80 }] }, ['spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive']],
    [
      'a node port without its type',
      { ports: [{ port: 80, nodePort: 30_000 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'an unknown type',
      { type: 'Public', ports: [port] },
      ['spec.type: Unsupported value: "Public": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
    ],
    [
      'an address that is none',
      { ports: [port], clusterIP: '1.2.3' },
      ['spec.clusterIPs[0]: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    ['ExternalName', { type: 'ExternalName', externalName: 'example.com' }, []],
    ['ExternalName without one', { type: 'ExternalName' }, ['spec.externalName: Required value']],
    [
      'external policy of an inner service',
      { ports: [port], externalTrafficPolicy: 'Elsewhere', type: 'NodePort' },
      ['spec.externalTrafficPolicy: Unsupported value: "Elsewhere": supported values: "Cluster", "Local"'],
    ],
  ])('%s', (_, spec, expected) => {
    expect(problems(services, service(spec))).toEqual(expected);
  });

  test('names are DNS-1035 labels', () => {
    expect(problems(services, service({ ports: [port] }, '1web'))[0]).toMatch(
      /^metadata\.name: Invalid value: "1web": a DNS-1035 label must consist of/,
    );
  });
});

describe('updates', () => {
  const old = { ...create(services, service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }], clusterIP: '127.96.0.7' })) };

  test('S1: the cluster IP never changes', () => {
    expect(
      update(services, old, (draft) => Object.assign(draft.spec ?? {}, { clusterIP: '127.96.0.8', clusterIPs: ['127.96.0.8'] })).problems,
    ).toEqual(['spec.clusterIPs[0]: Invalid value: ["127.96.0.8"]: may not change once set']);
  });

  test('S1: who leaves the address and node ports out keeps them', () => {
    const { next, problems: found } = update(services, old, (draft) => (draft.spec = { type: 'NodePort', ports: [port] }));
    expect(found).toEqual([]);
    expect(next.spec).toMatchObject({ clusterIP: '127.96.0.7', clusterIPs: ['127.96.0.7'], ports: [{ nodePort: 30_080 }] });
  });

  test('S4: changing the type back closes the port', () => {
    const { next, problems: found } = update(services, old, (draft) => Object.assign(draft.spec ?? {}, { type: 'ClusterIP' }));
    expect(found).toEqual([]);
    expect(next.spec?.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
    expect(next.spec).not.toHaveProperty('externalTrafficPolicy');
  });
});

describe('columns', () => {
  test.each<[Service, object]>([
    [
      service({ type: 'ClusterIP', clusterIP: '127.96.0.7', ports: [{ port: 80, protocol: 'TCP' }], selector: { b: '2', a: '1' } }),
      {
        Name: 'web',
        Type: 'ClusterIP',
        'Cluster-IP': '127.96.0.7',
        'External-IP': '<none>',
        'Port(s)': '80/TCP',
        Age: '5s',
        Selector: 'a=1,b=2',
      },
    ],
    [
      service({ type: 'LoadBalancer', clusterIP: '127.96.0.7', ports: [{ port: 80, nodePort: 30_080, protocol: 'TCP' }] }),
      { 'External-IP': '<pending>', 'Port(s)': '80:30080/TCP', Selector: '<none>' },
    ],
    [
      service({ type: 'ExternalName', externalName: 'example.com' }),
      { 'Cluster-IP': '<none>', 'External-IP': 'example.com', 'Port(s)': '<none>' },
    ],
  ])('%o', (object, expected) => {
    expect(cells(services, object)).toMatchObject(expected);
  });
});
