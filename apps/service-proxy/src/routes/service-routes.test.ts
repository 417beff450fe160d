import type { EndpointSlice, Service, ServiceSpec } from '@kubernats/api';
import { addressText } from '@kubernats/dataplane';
import { describe, expect, test } from 'vitest';
import { serviceRoutes } from './service-routes.ts';

const service = (spec: ServiceSpec, labels?: Record<string, string>): Service => ({
  metadata: { name: 'web', namespace: 'shop', labels },
  spec: { clusterIP: '10.96.0.7', ports: [{ port: 80, protocol: 'TCP' }], ...spec },
});
const slices: EndpointSlice[] = [
  {
    addressType: 'IPv4',
    ports: [{ port: 8080, protocol: 'TCP' }],
    endpoints: [
      { addresses: ['10.244.0.1'], nodeName: 'node1' },
      { addresses: ['10.244.1.1'], nodeName: 'node2' },
    ],
  },
];
const nodes = [
  { name: 'node1', addresses: ['172.30.0.1'] },
  { name: 'node2', addresses: ['172.30.0.2'] },
  { name: 'node3', addresses: ['172.30.0.3'] },
];
const table = (subject: Service): string[] =>
  serviceRoutes(subject, slices, nodes).map(
    ({ protocol, listen, backends }) => `${protocol} ${addressText(listen)} → ${backends.map(addressText).join(' ')}`,
  );

const nodePort = [{ port: 80, nodePort: 30080 }];
const both = '10.244.0.1:8080 10.244.1.1:8080';

describe('serviceRoutes', () => {
  test('S2: ClusterIP: the cluster IP alone', () => expect(table(service({}))).toEqual([`TCP 10.96.0.7:80 → ${both}`]));

  test('S4: NodePort contains all of ClusterIP, and every node leads to every Pod', () => {
    expect(table(service({ type: 'NodePort', ports: nodePort }))).toEqual([
      `TCP 10.96.0.7:80 → ${both}`,
      `TCP 172.30.0.1:30080 → ${both}`,
      `TCP 172.30.0.2:30080 → ${both}`,
      `TCP 172.30.0.3:30080 → ${both}`,
    ]);
  });

  test('S5: Local: a node leads to its own Pods, and a node without one has no route', () => {
    expect(table(service({ type: 'NodePort', ports: nodePort, externalTrafficPolicy: 'Local' }))).toEqual([
      `TCP 10.96.0.7:80 → ${both}`,
      'TCP 172.30.0.1:30080 → 10.244.0.1:8080',
      'TCP 172.30.0.2:30080 → 10.244.1.1:8080',
    ]);
  });

  test('S6: LoadBalancer contains all of NodePort', () =>
    expect(table(service({ type: 'LoadBalancer', ports: nodePort }))).toHaveLength(4));

  test.each<[string, Service]>([
    ['headless', service({ clusterIP: 'None' })],
    ['ExternalName', service({ type: 'ExternalName', externalName: 'example.org' })],
    ['no cluster IP yet', service({ clusterIP: '' })],
    ['another proxy', service({}, { 'service.kubernetes.io/service-proxy-name': 'mine' })],
    ['no matching port', service({ ports: [{ name: 'admin', port: 81 }] })],
    ['SCTP', service({ ports: [{ port: 80, protocol: 'SCTP' }] })],
  ])('%s: no route', (_, subject) => expect(table(subject)).toEqual([]));

  test('no ready endpoint: no route, so that the system refuses connections', () => {
    expect(serviceRoutes(service({}), [], nodes)).toEqual([]);
  });

  test.each([
    [{}, undefined],
    [{ sessionAffinity: 'None' }, undefined],
    [{ sessionAffinity: 'ClientIP' }, 10_800_000],
    [{ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } }, 5000],
  ])('session affinity %o: %s ms', (spec, affinityMs) => {
    expect(serviceRoutes(service(spec), slices, nodes)[0]?.affinityMs).toBe(affinityMs);
  });
});
