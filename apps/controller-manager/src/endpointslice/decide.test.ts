import type { EndpointSlice, Pod, Service } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { decide, type EndpointSlicePlan } from './decide.ts';

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

const pods = (count: number) => Array.from({ length: count }, (_, i) => pod(i));
const plan = (object: Service, some: Pod[], slices: EndpointSlice[] = []) =>
  decide({ service: object, pods: some, slices, zoneOf: () => undefined });
/** The slices after a plan was carried out. */
function after(slices: EndpointSlice[], { create, update, remove }: EndpointSlicePlan): EndpointSlice[] {
  const named = create.map((slice, i) => ({ ...slice, metadata: { ...slice.metadata, name: `web-${slices.length + i}` } }));
  const kept = slices
    .filter((slice) => !remove.includes(slice))
    .map((slice) => update.find(({ metadata }) => metadata?.name === slice.metadata?.name) ?? slice);
  return [...kept, ...named];
}
const sizes = (slices: EndpointSlice[]) => slices.map(({ endpoints }) => endpoints?.length ?? 0);
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
});
