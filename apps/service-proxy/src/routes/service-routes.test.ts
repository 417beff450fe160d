import type { EndpointSlice, Service, ServiceSpec } from '@kubernats/api';
import { addressText, type Route } from '@kubernats/dataplane';
import { describe, expect, test } from 'vitest';
import type { NodeView } from './node-view.ts';
import { type RouteRulesConfig, refusedExternalIps, routeRules } from './service-routes.ts';

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
const node = (name: string, address: string, zone?: string): NodeView => ({
  name,
  addresses: [address],
  podCidrs: [],
  zone,
  eligible: true,
});
const nodes = [node('node1', '172.30.0.1', 'east'), node('node2', '172.30.0.2', 'east'), node('node3', '172.30.0.3', 'west')];
const config: RouteRulesConfig = { mayOpen: (host) => host.startsWith('127.') };

function routesOf(subject: Service, of = slices, rules = config): Route[] {
  const { own, atNodes } = routeRules(rules);
  const atNode = atNodes(subject, of);
  return [...own(subject, of), ...(atNode ? nodes.flatMap(atNode) : [])];
}
const texts = (addresses: readonly Route['listen'][]): string => addresses.map(addressText).join(' ');
const table = (...args: Parameters<typeof routesOf>): string[] =>
  routesOf(...args).map(({ protocol, listen, backends }) => `${protocol} ${addressText(listen)} → ${texts(backends)}`);

const nodePort = [{ port: 80, nodePort: 30080 }];
const both = '10.244.0.1:8080 10.244.1.1:8080';

describe('routes', () => {
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

  test('S6: LoadBalancer contains all of NodePort, and its own address is left to the load balancer', () => {
    const subject = service({ type: 'LoadBalancer', ports: nodePort });
    const status = { loadBalancer: { ingress: [{ ip: '127.200.0.1', ipMode: 'VIP' }] } };
    expect(table({ ...subject, status })).toEqual(table(service({ type: 'NodePort', ports: nodePort })));
  });

  test('a load balancer that needs no node ports has none', () =>
    expect(table(service({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false }))).toHaveLength(1));

  test('several ports: each leads to its own target', () => {
    const ports = [
      { name: 'http', port: 80 },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ];
    const slice = { ...slices[0], addressType: 'IPv4', endpoints: [{ addresses: ['10.244.0.1'] }] };
    const numbers = [
      { name: 'http', port: 8080 },
      { name: 'dns', port: 5353, protocol: 'UDP' },
    ];
    expect(table(service({ ports }), [{ ...slice, ports: numbers }])).toEqual([
      'TCP 10.96.0.7:80 → 10.244.0.1:8080',
      'UDP 10.96.0.7:53 → 10.244.0.1:5353',
    ]);
  });

  test.each<[string, Service]>([
    ['headless', service({ clusterIP: 'None' })],
    ['headless, with a node port', service({ clusterIP: 'None', type: 'NodePort', ports: nodePort })],
    ['ExternalName', service({ type: 'ExternalName', externalName: 'example.org' })],
    ['no cluster IP yet', service({ clusterIP: '' })],
    ['IPv6', service({ clusterIP: 'fd00::7' })],
    ['another proxy', service({ type: 'NodePort', ports: nodePort }, { 'service.kubernetes.io/service-proxy-name': 'mine' })],
    ['no proxy', service({}, { 'service.kubernetes.io/headless': '' })],
    ['no matching port', service({ ports: [{ name: 'admin', port: 81 }] })],
    ['SCTP', service({ ports: [{ port: 80, protocol: 'SCTP' }] })],
  ])('%s: no route', (_, subject) => expect(table(subject)).toEqual([]));

  test('no ready endpoint: no route, so that the system refuses connections', () => {
    for (const internalTrafficPolicy of ['Cluster', 'Local']) expect(table(service({ internalTrafficPolicy }), [])).toEqual([]);
  });

  test.each([
    [{}, undefined],
    [{ sessionAffinity: 'None' }, undefined],
    [{ sessionAffinity: 'ClientIP' }, 10_800_000],
    [{ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } } }, 5000],
  ])('session affinity %o: %s ms', (spec, affinityMs) => expect(routesOf(service(spec))[0]?.affinityMs).toBe(affinityMs));

  test('the door says which way in a route is', () => {
    const subject = service({ type: 'NodePort', ports: nodePort, externalIPs: ['127.9.9.9'] });
    const doors = routesOf(subject, slices, { ...config, exposeAddress: '192.0.2.1' }).map(({ door }) => door);
    expect(doors.slice(0, 4)).toEqual([
      { kind: 'ClusterIP' },
      { kind: 'ExternalIP' },
      { kind: 'NodePort' },
      { kind: 'NodePort', node: 'node1' },
    ]);
  });
});

