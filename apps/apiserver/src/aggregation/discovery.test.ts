import { apiGroup, type LegacyDiscovery } from '@kubernats/api';
import { expect, test } from 'vitest';
import { discoveredVersion } from './discovered-version.ts';
import { mergedDiscovery, type Priorities, withExtensions } from './discovery.ts';
import type { Extension } from './extension.ts';

const extension = (group: string, version: string, isAvailable = true): Extension => ({
  ...{ name: `${version}.${group}`, group, version, isAvailable, groupPriority: 0, versionPriority: 0 },
  ...{ service: { namespace: 'ns', name: 'api', port: 443 }, caPem: undefined, insecureSkipTlsVerify: false },
});
const PRIORITIES: Readonly<Record<string, [group: number, version: number]>> = {
  'apps/v1': [17_800, 15],
  'shop.example.com/v1': [1000, 100],
  'shop.example.com/v2': [1000, 100],
  'shop.example.com/v1beta1': [1000, 100],
  'a.example.com/v1': [1000, 15],
  'first.example.com/v1': [18_500, 15],
};
const priorities: Priorities = (group, version) => {
  const [ofGroup, ofVersion] = PRIORITIES[`${group}/${version}`] ?? [0, 0];
  return { group: ofGroup, version: ofVersion };
};
const groups = [apiGroup('apps', ['v1']), apiGroup('shop.example.com', ['v1'])];
const own: LegacyDiscovery = {
  apiVersions: () => ({}),
  groupList: { kind: 'APIGroupList', apiVersion: 'v1', groups },
  groups: new Map(groups.map((group) => [group.name, group])),
  resourceLists: new Map(),
};
const extensions = [
  extension('shop.example.com', 'v1beta1'),
  extension('shop.example.com', 'v2'),
  extension('a.example.com', 'v1', false),
  extension('first.example.com', 'v1'),
];

test('R1: groups come by their priority and then by name, versions by theirs and then by how stable they are', () => {
  const { groupList, groups: byName } = withExtensions(own, extensions, priorities);
  const listed = groupList.groups.map(({ name, versions }) => `${name}: ${versions.map(({ version }) => version).join()}`);
  expect(listed).toEqual(['first.example.com: v1', 'apps: v1', 'a.example.com: v1', 'shop.example.com: v2,v1,v1beta1']);
  expect(byName.get('shop.example.com')).toMatchObject({ kind: 'APIGroup', preferredVersion: { groupVersion: 'shop.example.com/v2' } });
  expect(withExtensions(own, [], priorities)).toBe(own);
});

test('R1: the one document says what a server has last said, and that it is stale when it does not answer', () => {
  const list = { resources: [{ name: 'carts', namespaced: true, kind: 'Cart', verbs: ['get'] }, 'rubbish', { name: 3 }] };
  const discovered = discoveredVersion({ group: 'a.example.com', version: 'v1' }, list, undefined);
  const document = {
    kind: 'APIGroupDiscoveryList',
    items: ['apps', 'shop.example.com'].map((name) => ({
      metadata: { name, creationTimestamp: null },
      versions: [{ version: 'v1', resources: [{ resource: `of ${name}` }], freshness: 'Current' }],
    })),
  };
  const versions = extensions.map((each) => ({ ...each, discovered: each.group === 'a.example.com' ? discovered : undefined }));
  const { items } = mergedDiscovery(document, versions, priorities) as { items: { metadata: object; versions: object[] }[] };
  const cart = { resource: 'carts', responseKind: { group: 'a.example.com', version: 'v1', kind: 'Cart' } };
  expect(items.map((item) => item.versions)).toMatchObject([
    [{ version: 'v1', freshness: 'Current', resources: [] }],
    [{ version: 'v1', resources: [{ resource: 'of apps' }] }],
    [{ version: 'v1', freshness: 'Stale', resources: [{ ...cart, scope: 'Namespaced', singularResource: '', verbs: ['get'] }] }],
    [{ version: 'v2' }, { version: 'v1', resources: [{ resource: 'of shop.example.com' }] }, { version: 'v1beta1' }],
  ]);
});

test.each([[undefined], ['text'], [{}], [{ resources: 'none' }]])('what is no list of resources says nothing: %j', (list) => {
  expect(discoveredVersion({ group: 'a', version: 'v1' }, list, undefined)).toBeUndefined();
});

test.each([
  [{ paths: { 'apis/a/v1': { serverRelativeURL: '/openapi/v3/apis/a/v1?hash=1' } } }, '/openapi/v3/apis/a/v1?hash=1'],
  [{ paths: { 'apis/a/v1': { serverRelativeURL: 'https://elsewhere/' } } }, undefined],
  [{ paths: { 'apis/b/v1': { serverRelativeURL: '/openapi/v3/apis/b/v1' } } }, undefined],
  [{ paths: 3 }, undefined],
  [JSON.parse('{"paths":{"__proto__":{}}}'), undefined],
])('where OpenAPI is, in the server itself and nowhere else: %j', (index, url) => {
  expect(discoveredVersion({ group: 'a', version: 'v1' }, { resources: [] }, index)?.openApiUrl).toBe(url);
});
