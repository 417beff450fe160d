import { Deployments, EndpointSlices, EndpointsKind, type Pod, Pods, Services } from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';
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

test('a Pod that is not ready is listed and said to be so', async () => {
  await using cluster = await startCluster(status);
  // No kubelet serves this node: the test writes the status.
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
    spec: { nodeName: 'elsewhere', containers: [{ name: 'web', image: 'registry.test/web' }] },
  };
  await cluster.apply([service('web', 'web'), pod]);
  const conditions = [{ type: 'Ready', status: 'False' }];
  const next = { status: { phase: 'Running', podIP: '10.244.9.9', podIPs: [{ ip: '10.244.9.9' }], conditions } };
  await cluster.client.kind(Pods).patch('web', 'default', 'merge', next, { subresource: 'status' });
  const { endpoints } = await cluster.waitFor(EndpointSlices, (each) => each.endpoints?.length === 1, ofWeb);
  expect(endpoints?.[0]?.conditions).toEqual({ ready: false, serving: false, terminating: false });
  const { subsets } = await cluster.waitFor(EndpointsKind, (each) => each.subsets !== undefined, { ...inDefault(), name: 'web' });
  expect(subsets).toMatchObject([{ notReadyAddresses: [{ ip: '10.244.9.9', nodeName: 'elsewhere' }], ports: [{ port: 8080 }] }]);
  expect(subsets?.[0]?.addresses).toBeUndefined();
});