describe('externalIPs', () => {
  const subject = (spec: ServiceSpec = {}) => service({ externalIPs: ['127.9.9.9', '192.0.2.1'], ...spec });

  test('those that this proxy may open lead where the cluster IP does; the others are named', () => {
    expect(table(subject())).toEqual([`TCP 10.96.0.7:80 → ${both}`, `TCP 127.9.9.9:80 → ${both}`]);
    expect(refusedExternalIps(subject(), config)).toEqual(['192.0.2.1']);
  });

  test('S5: Local: only what is local somewhere', () => {
    const free = { ...slices[0], addressType: 'IPv4', endpoints: [...(slices[0]?.endpoints ?? []), { addresses: ['10.244.9.9'] }] };
    expect(table(subject({ externalTrafficPolicy: 'Local' }), [free])[1]).toBe(`TCP 127.9.9.9:80 → ${both}`);
  });

  test('the cluster IP itself, or one twice, is opened once', () =>
    expect(table(service({ clusterIP: '127.96.0.7', externalIPs: ['127.96.0.7', '127.9.9.9', '127.9.9.9'] }))).toHaveLength(2));

  test('a Service that is not served here is not told of', () =>
    expect(refusedExternalIps(subject({ type: 'ExternalName' }), config)).toEqual([]));
});

describe('an exposed address', () => {
  const exposed = { ...config, exposeAddress: '192.0.2.1' };

  test.each<[string, ServiceSpec, string[]]>([
    ['S2: ClusterIP: nothing', {}, []],
    ['S4: NodePort: the node port', { type: 'NodePort', ports: nodePort }, [`TCP 192.0.2.1:30080 → ${both}`]],
    [
      'S5: Local: what is local on any node',
      { type: 'NodePort', ports: nodePort, externalTrafficPolicy: 'Local' },
      [`TCP 192.0.2.1:30080 → ${both}`],
    ],
    ['a node port that is not there yet: nothing', { type: 'NodePort', ports: [{ port: 80 }] }, []],
  ])('%s', (_, spec, expected) =>
    expect(table(service(spec), slices, exposed).filter((text) => text.includes('192.0.2.1'))).toEqual(expected),
  );
});

describe('where the client is', () => {
  const localityOf = (spec: ServiceSpec, of = slices) => {
    const { locality } = routesOf(service(spec), of)[0] ?? {};
    const plain = (groups: ReadonlyMap<string, readonly Route['listen'][]> | undefined) =>
      groups && Object.fromEntries([...groups].map(([name, addresses]) => [name, texts(addresses)]));
    return locality && { byNode: plain(locality.byNode), byZone: plain(locality.byZone), others: locality.others };
  };
  const hinted = [
    {
      ...slices[0],
      addressType: 'IPv4',
      endpoints: [
        { addresses: ['10.244.0.1'], nodeName: 'node1', hints: { forZones: [{ name: 'east' }] } },
        { addresses: ['10.244.1.1'], nodeName: 'node2', hints: { forZones: [{ name: 'west' }] } },
      ],
    },
  ];

  test('does not count by default', () => expect(localityOf({})).toBeUndefined());

  test('internalTrafficPolicy Local: the own node, or nothing', () => {
    const byNode = { node1: '10.244.0.1:8080', node2: '10.244.1.1:8080' };
    expect(localityOf({ internalTrafficPolicy: 'Local' })).toEqual({ byNode, byZone: undefined, others: 'none' });
    expect(localityOf({ internalTrafficPolicy: 'Local' }, hinted)).toEqual({ byNode, byZone: undefined, others: 'none' });
  });

  test('hints: the own zone, or any; a node port goes by the node that it is on', () => {
    const byZone = { east: '10.244.0.1:8080', west: '10.244.1.1:8080' };
    expect(localityOf({ trafficDistribution: 'PreferSameZone' }, hinted)).toEqual({ byNode: undefined, byZone, others: 'all' });
    expect(table(service({ type: 'NodePort', ports: nodePort }), hinted).slice(1)).toEqual([
      'TCP 172.30.0.1:30080 → 10.244.0.1:8080',
      'TCP 172.30.0.2:30080 → 10.244.0.1:8080',
      'TCP 172.30.0.3:30080 → 10.244.1.1:8080',
    ]);
  });
});
