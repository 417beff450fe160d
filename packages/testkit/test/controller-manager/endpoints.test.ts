import { Deployments, EndpointSlices, type Endpoints, EndpointsKind, Nodes, type Pod, Pods, Services } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../../src/index.ts';
import { deployment, inDefault, readyPods, service } from './objects.ts';

const status = { nodes: 2, fidelity: 'status' } as const;
const ofWeb = inDefault('kubernetes.io/service-name=web');

test('a Service has a slice and an Endpoints object that name its Pods, whatever happens to them', async () => {
  await using cluster = await startCluster(status);
  const [made] = await cluster.apply([service('web', 'web', 'http'), deployment('web', 3)]);
  const addressesOf = async (count: number) => (await readyPods(cluster, 'web', count)).map(({ status }) => status?.podIP ?? '').sort();
  const addresses = await addressesOf(3);
  const slice = await cluster.waitFor(
    EndpointSlices,
    ({ endpoints }) => endpoints?.filter(({ conditions }) => conditions?.ready).length === 3,
    ofWeb,
  );
  expect(slice.metadata?.name).toMatch(/^web-[a-z0-9]{5}$/);
  expect(slice).toMatchObject({
    metadata: {
      labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io', 'kubernetes.io/service-name': 'web' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: made?.metadata?.uid, controller: true }],
    },
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
  });
  expect(slice.endpoints?.flatMap((endpoint) => endpoint.addresses).sort()).toEqual(addresses);
  for (const { conditions, nodeName, targetRef } of slice.endpoints ?? []) {
    expect(conditions).toEqual({ ready: true, serving: true, terminating: false });
    expect(nodeName).toMatch(/^node[12]$/);
    expect(targetRef).toMatchObject({ kind: 'Pod', namespace: 'default' });
  }
  const endpoints = await cluster.waitFor(EndpointsKind, ({ subsets }) => subsets?.[0]?.addresses?.length === 3, {
    ...inDefault(),
    name: 'web',
  });
  expect(endpoints.subsets?.[0]?.addresses?.map(({ ip }) => ip)).toEqual(addresses);
  expect(endpoints.subsets?.[0]?.ports).toEqual([{ port: 8080, protocol: 'TCP' }]);

  const [victim] = await readyPods(cluster, 'web', 3);
  await cluster.client.kind(Pods).delete(victim?.metadata?.name ?? '', 'default', { gracePeriodSeconds: 0 });
  await cluster.waitForAll(Pods, (pods) => !pods.some(({ metadata }) => metadata?.uid === victim?.metadata?.uid), inDefault());
  const healed = await addressesOf(3);
  await cluster.waitFor(
    EndpointSlices,
    (each) =>
      each.endpoints
        ?.map((endpoint) => endpoint.addresses[0])
        .sort()
        .join() === healed.join(),
    ofWeb,
  );

  await cluster.client.kind(Deployments).patch('web', 'default', 'merge', { spec: { replicas: 0 } });
  const emptied = await cluster.waitFor(EndpointSlices, (each) => (each.endpoints ?? []).length === 0, ofWeb);
  expect(emptied.metadata?.uid).toBe(slice.metadata?.uid);
  await cluster.waitFor(EndpointsKind, ({ subsets }) => subsets === undefined, { ...inDefault(), name: 'web' });

  await cluster.client.kind(Services).delete('web', 'default');
  await cluster.waitForAll(EndpointSlices, (all) => all.length === 0, ofWeb);
  await cluster.waitForAll(EndpointsKind, (all) => all.every(({ metadata }) => metadata?.name !== 'web'), inDefault());
});

test('a Service without Pods has an empty slice, and one without a selector none', async () => {
  await using cluster = await startCluster(status);
  const { selector: _selector, ...unselected } = service('manual', 'x').spec ?? {};
  await cluster.apply([{ ...service('manual', 'x'), spec: unselected } as ReturnType<typeof service>, service('web', 'web')]);
  const slice = await cluster.waitFor(EndpointSlices, () => true, ofWeb);
  expect(slice.endpoints ?? []).toEqual([]);
  await cluster.waitFor(EndpointsKind, () => true, { ...inDefault(), name: 'web' });
  const others = (await cluster.client.kind(EndpointSlices).list(inDefault('kubernetes.io/service-name=manual'))).items;
  expect(others).toEqual([]);
});

