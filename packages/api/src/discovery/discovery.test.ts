import { expect, test } from 'vitest';
import { KINDS } from '../kinds/index.ts';
import { aggregatedDiscovery } from './aggregated.ts';
import { legacyDiscovery } from './legacy.ts';

const legacy = legacyDiscovery(KINDS);

/** As kube-apiserver tells them. */
const HASHES: Readonly<Record<string, string>> = {
  ControllerRevision: '85nkx63pcBU=',
  DaemonSet: 'dd7pWHUlMKQ=',
  Deployment: '8aSe+NMegvE=',
  ReplicaSet: 'P1RzHs8/mWQ=',
  StatefulSet: 'H+vl74LkKdo=',
};

/** In Kubernetes' order. */
const GROUPS = [
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'resource.k8s.io',
  'metrics.k8s.io',
];

test('/api and /apis', () => {
  expect(legacy.apiVersions('127.0.0.1:6443')).toEqual({
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }],
  });
  expect(legacy.groupList).toMatchObject({
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [
      { name: 'apiregistration.k8s.io' },
      {
        name: 'apps',
        versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
        preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
      },
      ...Array(GROUPS.length - 2).fill({}),
    ],
  });
  expect(legacy.groups.get('apps')).toMatchObject({ kind: 'APIGroup', apiVersion: 'v1', name: 'apps' });
});

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

test('/apis/apps/v1', () => {
  const shortNames: Record<string, string> = { DaemonSet: 'ds', Deployment: 'deploy', ReplicaSet: 'rs', StatefulSet: 'sts' };
  const entriesOf = (kind: string): object[] => {
    const name = `${kind.toLowerCase()}s`;
    const common = { singularName: '', namespaced: true };
    return [
      {
        ...{ name, singularName: kind.toLowerCase(), namespaced: true, kind, verbs: VERBS, shortNames: [shortNames[kind]] },
        ...{ categories: ['all'], storageVersionHash: HASHES[kind] },
      },
      ...(kind === 'DaemonSet'
        ? []
        : [{ name: `${name}/scale`, ...common, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] }]),
      { name: `${name}/status`, ...common, kind, verbs: ['get', 'patch', 'update'] },
    ];
  };
  expect(legacy.resourceLists.get('apps/v1')).toEqual({
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: 'apps/v1',
    resources: [
      {
        ...{ name: 'controllerrevisions', singularName: 'controllerrevision', namespaced: true, kind: 'ControllerRevision', verbs: VERBS },
        storageVersionHash: HASHES.ControllerRevision,
      },
      ...Object.keys(shortNames).flatMap(entriesOf),
    ],
  });
});

test('/api/v1 has the core kinds in their order, and the subresources of Pods', () => {
  const { resources } = legacy.resourceLists.get('v1') as { resources: { name: string }[] };
  expect(resources.map(({ name }) => name)).toEqual([
    'bindings',
    'componentstatuses',
    'configmaps',
    'endpoints',
    'events',
    'limitranges',
    'namespaces',
    'namespaces/finalize',
    'namespaces/status',
    'namespaces/whatif',
    'nodes',
    'nodes/proxy',
    'nodes/status',
    'persistentvolumeclaims',
    'persistentvolumeclaims/status',
    'persistentvolumes',
    'persistentvolumes/status',
    'pods',
    'pods/attach',
    'pods/binding',
    'pods/ephemeralcontainers',
    'pods/eviction',
    'pods/exec',
    'pods/explain',
    'pods/log',
    'pods/portforward',
    'pods/proxy',
    'pods/resize',
    'pods/status',
    'podtemplates',
    'replicationcontrollers',
    'replicationcontrollers/scale',
    'replicationcontrollers/status',
    'resourcequotas',
    'resourcequotas/status',
    'secrets',
    'serviceaccounts',
    'serviceaccounts/token',
    'services',
    'services/proxy',
    'services/status',
    'services/trace',
  ]);
});

test('the aggregated form says the same', () => {
  const document = aggregatedDiscovery(KINDS, 'named') as {
    items: { metadata: { name: string }; versions: { version: string; resources: object[] }[] }[];
  };
  expect(document.items.map(({ metadata }) => metadata.name)).toEqual(GROUPS);
  const apps = document.items.find(({ metadata }) => metadata.name === 'apps');
  expect(apps?.versions[0]).toMatchObject({
    version: 'v1',
    freshness: 'Current',
    resources: [
      { resource: 'controllerrevisions' },
      { resource: 'daemonsets' },
      {
        resource: 'deployments',
        responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
        scope: 'Namespaced',
        singularResource: 'deployment',
        shortNames: ['deploy'],
        subresources: [
          { subresource: 'scale', responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' } },
          { subresource: 'status', responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' } },
        ],
      },
      { resource: 'replicasets' },
      { resource: 'statefulsets' },
    ],
  });
  expect(aggregatedDiscovery(KINDS, 'core')).toMatchObject({ kind: 'APIGroupDiscoveryList', items: [{ versions: [{ version: 'v1' }] }] });
});

test('R1: discovery tells in which version objects are kept, not in which they are served', () => {
  const hashOf = (groupVersion: string, name: string): string | undefined => {
    const { resources } = legacy.resourceLists.get(groupVersion) as { resources: { name: string; storageVersionHash?: string }[] };
    return resources.find((each) => each.name === name)?.storageVersionHash;
  };
  expect(hashOf('v1', 'pods')).toBe('xPOwRZ+Yhw8=');
  expect(hashOf('autoscaling/v1', 'horizontalpodautoscalers')).toBe('qwQve8ut294=');
  expect(hashOf('events.k8s.io/v1', 'events')).toBe('r2yiGXH7wu8=');
  for (const name of ['pods/status', 'bindings', 'componentstatuses']) expect(hashOf('v1', name)).toBeUndefined();
});
