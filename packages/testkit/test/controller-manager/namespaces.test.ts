import {
  APIServices,
  ConfigMaps,
  CoreEvents,
  Deployments,
  EndpointSlices,
  type KindRef,
  Namespaces,
  Pods,
  Secrets,
  ServiceAccounts,
  Services,
} from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';
import { deployment, service } from './objects.ts';

const status = { nodes: 1, fidelity: 'status' } as const;
const namespace = 'shop';
const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
const inShop = <T extends { metadata?: object }>(object: T): T => ({ ...object, metadata: { ...object.metadata, namespace } });

test('every namespace has its default ServiceAccount and the authority of the API server, also when somebody takes them away', async () => {
  await using cluster = await startCluster({ ...status, https: true });
  for (const where of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    await cluster.waitFor(ServiceAccounts, () => true, { namespace: where, name: 'default' });
    const { data } = await cluster.waitFor(ConfigMaps, () => true, { namespace: where, name: 'kube-root-ca.crt' });
    expect(data?.['ca.crt']).toMatch(/^-----BEGIN CERTIFICATE-----/);
  }
  await cluster.client.kind(ServiceAccounts).delete('default', 'default');
  await cluster.client.kind(ConfigMaps).patch('kube-root-ca.crt', 'default', 'merge', { data: { 'ca.crt': 'forged', more: 'x' } });
  await cluster.waitFor(ServiceAccounts, () => true, { namespace: 'default', name: 'default' });
  const mended = await cluster.waitFor(ConfigMaps, ({ data }) => data?.['ca.crt'] !== 'forged', {
    namespace: 'default',
    name: 'kube-root-ca.crt',
  });
  expect(Object.keys(mended.data ?? {})).toEqual(['ca.crt']);
});

test('a namespace goes with all that is in it', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply([shop, inShop(deployment('web', 3)), inShop(service('web', 'web'))]);
  await cluster.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace } });
  await cluster.waitFor(Deployments, (each) => each.status?.availableReplicas === 3, { namespace });
  await cluster.waitFor(CoreEvents, () => true, { namespace });
  await cluster.client.kind(Namespaces).delete(namespace);
  await cluster.waitForAll(Namespaces, (all) => all.length === 0, { name: namespace });
  const kinds: KindRef[] = [Pods, Deployments, Services, EndpointSlices, Secrets, ConfigMaps, ServiceAccounts, CoreEvents];
  for (const kind of kinds) expect((await cluster.client.kind(kind).list({ namespace })).items).toEqual([]);
});

test('R1: while nobody knows what another API server has in a namespace, that says so, and goes when the server or its group does', async () => {
  await using cluster = await startCluster(status);
  const spec = { group: 'custom.example.com', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 15 };
  const apiService = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1.custom.example.com' } };
  await cluster.apply([
    shop,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'mine', namespace } },
    { ...apiService, ...{ spec: { ...spec, service: { namespace: 'default', name: 'nobody' }, insecureSkipTLSVerify: true } } },
  ]);
  await cluster.waitFor(ServiceAccounts, () => true, { namespace });
  await cluster.client.kind(Namespaces).delete(namespace);
  const waits = await cluster.waitFor(Namespaces, (each) => (each.status?.conditions ?? []).length === 5, { name: namespace });
  expect(waits.status?.conditions?.find(({ status: is }) => is === 'True')).toMatchObject({
    type: 'NamespaceDeletionDiscoveryFailure',
    reason: 'DiscoveryFailed',
    message:
      'Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: custom.example.com/v1: stale GroupVersion discovery: custom.example.com/v1',
  });
  expect((await cluster.client.kind(ConfigMaps).list({ namespace })).items).toEqual([]);
  await cluster.client.kind(APIServices).delete('v1.custom.example.com');
  await cluster.waitForAll(Namespaces, (all) => all.length === 0, { name: namespace });
});

test('a namespace waits for what a finalizer holds, and says for what', async () => {
  await using cluster = await startCluster(status);
  await cluster.apply([
    shop,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', namespace, finalizers: ['example.com/hold'] } },
  ]);
  await cluster.waitFor(ServiceAccounts, () => true, { namespace });
  await cluster.client.kind(Namespaces).delete(namespace);
  const waits = await cluster.waitFor(Namespaces, (each) => (each.status?.conditions ?? []).length === 5, { name: namespace });
  expect(waits.status?.phase).toBe('Terminating');
  expect(waits.status?.conditions?.map(({ type, status, reason, message }) => [type, status, reason, message])).toEqual([
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
    ['NamespaceDeletionGroupVersionParsingFailure', 'False', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    ['NamespaceDeletionContentFailure', 'False', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    ['NamespaceContentRemaining', 'True', 'SomeResourcesRemain', 'Some resources are remaining: configmaps. has 1 resource instances'],
    [
      'NamespaceFinalizersRemaining',
      'True',
      'SomeFinalizersRemain',
      'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    ],
  ]);
  await expect(cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late', namespace } })).rejects.toMatchObject({
    message: 'configmaps "late" is forbidden: unable to create new content in namespace shop because it is being terminated',
  });
  await cluster.client.kind(ConfigMaps).patch('held', namespace, 'merge', { metadata: { finalizers: null } });
  await cluster.waitForAll(Namespaces, (all) => all.length === 0, { name: namespace });
});