/** A Pod on a Node that no kubelet serves: the test writes its status. */
async function podElsewhere(cluster: TestCluster, name: string, ready: boolean): Promise<void> {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: 'web' } },
    spec: { nodeName: 'elsewhere', containers: [{ name: 'web', image: 'registry.test/web' }] },
  };
  await cluster.apply([pod]);
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  const next = { status: { phase: 'Running', podIP: '10.244.9.9', podIPs: [{ ip: '10.244.9.9' }], conditions } };
  await cluster.client.kind(Pods).patch(name, 'default', 'merge', next, { subresource: 'status' });
}

test('a Pod that is not ready is listed and said to be so', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply([service('web', 'web'), { apiVersion: 'v1', kind: 'Node', metadata: { name: 'elsewhere' } }]);
  await podElsewhere(cluster, 'web', false);
  const { endpoints } = await cluster.waitFor(EndpointSlices, (each) => each.endpoints?.length === 1, ofWeb);
  expect(endpoints?.[0]?.conditions).toEqual({ ready: false, serving: false, terminating: false });
  const { subsets } = await cluster.waitFor(EndpointsKind, (each) => each.subsets !== undefined, { ...inDefault(), name: 'web' });
  expect(subsets).toMatchObject([{ notReadyAddresses: [{ ip: '10.244.9.9', nodeName: 'elsewhere' }], ports: [{ port: 8080 }] }]);
  expect(subsets?.[0]?.addresses).toBeUndefined();
});

test('a Pod is listed when its Node is known, with the zone that the Node has at the time', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply([service('web', 'web')]);
  await podElsewhere(cluster, 'web', true);
  await cluster.waitFor(EndpointsKind, ({ subsets }) => subsets?.[0]?.addresses?.length === 1, { ...inDefault(), name: 'web' });
  expect((await cluster.waitFor(EndpointSlices, () => true, ofWeb)).endpoints ?? []).toEqual([]);
  const zone = (name: string) => ({ metadata: { name: 'elsewhere', labels: { 'topology.kubernetes.io/zone': name } } });
  await cluster.apply([{ apiVersion: 'v1', kind: 'Node', ...zone('a') }]);
  await cluster.waitFor(EndpointSlices, ({ endpoints }) => endpoints?.[0]?.zone === 'a', ofWeb);
  await cluster.client.kind(Nodes).patch('elsewhere', undefined, 'merge', zone('b'));
  await cluster.waitFor(EndpointSlices, ({ endpoints }) => endpoints?.[0]?.zone === 'b', ofWeb);
});

test('a Pod that gets other labels moves to the Service that they name', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply([service('web', 'web'), service('shop', 'shop'), deployment('web', 1)]);
  const [pod] = await readyPods(cluster, 'web', 1);
  const lists = (name: string) =>
    cluster.waitFor(
      EndpointSlices,
      ({ endpoints }) => endpoints?.some(({ targetRef }) => targetRef?.uid === pod?.metadata?.uid) === true,
      inDefault(`kubernetes.io/service-name=${name}`),
    );
  await lists('web');
  await cluster.client.kind(Pods).patch(pod?.metadata?.name ?? '', 'default', 'merge', { metadata: { labels: { app: 'shop' } } });
  await lists('shop');
  await cluster.waitFor(
    EndpointSlices,
    ({ endpoints }) => !endpoints?.some(({ targetRef }) => targetRef?.uid === pod?.metadata?.uid),
    ofWeb,
  );
});

