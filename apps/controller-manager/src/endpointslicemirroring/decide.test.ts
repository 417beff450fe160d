import type { EndpointSlice, Endpoints } from '@kubernats/api';
import { expect, test } from 'vitest';
import { decide, type MirrorPlan } from './decide.ts';

const endpoints = (subsets: Endpoints['subsets'], more: Endpoints['metadata'] = {}): Endpoints => ({
  metadata: { name: 'db', namespace: 'default', uid: 'e1', ...more },
  subsets,
});
const PORT = { name: 'sql', port: 5432, protocol: 'TCP' };
const ips = (...list: string[]) => list.map((ip) => ({ ip }));
const after = ({ create, update }: MirrorPlan): EndpointSlice[] => [
  ...update,
  ...create.map((slice, i) => ({ ...slice, metadata: { ...slice.metadata, name: `db-${i}` } })),
];
const writes = ({ create, update, remove }: MirrorPlan) => [create.length, update.length, remove.length];

test('addresses, ready or not, with the ports of their subset', () => {
  const targetRef = { kind: 'Pod', name: 'db-0' };
  const plan = decide(
    endpoints([
      {
        addresses: [{ ip: '192.0.2.1', hostname: 'one', nodeName: 'node1', targetRef }],
        notReadyAddresses: ips('192.0.2.2'),
        ports: [PORT],
      },
    ]),
    [],
  );
  expect(plan.create).toEqual([
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: 'db-',
        namespace: 'default',
        annotations: {},
        labels: {
          'kubernetes.io/service-name': 'db',
          'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
        },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Endpoints', name: 'db', uid: 'e1', controller: true, blockOwnerDeletion: true }],
      },
      addressType: 'IPv4',
      endpoints: [
        { addresses: ['192.0.2.1'], conditions: { ready: true }, hostname: 'one', nodeName: 'node1', targetRef },
        { addresses: ['192.0.2.2'], conditions: { ready: false } },
      ],
      ports: [PORT],
    },
  ]);
});

test('families and sets of ports are in slices of their own; subsets with the same ports are one', () => {
  const other = { name: 'admin', port: 8080, protocol: 'TCP' };
  const { create } = decide(
    endpoints([
      { addresses: ips('192.0.2.1', 'fd00::1'), ports: [PORT] },
      { addresses: ips('192.0.2.2', '192.0.2.3'), notReadyAddresses: ips('192.0.2.1'), ports: [PORT] },
      { addresses: ips('192.0.2.1'), ports: [other] },
    ]),
    [],
  );
  expect(
    create.map(({ addressType, ports, endpoints: all }) => [
      addressType,
      ports?.[0]?.name,
      all?.map(({ addresses, conditions }) => `${addresses} ${conditions?.ready}`),
    ]),
  ).toEqual([
    ['IPv4', 'sql', ['192.0.2.1 false', '192.0.2.2 true', '192.0.2.3 true']],
    ['IPv6', 'sql', ['fd00::1 true']],
    ['IPv4', 'admin', ['192.0.2.1 true']],
  ]);
});

test('nothing is written when they say so already; what somebody changes is put right; labels and annotations follow', () => {
  const object = endpoints([{ addresses: ips('192.0.2.1'), ports: [PORT] }], {
    labels: { team: 'a' },
    annotations: {
      note: 'n',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z',
    },
  });
  const slices = after(decide(object, []));
  expect(slices[0]?.metadata).toMatchObject({ labels: { team: 'a' }, annotations: { note: 'n' } });
  expect(Object.keys(slices[0]?.metadata?.annotations ?? {})).toEqual(['note']);
  expect(writes(decide(object, slices))).toEqual([0, 0, 0]);
  const edited = slices.map((slice) => ({ ...slice, endpoints: [] }));
  expect(after(decide(object, edited))).toEqual(slices);
  const copy = slices.map((slice) => ({ ...slice, metadata: { ...slice.metadata, name: 'copy' } }));
  expect(writes(decide(object, [...slices, ...copy]))).toEqual([0, 0, 1]);
});

test('other ports are one write, and no address is no slice', () => {
  const slices = after(decide(endpoints([{ addresses: ips('192.0.2.1'), ports: [PORT] }]), []));
  const moved = decide(endpoints([{ addresses: ips('192.0.2.1'), ports: [{ ...PORT, port: 5433 }] }]), slices);
  expect([writes(moved), moved.update[0]?.metadata?.name, moved.update[0]?.ports?.[0]?.port]).toEqual([[0, 1, 0], 'db-0', 5433]);
  expect(writes(decide(endpoints(undefined), slices))).toEqual([0, 0, 1]);
});

test('a thousand addresses of a subset, and the rest is counted', () => {
  const many = Array.from({ length: 1003 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const plan = decide(endpoints([{ addresses: ips(...many), ports: [PORT] }]), []);
  expect([plan.create[0]?.endpoints?.length, plan.skipped]).toEqual([1000, 3]);
});
