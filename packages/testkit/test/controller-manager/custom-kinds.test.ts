import {
  type ConfigMap,
  ConfigMaps,
  type CustomResourceDefinition,
  CustomResourceDefinitions,
  type KindRef,
  type KubeObject,
  Namespaces,
} from '@kubernats/api';
import { expect, test } from 'vitest';
import { startCluster } from '../../src/index.ts';

const Widgets: KindRef = { group: 'example.com', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };
const definition: CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

const ownedBy = ({ apiVersion = 'v1', kind = '', metadata }: KubeObject) => [
  { apiVersion, kind, name: metadata?.name ?? '', uid: metadata?.uid ?? '', blockOwnerDeletion: true },
];
const widget = (name: string, metadata: KubeObject['metadata'] = {}): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name, namespace: 'default', ...metadata },
});
const configMap = (name: string, owner?: KubeObject): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...(owner ? { ownerReferences: ownedBy(owner) } : {}) },
});

test('R1: custom resources go with their owners and their namespaces, and what they own with them, also when their kind goes', async () => {
  await using cluster = await startCluster({ nodes: 0 });
  const { client } = cluster;
  await cluster.apply(definition);
  await cluster.waitForAll(
    CustomResourceDefinitions,
    ([each]) => each?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') === true,
  );
  const widgets = client.kind(Widgets);

  const owner = await client.kind(ConfigMaps).create(configMap('owner'));
  await widgets.create(widget('owned', { ownerReferences: ownedBy({ ...owner, kind: 'ConfigMap' }) }));
  await client.kind(ConfigMaps).delete('owner', 'default');
  await cluster.waitForAll(Widgets, (all) => all.length === 0);

  const kept = await widgets.create(widget('kept'));
  await client.kind(ConfigMaps).create(configMap('dependent', kept));
  await widgets.delete('kept', 'default', { propagationPolicy: 'Foreground' });
  await cluster.waitForAll(Widgets, (all) => all.length === 0);
  await expect(client.kind(ConfigMaps).get('dependent', 'default')).rejects.toThrow('not found');

  await client.kind(Namespaces).create({ metadata: { name: 'shop' } });
  await widgets.create(widget('sold', { namespace: 'shop' }));
  await client.kind(Namespaces).delete('shop');
  await cluster.waitForAll(Namespaces, (all) => all.length === 0, { name: 'shop' });
  expect((await widgets.list()).items).toEqual([]);

  const last = await widgets.create(widget('last'));
  await client.kind(ConfigMaps).create(configMap('orphan', last));
  await client.kind(CustomResourceDefinitions).delete('widgets.example.com');
  await cluster.waitForAll(CustomResourceDefinitions, (all) => all.length === 0);
  await cluster.waitForAll(ConfigMaps, (all) => all.every(({ metadata }) => metadata?.name !== 'orphan'), { namespace: 'default' });

  await client.kind(Namespaces).create({ metadata: { name: 'late' } });
  await client.kind(Namespaces).delete('late');
  await cluster.waitForAll(Namespaces, (all) => all.length === 0, { name: 'late' });
});
