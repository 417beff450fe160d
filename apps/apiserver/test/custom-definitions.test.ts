// CustomResourceDefinitions and the names that their kinds get.
import { APIServices, type CustomResourceDefinition, CustomResourceDefinitions } from '@kubernats/api';
import { expect, test } from 'vitest';
import { pairOfFile } from './support/pair-of-file.ts';

const { api, other } = await pairOfFile();

const definitions = () => api.client.kind(CustomResourceDefinitions);

function definitionOf(group: string, names: Partial<CustomResourceDefinition['spec']['names']> = {}): CustomResourceDefinition {
  const plural = names.plural ?? 'crontabs';
  return {
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind: 'CronTab', shortNames: ['ct'], ...names },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  };
}

/** Its conditions by type: `status reason: message`. */
async function conditionsOf(name: string): Promise<Record<string, string>> {
  const { status } = await definitions().get(name);
  return Object.fromEntries(
    (status?.conditions ?? []).map(({ type, status: is, reason, message }) => [type, `${is} ${reason}: ${message}`]),
  );
}

const ESTABLISHED = 'True InitialNamesAccepted: the initial names have been accepted';

test('R1: a definition gets its names and is established', async () => {
  const { status } = await definitions().create(definitionOf('one.example.com'));
  expect(status).toMatchObject({ acceptedNames: { plural: '', kind: '' }, storedVersions: ['v1'] });
  await expect
    .poll(() => conditionsOf('crontabs.one.example.com'))
    .toEqual({
      NamesAccepted: 'True NoConflicts: no conflicts found',
      Established: ESTABLISHED,
    });
  const written = await definitions().get('crontabs.one.example.com');
  expect(written.status?.acceptedNames).toEqual({
    ...{ plural: 'crontabs', singular: 'crontab', shortNames: ['ct'] },
    ...{ kind: 'CronTab', listKind: 'CronTabList' },
  });
  expect(written.metadata?.managedFields?.map(({ manager, subresource }) => [manager, subresource])).toContainEqual([
    'kube-apiserver',
    'status',
  ]);
});

test('R1: a name belongs to one definition of a group; it is free again when that one goes', async () => {
  await definitions().create(definitionOf('two.example.com'));
  await definitions().create(definitionOf('two.example.com', { plural: 'cronjobs', kind: 'CronTab', singular: 'cronjob' }));
  await expect
    .poll(() => conditionsOf('cronjobs.two.example.com'))
    .toEqual({
      NamesAccepted: 'False ListKindConflict: "CronTabList" is already in use',
      Established: 'False NotAccepted: not all names are accepted',
    });
  await definitions().delete('crontabs.two.example.com');
  await expect.poll(() => conditionsOf('cronjobs.two.example.com')).toMatchObject({ Established: ESTABLISHED });
});

test('a name that is taken later does not end what is served', async () => {
  await definitions().create(definitionOf('three.example.com'));
  await definitions().create(definitionOf('three.example.com', { plural: 'tabs', kind: 'Tab', shortNames: ['t'] }));
  await expect.poll(() => conditionsOf('tabs.three.example.com')).toMatchObject({ Established: ESTABLISHED });
  await definitions().patch('tabs.three.example.com', undefined, 'merge', { spec: { names: { shortNames: ['t', 'ct'] } } });
  await expect
    .poll(() => conditionsOf('tabs.three.example.com'))
    .toEqual({
      NamesAccepted: 'False ShortNamesConflict: "ct" is already in use',
      Established: ESTABLISHED,
    });
  expect((await definitions().get('tabs.three.example.com')).status?.acceptedNames?.shortNames).toEqual(['t']);
});

test('of two servers both give a name to the definition that came first', async () => {
  const created = Array.from({ length: 8 }, (_, i) => definitionOf('four.example.com', { plural: `tabs${i}`, singular: `tab${i}` }));
  const clients = [api.client, other.client];
  await Promise.all(created.map((definition, i) => clients[i % 2]?.kind(CustomResourceDefinitions).create(definition)));
  const all = async () => Promise.all(created.map(({ metadata }) => conditionsOf(metadata?.name ?? '')));
  await expect.poll(async () => (await all()).every(({ NamesAccepted }) => NamesAccepted)).toBe(true);
  expect((await all()).filter(({ Established }) => Established === ESTABLISHED)).toHaveLength(1);
});

test('R1: a group of the Kubernetes community says whether it is approved', async () => {
  const definition = definitionOf('five.k8s.io');
  const annotations = { 'api-approved.kubernetes.io': 'unapproved, an experiment' };
  await definitions().create({ ...definition, metadata: { ...definition.metadata, annotations } });
  await expect
    .poll(() => conditionsOf('crontabs.five.k8s.io'))
    .toMatchObject({
      KubernetesAPIApprovalPolicyConformant: 'False UnapprovedAnnotation: not approved: "unapproved, an experiment"',
    });
});

test('R1: an update must say which state it is of', async () => {
  const { resourceVersion: _, ...metadata } = (await definitions().get('crontabs.one.example.com')).metadata ?? {};
  await expect(definitions().update({ ...definitionOf('one.example.com'), metadata })).rejects.toThrow(
    'metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
  );
});

test('R1: a group has an APIService as long as definitions bring it', async () => {
  const services = api.client.kind(APIServices);
  const names = async () => (await services.list()).items.map(({ metadata }) => metadata?.name).filter((name) => name?.includes('served'));
  await definitions().create(definitionOf('served.example.com'));
  await definitions().create(definitionOf('served.example.com', { plural: 'others', kind: 'Other', shortNames: [] }));
  await expect.poll(names).toEqual(['v1.served.example.com']);
  expect(await services.get('v1.served.example.com')).toMatchObject({
    metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' } },
    spec: { group: 'served.example.com', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 100 },
    status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] },
  });
  // It is there again when somebody deletes it, under the same name.
  const { uid } = (await services.get('v1.served.example.com')).metadata ?? {};
  await services.delete('v1.served.example.com');
  await expect.poll(async () => (await services.get('v1.served.example.com')).metadata?.uid).not.toBe(uid);
  await definitions().delete('crontabs.served.example.com');
  await definitions().delete('others.served.example.com');
  await expect.poll(names).toEqual([]);
});