test('a slice that somebody deletes or edits is as it was; those of a Service that loses its selector stay', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply([service('web', 'web'), deployment('web', 2)]);
  const slices = cluster.client.kind(EndpointSlices);
  const whole = () =>
    cluster.waitFor(EndpointSlices, ({ endpoints }) => endpoints?.filter(({ conditions }) => conditions?.ready).length === 2, ofWeb);
  const first = await whole();
  await slices.delete(first.metadata?.name ?? '', 'default');
  const second = await whole();
  expect(second.metadata?.uid).not.toBe(first.metadata?.uid);
  const edited = await slices.patch(second.metadata?.name ?? '', 'default', 'merge', { endpoints: [{ addresses: ['192.0.2.1'] }] });
  const third = await whole();
  expect([third.metadata?.uid, third.metadata?.generation]).toEqual([second.metadata?.uid, (edited.metadata?.generation ?? 0) + 1]);

  await cluster.client.kind(Services).patch('web', 'default', 'merge', { spec: { selector: null } });
  await cluster.client.kind(Deployments).patch('web', 'default', 'merge', { spec: { replicas: 0 } });
  await cluster.waitForAll(Pods, (pods) => pods.length === 0, inDefault());
  const [left] = (await slices.list(ofWeb)).items;
  expect([left?.metadata?.uid, left?.endpoints?.length]).toEqual([third.metadata?.uid, 2]);
});

test('Endpoints that somebody writes are mirrored as long as the Service has no selector, and go with it', async () => {
  await using cluster = await startCluster(status);
  const { selector: _, ...spec } = service('db', 'x').spec ?? {};
  const written: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'db', namespace: 'default', labels: { team: 'a' } },
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], notReadyAddresses: [{ ip: '192.0.2.2' }], ports: [{ port: 5432 }] }],
  };
  const elected: Endpoints = {
    ...written,
    metadata: { name: 'election', namespace: 'default', annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } },
  };
  const unselected = (name: string) => ({ ...service(name, 'x'), spec }) as ReturnType<typeof service>;
  // The Endpoints come before their Service.
  await cluster.apply([written, elected, unselected('db'), unselected('election')]);
  const ofDb = inDefault('kubernetes.io/service-name=db');
  const slice = await cluster.waitFor(EndpointSlices, () => true, ofDb);
  expect(slice).toMatchObject({
    metadata: {
      labels: { team: 'a', 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' },
      ownerReferences: [{ kind: 'Endpoints', name: 'db' }],
    },
    endpoints: [
      { addresses: ['192.0.2.1'], conditions: { ready: true } },
      { addresses: ['192.0.2.2'], conditions: { ready: false } },
    ],
    ports: [{ name: '', port: 5432, protocol: 'TCP' }],
  });
  const endpoints = cluster.client.kind(EndpointsKind);
  await endpoints.patch('db', 'default', 'merge', { subsets: [{ addresses: [{ ip: '192.0.2.3' }], ports: [{ port: 5433 }] }] });
  const moved = await cluster.waitFor(EndpointSlices, ({ ports }) => ports?.[0]?.port === 5433, ofDb);
  expect(moved.metadata?.uid).toBe(slice.metadata?.uid);
  await endpoints.patch('db', 'default', 'merge', { metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } } });
  await cluster.waitForAll(EndpointSlices, (all) => all.length === 0, ofDb);
  await endpoints.patch('db', 'default', 'merge', { metadata: { labels: { 'endpointslice.kubernetes.io/skip-mirror': null } } });
  await cluster.waitFor(EndpointSlices, () => true, ofDb);

  await cluster.client.kind(Services).delete('db', 'default');
  await cluster.client.kind(Services).delete('election', 'default');
  await cluster.waitForAll(EndpointSlices, (all) => all.length === 0, ofDb);
  await cluster.waitForAll(EndpointsKind, (all) => !all.some(({ metadata }) => metadata?.name === 'db'), inDefault());
  expect((await endpoints.get('election', 'default')).metadata?.name, 'a leader election has no Service').toBe('election');
  expect((await cluster.client.kind(EndpointSlices).list(inDefault('kubernetes.io/service-name=election'))).items).toEqual([]);
});
