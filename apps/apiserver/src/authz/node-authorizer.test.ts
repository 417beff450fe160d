import type { KubeObject } from '@kubernats/api';
import { expect, test } from 'vitest';
import { cacheOf } from '../cache/cache.fixture.ts';
import type { Attributes } from './attributes.ts';
import { NodeAuthorizer, POOL_LABEL } from './node-authorizer.ts';

const node = (name: string, pool: string): KubeObject => ({
  kind: 'Node',
  apiVersion: 'v1',
  metadata: { name, labels: { [POOL_LABEL]: pool } },
});
const pod = (name: string, nodeName: string | undefined, spec: object = {}): KubeObject => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { namespace: 'ns', name },
  ...{ spec: { nodeName, serviceAccountName: 'default', containers: [], ...spec } },
});

const attachment = (name: string, nodeName: string): KubeObject => ({
  kind: 'VolumeAttachment',
  apiVersion: 'storage.k8s.io/v1',
  metadata: { name },
  ...{ spec: { attacher: 'block.kubernats.dev', nodeName, source: {} } },
});

function setUp() {
  const caches = {
    nodes: cacheOf(node('mine', 'p'), node('other', 'q')),
    pods: cacheOf(
      pod('mine', 'mine', {
        volumes: [
          { name: 'a', secret: { secretName: 'vol' } },
          { name: 'b', persistentVolumeClaim: { claimName: 'claim' } },
          { name: 'c', projected: { sources: [{ configMap: { name: 'projected' } }] } },
        ],
        initContainers: [{ name: 'i', envFrom: [{ secretRef: { name: 'all' } }] }],
        containers: [{ name: 'c', env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'key', key: 'k' } } }] }],
        imagePullSecrets: [{ name: 'pull' }],
      }),
      pod('other', 'other', { volumes: [{ name: 'a', secret: { secretName: 'foreign' } }] }),
      pod('free', undefined, { volumes: [{ name: 'a', secret: { secretName: 'waiting' } }] }),
    ),
    claims: cacheOf({ kind: 'PersistentVolumeClaim', apiVersion: 'v1', metadata: { namespace: 'ns', name: 'claim' } }),
    volumes: cacheOf(
      {
        kind: 'PersistentVolume',
        apiVersion: 'v1',
        metadata: { name: 'used' },
        ...{ spec: { claimRef: { namespace: 'ns', name: 'claim' } } },
      },
      { kind: 'PersistentVolume', apiVersion: 'v1', metadata: { name: 'unused' } },
    ),
    attachments: cacheOf(attachment('here', 'mine'), attachment('elsewhere', 'other')),
  };
  return { ...caches, authorizer: new NodeAuthorizer(caches) };
}

/** `get pods/status ns mine`: verb, resource, namespace (`-`: none), name. */
function asks(text: string, more: Partial<Attributes> = {}): Attributes {
  const [verb = '', what = '', where = '-', name = ''] = text.split(' ');
  const [path = '', subresource = ''] = what.split('/');
  const [resource = '', ...group] = path.split('.');
  const namespace = where === '-' ? '' : where;
  return {
    user: { name: 'system:node:p', groups: ['system:nodes', 'system:authenticated'] },
    verb,
    resource: { group: group.join('.'), resource, subresource, namespace, name },
    ...more,
  };
}

