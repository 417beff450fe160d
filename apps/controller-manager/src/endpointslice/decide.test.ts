import type { EndpointSlice, Node, Pod, Service } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { EndpointSlicePlan } from './plan.ts';

const service = (spec: Service['spec'] = {}): Service => ({
  metadata: { name: 'web', namespace: 'default', uid: 's1', labels: { team: 'a' } },
  spec: {
    clusterIP: '10.96.0.9',
    ipFamilies: ['IPv4'],
    selector: { app: 'web' },
    ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
    ...spec,
  },
});

function pod(index: number, shape: { ready?: boolean; going?: boolean; phase?: string; port?: number; ip?: string } = {}): Pod {
  const { ready = true, going = false, phase = 'Running', port = 8080, ip = `10.244.${index >> 8}.${index & 255}` } = shape;
  return {
    metadata: { name: `web-${index}`, namespace: 'default', uid: `u${index}`, ...(going && { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
    spec: { nodeName: 'node1', containers: [{ name: 'web', ports: [{ name: 'http', containerPort: port }] }] },
    status: { phase, ...(ip && { podIP: ip, podIPs: [{ ip }] }), conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const NODES: Record<string, Node> = {
  node1: { metadata: { name: 'node1', labels: { 'topology.kubernetes.io/zone': 'a' } } },
  node2: { metadata: { name: 'node2' } },
};

const pods = (count: number) => Array.from({ length: count }, (_, i) => pod(i));
const plan = (object: Service, some: Pod[], slices: EndpointSlice[] = []) =>
  decide({ service: object, pods: some, slices, nodeOf: (name) => NODES[name] });
/** The slices after a plan was carried out. */
function after(slices: EndpointSlice[], { create, update, remove }: EndpointSlicePlan): EndpointSlice[] {
  const named = create.map((slice, i) => ({ ...slice, metadata: { ...slice.metadata, name: `web-${slices.length + i}` } }));
  const kept = slices
    .filter((slice) => !remove.includes(slice))
    .map((slice) => update.find(({ metadata }) => metadata?.name === slice.metadata?.name) ?? slice);
  return [...kept, ...named];
}
const sizes = (slices: EndpointSlice[]) => slices.map(({ endpoints }) => endpoints?.length ?? 0);
const on = (nodeName: string, one: Pod): Pod => ({ ...one, spec: { ...one.spec, containers: one.spec?.containers ?? [], nodeName } });
const writes = ({ create, update, remove }: EndpointSlicePlan) => [create.length, update.length, remove.length];

describe('the slices of a Service', () => {
  test('hold a hundred endpoints each', () => {
    const slices = after([], plan(service(), pods(230)));
    expect(sizes(slices)).toEqual([100, 100, 30]);
    expect(writes(plan(service(), pods(230), slices))).toEqual([0, 0, 0]);
  });

  test('a Pod more is one write, to the slice with room', () => {
    const slices = after([], plan(service(), pods(130)));
    const next = plan(service(), pods(131), slices);
    expect(writes(next)).toEqual([0, 1, 0]);
    expect(sizes(after(slices, next))).toEqual([100, 31]);
  });

  test('a Pod that goes leaves the others where they are', () => {
    const slices = after([], plan(service(), pods(130)));
    const next = plan(service(), pods(130).slice(1), slices);
    expect(writes(next)).toEqual([0, 1, 0]);
    expect(sizes(after(slices, next))).toEqual([99, 30]);
  });

  test('a Pod that is replaced takes the place of the old one in the one write', () => {
    const slices = after([], plan(service(), pods(130)));
    expect(writes(plan(service(), [...pods(130).slice(1), pod(500)], slices))).toEqual([0, 1, 0]);
  });

  test('the last Pod leaves an empty slice', () => {
    const slices = after([], plan(service(), pods(1)));
    const next = plan(service(), [], slices);
    expect(writes(next)).toEqual([0, 1, 0]);
    expect(next.update[0]).toMatchObject({ endpoints: [], ports: [], metadata: { name: slices[0]?.metadata?.name } });
  });

  test.each<[string, number[], number, number[], number[]]>([
    ['what fits into no single slice gets one of its own', [99, 99, 99], 3, [1, 0, 0], [99, 99, 99, 3]],
    ['what fits into one slice goes to the fullest of them', [50, 90, 98], 5, [0, 1, 0], [50, 95, 98]],
    ['what fills a slice and more is a slice and the rest', [60], 130, [1, 1, 0], [90, 100]],
  ])('%s', (_, before, more, expected, then) => {
    // A Service that shrank: slices that were full once.
    const full = after([], plan(service(), pods(before.length * 100)));
    const left = before.flatMap((size, i) => pods(before.length * 100).slice(i * 100, i * 100 + size));
    const slices = after(full, plan(service(), left, full));
    expect(sizes(slices)).toEqual(before);
    const next = plan(service(), [...left, ...Array.from({ length: more }, (_pod, i) => pod(1000 + i))], slices);
    expect(writes(next)).toEqual(expected);
    expect(sizes(after(slices, next)).toSorted()).toEqual(then.toSorted());
  });

  test('a Pod whose readiness changes is one write, of its slice, and moves nobody', () => {
    const slices = after([], plan(service(), pods(250)));
    const next = plan(
      service(),
      pods(250).map((each, i) => (i === 120 ? pod(120, { ready: false }) : each)),
      slices,
    );
    expect(writes(next)).toEqual([0, 1, 0]);
    expect(next.update[0]?.metadata?.name).toBe(slices[1]?.metadata?.name);
    expect(next.update[0]?.endpoints?.map(({ targetRef }) => targetRef?.uid)).toEqual(
      slices[1]?.endpoints?.map(({ targetRef }) => targetRef?.uid),
    );
  });

  test('a Deployment that is rolled by quarters writes no more slices than it has', () => {
    let current = pods(250);
    let slices = after([], plan(service(), current));
    for (let step = 0; step < 250; step += 25) {
      current = [...current.slice(25), ...Array.from({ length: 25 }, (_, i) => pod(1000 + step + i))];
      const next = plan(service(), current, slices);
      expect(next.create.length + next.update.length + next.remove.length).toBeLessThanOrEqual(2);
      slices = after(slices, next);
      expect(sizes(slices).reduce((a, b) => a + b)).toBe(250);
    }
    expect(slices).toHaveLength(3);
  });

  test('an endpoint that is listed twice is listed once', () => {
    const slices = after([], plan(service(), pods(3)));
    const copy = { ...slices[0], metadata: { ...slices[0]?.metadata, name: 'web-copy' } } as EndpointSlice;
    const next = plan(service(), pods(3), [...slices, copy]);
    expect([writes(next), next.remove]).toEqual([[0, 0, 1], [copy]]);
  });

  test('what somebody changes in a slice is put right, and annotations are theirs', () => {
    const [slice] = after([], plan(service(), pods(2)));
    const metadata = { ...slice?.metadata, annotations: { mine: 'yes' } };
    const edits: Partial<EndpointSlice>[] = [
      { endpoints: [] },
      { ports: [] },
      { endpoints: [...(slice?.endpoints ?? []), { addresses: ['192.0.2.1'] }] },
      { metadata: { ...metadata, labels: { ...slice?.metadata?.labels, team: 'b' } } },
    ];
    for (const edit of edits) {
      const next = plan(service(), pods(2), [{ ...slice, metadata, ...edit } as EndpointSlice]);
      expect(next.update).toMatchObject([
        { endpoints: slice?.endpoints, ports: slice?.ports, metadata: { labels: slice?.metadata?.labels } },
      ]);
      expect(next.update[0]?.metadata?.annotations).toEqual({ mine: 'yes' });
    }
  });

  test('the slices of another Service that had the name are not taken over', () => {
    const slices = after([], plan(service(), pods(2)));
    const again: Service = { ...service(), metadata: { ...service().metadata, uid: 's2' } };
    const next = plan(again, pods(2), slices);
    expect([writes(next), next.create[0]?.metadata?.ownerReferences?.[0]?.uid]).toEqual([[1, 0, 1], 's2']);
  });

  test('an owner that controls it, and keeps it from going before', () => {
    expect(plan(service(), pods(1)).create[0]?.metadata).toMatchObject({
      generateName: 'web-',
      namespace: 'default',
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: 's1', controller: true, blockOwnerDeletion: true }],
    });
  });

  test('Pods that call the target port differently are in slices of their own', () => {
    const { create } = plan(service(), [pod(1), pod(2, { port: 9090 })]);
    expect(create.map((slice) => slice.ports)).toEqual([
      [{ name: 'http', port: 8080, protocol: 'TCP' }],
      [{ name: 'http', port: 9090, protocol: 'TCP' }],
    ]);
  });

  test('a headless Service says so, and labels of the Service are the slices’ too', () => {
    expect(plan(service({ clusterIP: 'None' }), pods(1)).create[0]?.metadata?.labels).toEqual({
      team: 'a',
      'service.kubernetes.io/headless': '',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
  });

  test.each<[string, Pod, Service, object | undefined]>([
    ['is ready', pod(1), service(), { ready: true, serving: true, terminating: false }],
    ['is not ready', pod(1, { ready: false }), service(), { ready: false, serving: false, terminating: false }],
    ['shuts down and still serves', pod(1, { going: true }), service(), { ready: false, serving: true, terminating: true }],
    [
      'is not ready, of a Service that does not mind',
      pod(1, { ready: false }),
      service({ publishNotReadyAddresses: true }),
      { ready: true, serving: false, terminating: false },
    ],
    ['has ended', pod(1, { phase: 'Succeeded' }), service(), undefined],
    ['has no address yet', pod(1, { ip: '' }), service(), undefined],
  ])('a Pod that %s', (_name, one, object, conditions) => {
    const endpoints = plan(object, [one]).create[0]?.endpoints ?? [];
    expect(endpoints.map((endpoint) => endpoint.conditions)).toEqual(conditions ? [conditions] : []);
  });

  test('a Pod on a Node that is gone is left out, but where addresses are published whatever happens', () => {
    const lost = on('gone', pod(1));
    expect(plan(service(), [lost]).create[0]?.endpoints).toEqual([]);
    expect(plan(service({ publishNotReadyAddresses: true }), [lost]).create[0]?.endpoints).toHaveLength(1);
  });

  test('an endpoint says where it is, and how its Pod is called', () => {
    const named = { ...pod(1), spec: { nodeName: 'node1', containers: [], hostname: 'one', subdomain: 'web' } };
    const ofAnother = { ...pod(2), spec: { nodeName: 'node2', containers: [], hostname: 'two', subdomain: 'db' } };
    const ends = plan(service({ ports: [] }), [named, ofAnother]).create[0]?.endpoints;
    expect(ends).toMatchObject([{ hostname: 'one', nodeName: 'node1', zone: 'a' }, { nodeName: 'node2' }]);
    expect([Object.hasOwn(ends?.[1] ?? {}, 'hostname'), Object.hasOwn(ends?.[1] ?? {}, 'zone')]).toEqual([false, false]);
  });

  test.each<[string | undefined, object | undefined, object | undefined]>([
    [undefined, undefined, undefined],
    ['PreferClose', { forZones: [{ name: 'a' }] }, undefined],
    ['PreferSameZone', { forZones: [{ name: 'a' }] }, undefined],
    ['PreferSameNode', { forZones: [{ name: 'a' }], forNodes: [{ name: 'node1' }] }, { forNodes: [{ name: 'node2' }] }],
  ])('hints of %s: zones and nodes as they are known, for those that are ready', (trafficDistribution, first, second) => {
    const some = [pod(1), on('node2', pod(2)), pod(3, { ready: false })];
    const ends = plan(service({ trafficDistribution }), some).create[0]?.endpoints;
    expect(ends?.map(({ hints }) => hints)).toEqual([first, second, undefined]);
  });
});