test.each([
  'get nodes - other',
  'watch nodes',
  'create nodes',
  'update nodes - mine',
  'patch nodes/status - mine',
  'delete nodes - mine',
  'create leases.coordination.k8s.io kube-node-lease',
  'update leases.coordination.k8s.io kube-node-lease mine',
  'get leases.coordination.k8s.io kube-node-lease mine',
  'get pods ns mine',
  'patch pods/status ns mine',
  'delete pods ns mine',
  'get pods ns gone',
  'list pods',
  'list services',
  'create events ns',
  'patch events.events.k8s.io ns x',
  'get secrets ns vol',
  'get secrets ns all',
  'get secrets ns pull',
  'get configmaps ns key',
  'watch configmaps ns projected',
  'get serviceaccounts ns default',
  'create serviceaccounts/token ns default',
  'get persistentvolumeclaims ns claim',
  'get persistentvolumes - used',
  'get persistentvolumes - gone',
  'patch persistentvolumeclaims/status ns claim',
  'update persistentvolumeclaims/status ns claim',
  'get volumeattachments.storage.k8s.io - here',
  'get volumeattachments.storage.k8s.io - gone',
  'watch csidrivers.storage.k8s.io',
  'create csinodes.storage.k8s.io',
  'get csinodes.storage.k8s.io - mine',
  'update csinodes.storage.k8s.io - mine',
])('a kubelet may %s', (text) => {
  expect(setUp().authorizer.allows(asks(text))).toBe(true);
});

test.each([
  'update nodes - other',
  'patch nodes/status - other',
  'delete nodes - other',
  'deletecollection nodes',
  'update nodes - unknown',
  'update leases.coordination.k8s.io kube-node-lease other',
  'create leases.coordination.k8s.io default',
  'list leases.coordination.k8s.io kube-node-lease',
  'get pods ns other',
  'patch pods/status ns other',
  'delete pods ns other',
  'delete pods ns free',
  'create pods ns',
  'update pods ns mine',
  'create pods/binding ns mine',
  'create pods/eviction ns mine',
  'deletecollection pods ns',
  'get secrets ns foreign',
  'get secrets ns waiting',
  'get secrets other vol',
  'list secrets ns',
  'list secrets',
  'update secrets ns vol',
  'update services ns x',
  'get events ns x',
  'create serviceaccounts/token ns unused',
  'get serviceaccounts/token ns default',
  'create serviceaccounts ns',
  'get persistentvolumes - unused',
  'update persistentvolumeclaims ns claim',
  'update persistentvolumeclaims/status ns foreign',
  'get persistentvolumeclaims/status ns claim',
  'get volumeattachments.storage.k8s.io - elsewhere',
  'list volumeattachments.storage.k8s.io',
  'patch volumeattachments.storage.k8s.io/status - here',
  'create csidrivers.storage.k8s.io',
  'update csinodes.storage.k8s.io - other',
  'list csinodes.storage.k8s.io',
  'get clusterroles.rbac.authorization.k8s.io - x',
])('a kubelet may not %s', (text) => {
  expect(setUp().authorizer.allows(asks(text))).toBe(false);
});

test('only a user of the group system:nodes is a kubelet', () => {
  const { authorizer } = setUp();
  expect(authorizer.allows(asks('update nodes - mine', { user: { name: 'system:node:p', groups: [] } }))).toBe(false);
  expect(authorizer.allows(asks('update nodes - mine', { user: { name: 'p', groups: ['system:nodes'] } }))).toBe(false);
});

test('the Pods of a node may be listed by its kubelet, and before the node is registered', () => {
  const { authorizer } = setUp();
  const list = (nodeName: string) => authorizer.allows(asks('watch pods', { fieldSelector: `spec.nodeName=${nodeName}` }));
  expect([list('mine'), list('new'), list('other')]).toEqual([true, true, false]);
});

test('one secret may be watched by its name', () => {
  const { authorizer } = setUp();
  const watch = (name: string) => authorizer.allows(asks('watch secrets ns', { fieldSelector: `metadata.name=${name}` }));
  expect([watch('vol'), watch('foreign')]).toEqual([true, false]);
});

test('what a Pod refers to is readable from its binding to its end', () => {
  const { authorizer, pods } = setUp();
  const may = () => authorizer.allows(asks('get secrets ns waiting'));
  const free = (on: string | undefined) => pod('free', on, { volumes: [{ name: 'a', secret: { secretName: 'waiting' } }] });
  expect(may()).toBe(false);
  pods.put(free('mine'));
  expect(may()).toBe(true);
  pods.drop(free('mine'));
  expect(may()).toBe(false);
});
