import { describe, expect, it } from 'vitest';
import { deepFreeze, type JsonObject } from '../json.ts';
import { configMapSchema, deploymentSchema, disruptionBudgetSchema, podSchema, serviceSchema } from '../schema.fixture.ts';
import type { ObjectSchema } from '../schema.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

// The expected results are those of `kubectl patch --local --type=strategic` (1.32), its own oddities included.
describe('strategic merge patch, as kubectl applies it', () => {
  it.each<[string, ObjectSchema, JsonObject, JsonObject, JsonObject]>([
    [
      'adds, changes and deletes plain fields',
      podSchema,
      { metadata: { name: 'a' }, spec: { nodeName: 'n', hostname: 'h' } },
      { spec: { nodeName: null, hostname: 'x', subdomain: 's', priority: null } },
      { metadata: { name: 'a' }, spec: { hostname: 'x', subdomain: 's' } },
    ],
    [
      'merges labels and deletes one by null',
      podSchema,
      { metadata: { name: 'a', labels: { a: '1', b: '2' } }, spec: {} },
      { metadata: { labels: { a: null, c: '3' } } },
      { metadata: { labels: { b: '2', c: '3' }, name: 'a' }, spec: {} },
    ],
    [
      "merges containers by name, new ones in the patch's order",
      podSchema,
      {
        metadata: { name: 'a' },
        spec: {
          containers: [
            { name: 'c1', image: 'i1' },
            { name: 'c2', image: 'i2' },
          ],
        },
      },
      {
        spec: {
          containers: [
            { name: 'c3', image: 'i3' },
            { name: 'c2', image: 'x' },
          ],
        },
      },
      {
        metadata: { name: 'a' },
        spec: {
          containers: [
            { image: 'i3', name: 'c3' },
            { image: 'i1', name: 'c1' },
            { image: 'x', name: 'c2' },
          ],
        },
      },
    ],
    [
      'deletes an element of a keyed list',
      podSchema,
      {
        metadata: { name: 'a' },
        spec: {
          containers: [
            { name: 'c1', image: 'i1' },
            { name: 'c2', image: 'i2' },
          ],
        },
      },
      { spec: { containers: [{ name: 'c1', $patch: 'delete' }] } },
      { metadata: { name: 'a' }, spec: { containers: [{ image: 'i2', name: 'c2' }] } },
    ],
    [
      'replaces a keyed list',
      podSchema,
      {
        metadata: { name: 'a' },
        spec: {
          containers: [
            { name: 'c1', image: 'i1' },
            { name: 'c2', image: 'i2' },
          ],
        },
      },
      { spec: { containers: [{ $patch: 'replace' }, { name: 'c3', image: 'i3' }] } },
      { metadata: { name: 'a' }, spec: { containers: [{ image: 'i3', name: 'c3' }] } },
    ],
    [
      'replaces a map',
      podSchema,
      { metadata: { name: 'a' }, spec: { nodeName: 'n', hostname: 'h' } },
      { spec: { $patch: 'replace', hostname: 'x', a: null } },
      { metadata: { name: 'a' }, spec: { a: null, hostname: 'x' } },
    ],
    [
      'empties a map',
      podSchema,
      { metadata: { name: 'a', labels: { a: '1' } }, spec: {} },
      { metadata: { labels: { $patch: 'delete' } } },
      { metadata: { labels: {}, name: 'a' }, spec: {} },
    ],
    [
      '$patch delete with other fields',
      podSchema,
      { metadata: { name: 'a', labels: { a: '1' } }, spec: {} },
      { metadata: { labels: { $patch: 'delete', b: '2' } } },
      { metadata: { labels: {}, name: 'a' }, spec: {} },
    ],
    [
      'a new map with a directive',
      podSchema,
      { metadata: { name: 'a' }, spec: {} },
      { spec: { securityContext: { $patch: 'replace', runAsUser: 1 } } },
      { metadata: { name: 'a' }, spec: {} },
    ],
    [
      'a new map with a delete directive',
      podSchema,
      { metadata: { name: 'a' }, spec: {} },
      { spec: { securityContext: { $patch: 'delete' } } },
      { metadata: { name: 'a' }, spec: {} },
    ],
    [
      'a new map nested with directives and nulls',
      podSchema,
      { metadata: { name: 'a' }, spec: {} },
      {
        spec: {
          securityContext: { runAsUser: null, sysctls: [{ name: 'x', value: null }], seLinuxOptions: { $patch: 'replace', user: 'u' } },
        },
      },
      { metadata: { name: 'a' }, spec: { securityContext: { sysctls: [{ name: 'x' }] } } },
    ],
    [
      'a new list with directives',
      podSchema,
      { metadata: { name: 'a' }, spec: {} },
      { spec: { containers: [{ $patch: 'replace' }, { name: 'c1', image: null }, { name: 'c2', $patch: 'delete' }] } },
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1' }] } },
    ],
    [
      'an appended element with nulls and directives',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c0' }] } },
      {
        spec: {
          containers: [
            {
              name: 'c1',
              image: null,
              env: [
                { name: 'e', value: null },
                { name: 'f', $patch: 'delete' },
              ],
              resources: { $patch: 'replace', limits: {} },
            },
          ],
        },
      },
      {
        metadata: { name: 'a' },
        spec: {
          containers: [
            {
              env: [
                { name: 'e', value: null },
                { $patch: 'delete', name: 'f' },
              ],
              image: null,
              name: 'c1',
              resources: { $patch: 'replace', limits: {} },
            },
            { name: 'c0' },
          ],
        },
      },
    ],
    [
      'merges a list of texts',
      podSchema,
      { metadata: { name: 'a', finalizers: ['a/b', 'c/d'] }, spec: {} },
      { metadata: { finalizers: ['e/f', 'a/b'] } },
      { metadata: { finalizers: ['e/f', 'a/b', 'c/d'], name: 'a' }, spec: {} },
    ],
    [
      'deletes from a list of texts',
      podSchema,
      { metadata: { name: 'a', finalizers: ['a/b', 'c/d'] }, spec: {} },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/b', 'x/y'] } },
      { metadata: { finalizers: ['c/d'], name: 'a' }, spec: {} },
    ],
    [
      'deletes from and adds to a list of texts, in order',
      podSchema,
      { metadata: { name: 'a', finalizers: ['a/b', 'c/d'] }, spec: {} },
      { metadata: { '$setElementOrder/finalizers': ['e/f', 'c/d'], finalizers: ['e/f'], '$deleteFromPrimitiveList/finalizers': ['a/b'] } },
      { metadata: { finalizers: ['e/f', 'c/d'], name: 'a' }, spec: {} },
    ],
    [
      'delete from an absent list',
      podSchema,
      { metadata: { name: 'a' }, spec: {} },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/b'] } },
      { metadata: { name: 'a' }, spec: {} },
    ],
    [
      'delete from all',
      podSchema,
      { metadata: { name: 'a', finalizers: ['a/b'] }, spec: {} },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/b'] } },
      { metadata: { finalizers: [], name: 'a' }, spec: {} },
    ],
    [
      'delete from a replaced list',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c', args: ['a', 'b'] }] } },
      { spec: { containers: [{ name: 'c', '$deleteFromPrimitiveList/args': ['a'] }] } },
      { metadata: { name: 'a' }, spec: { containers: [{ args: ['b'], name: 'c' }] } },
    ],
    [
      'replaces a list without strategy',
      podSchema,
      { metadata: { name: 'a' }, spec: { tolerations: [{ key: 'a' }], containers: [{ name: 'c', args: ['a', 'b'] }] } },
      { spec: { tolerations: [{ key: 'b', value: null }], containers: [{ name: 'c', args: ['x'] }] } },
      { metadata: { name: 'a' }, spec: { containers: [{ args: ['x'], name: 'c' }], tolerations: [{ key: 'b', value: null }] } },
    ],
    [
      '$patch in a list without strategy',
      podSchema,
      { metadata: { name: 'a' }, spec: { tolerations: [{ key: 'a' }] } },
      { spec: { tolerations: [{ key: 'b', $patch: 'replace' }] } },
      { metadata: { name: 'a' }, spec: { tolerations: [{ $patch: 'replace', key: 'b' }] } },
    ],
    [
      'orders a keyed list',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1' }, { name: 'c2' }, { name: 'c3' }] } },
      { spec: { '$setElementOrder/containers': [{ name: 'c3' }, { name: 'c1' }] } },
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c2' }, { name: 'c3' }, { name: 'c1' }] } },
    ],
    [
      'orders a keyed list with additions and deletions',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1' }, { name: 'c2' }, { name: 's' }, { name: 'c3' }] } },
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'c3' }, { name: 'n' }, { name: 'c2' }],
          containers: [
            { name: 'n', image: 'i' },
            { name: 'c1', $patch: 'delete' },
          ],
        },
      },
      { metadata: { name: 'a' }, spec: { containers: [{ name: 's' }, { name: 'c3' }, { image: 'i', name: 'n' }, { name: 'c2' }] } },
    ],
    [
      'order on an absent list',
      podSchema,
      { metadata: { name: 'a' }, spec: {} },
      { spec: { '$setElementOrder/containers': [{ name: 'c1' }] } },
      { metadata: { name: 'a' }, spec: {} },
    ],
    [
      'order on a new list',
      podSchema,
      { metadata: { name: 'a' }, spec: {} },
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'c2' }, { name: 'c1' }],
          containers: [
            { name: 'c2', image: 'a' },
            { name: 'c1', image: null },
            { name: 'c3', $patch: 'delete' },
          ],
        },
      },
      {
        metadata: { name: 'a' },
        spec: {
          containers: [
            { image: 'a', name: 'c2' },
            { image: null, name: 'c1' },
          ],
        },
      },
    ],
    [
      'order of texts',
      podSchema,
      { metadata: { name: 'a', finalizers: ['a/a', 'b/b', 'c/c'] }, spec: {} },
      { metadata: { '$setElementOrder/finalizers': ['c/c', 'a/a'] } },
      { metadata: { finalizers: ['b/b', 'c/c', 'a/a'], name: 'a' }, spec: {} },
    ],
    [
      'retains only the named keys of a map',
      deploymentSchema,
      { metadata: { name: 'a' }, spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } },
      { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      { metadata: { name: 'a' }, spec: { strategy: { type: 'Recreate' } } },
    ],
    [
      'retains only the named keys of an element',
      podSchema,
      { metadata: { name: 'a' }, spec: { volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }] } },
      { spec: { volumes: [{ $retainKeys: ['name', 'configMap'], name: 'v', configMap: { name: 'c' } }] } },
      { metadata: { name: 'a' }, spec: { volumes: [{ configMap: { name: 'c' }, name: 'v' }] } },
    ],
    [
      'retainKeys on a new map',
      deploymentSchema,
      { metadata: { name: 'a' }, spec: {} },
      { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
      { metadata: { name: 'a' }, spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } },
    ],
    [
      'retainKeys on a new element',
      podSchema,
      { metadata: { name: 'a' }, spec: { volumes: [{ name: 'v', emptyDir: {} }] } },
      { spec: { volumes: [{ $retainKeys: ['name', 'configMap'], name: 'w', configMap: { name: 'c' } }] } },
      {
        metadata: { name: 'a' },
        spec: {
          volumes: [
            { $retainKeys: ['name', 'configMap'], configMap: { name: 'c' }, name: 'w' },
            { emptyDir: {}, name: 'v' },
          ],
        },
      },
    ],
    [
      'merges Service ports by port',
      serviceSchema,
      {
        metadata: { name: 'a' },
        spec: {
          ports: [
            { port: 80, name: 'a' },
            { port: 53, protocol: 'UDP' },
          ],
        },
      },
      { spec: { ports: [{ port: 53, name: 'dns' }, { port: 443 }] } },
      { metadata: { name: 'a' }, spec: { ports: [{ name: 'a', port: 80 }, { name: 'dns', port: 53, protocol: 'UDP' }, { port: 443 }] } },
    ],
    [
      'duplicate merge keys',
      serviceSchema,
      {
        metadata: { name: 'a' },
        spec: {
          ports: [
            { port: 53, protocol: 'TCP' },
            { port: 53, protocol: 'UDP' },
          ],
        },
      },
      { spec: { ports: [{ port: 53, name: 'dns' }] } },
      {
        metadata: { name: 'a' },
        spec: {
          ports: [
            { name: 'dns', port: 53, protocol: 'TCP' },
            { port: 53, protocol: 'UDP' },
          ],
        },
      },
    ],
    [
      'delete duplicates',
      serviceSchema,
      { metadata: { name: 'a' }, spec: { ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }, { port: 1 }] } },
      { spec: { ports: [{ port: 53, $patch: 'delete' }] } },
      { metadata: { name: 'a' }, spec: { ports: [{ port: 1 }] } },
    ],
    [
      'replaces what is of another type',
      podSchema,
      { metadata: { name: 'a' }, spec: { hostname: 'x', securityContext: { runAsUser: 1 } } },
      { spec: { hostname: { a: null, b: 1 }, securityContext: 'x' } },
      { metadata: { name: 'a' }, spec: { hostname: { b: 1 }, securityContext: 'x' } },
    ],
    [
      'null deletes a list and a map',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1' }], securityContext: { runAsUser: 1 } } },
      { spec: { containers: null, securityContext: null } },
      { metadata: { name: 'a' }, spec: {} },
    ],
    [
      'takes fields the schema does not know',
      podSchema,
      { metadata: { name: 'a' }, spec: {} },
      { spec: { unknown: { a: [1, null], b: null } }, top: 1 },
      { metadata: { name: 'a' }, spec: { unknown: { a: [1, null] } }, top: 1 },
    ],
    [
      'empty lists',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [], volumes: [{ name: 'v' }] } },
      { spec: { containers: [], volumes: [] } },
      { metadata: { name: 'a' }, spec: { containers: [], volumes: [{ name: 'v' }] } },
    ],
    [
      'deep merge of env in a container',
      podSchema,
      {
        metadata: { name: 'a' },
        spec: {
          containers: [
            {
              name: 'c',
              env: [
                { name: 'A', value: '1' },
                { name: 'B', value: '2' },
              ],
            },
          ],
        },
      },
      {
        spec: {
          containers: [
            {
              name: 'c',
              env: [
                { name: 'A', value: null, valueFrom: { fieldRef: { fieldPath: 'x' } } },
                { name: 'B', $patch: 'delete' },
              ],
            },
          ],
        },
      },
      { metadata: { name: 'a' }, spec: { containers: [{ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'x' } } }], name: 'c' }] } },
    ],
    [
      'replaces a map whose strategy is replace',
      disruptionBudgetSchema,
      { metadata: { name: 'a' }, spec: { selector: { matchLabels: { a: '1' } } } },
      { spec: { selector: { matchLabels: { b: '2' } } } },
      { metadata: { name: 'a' }, spec: { selector: { matchLabels: { b: '2' } } } },
    ],
    [
      'merges the data of a ConfigMap',
      configMapSchema,
      { metadata: { name: 'a' }, data: { a: '1', b: '2' } },
      { data: { a: null, c: '3' } },
      { data: { b: '2', c: '3' }, metadata: { name: 'a' } },
    ],
    [
      'the empty patch changes nothing',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c' }] } },
      {},
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c' }] } },
    ],
    [
      'same element twice in the patch',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c' }] } },
      {
        spec: {
          containers: [
            { name: 'c', image: '1' },
            { name: 'c', command: ['x'] },
            { name: 'd', image: '1' },
            { name: 'd', command: ['y'] },
          ],
        },
      },
      {
        metadata: { name: 'a' },
        spec: {
          containers: [
            { command: ['x'], image: '1', name: 'c' },
            { command: ['y'], image: '1', name: 'd' },
          ],
        },
      },
    ],
    [
      'ordering without directive interleaves server-only items',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }] } },
      {
        spec: {
          containers: [
            { name: 'd', image: '1' },
            { name: 'b', image: '2' },
          ],
        },
      },
      {
        metadata: { name: 'a' },
        spec: { containers: [{ name: 'a' }, { name: 'c' }, { image: '1', name: 'd' }, { image: '2', name: 'b' }] },
      },
    ],
    [
      'root replace',
      configMapSchema,
      { metadata: { name: 'a' }, data: { a: '1' } },
      { $patch: 'replace', metadata: { name: 'a' } },
      { metadata: { name: 'a' } },
    ],
    [
      'delete list not a list',
      podSchema,
      { metadata: { name: 'a', finalizers: ['a/a'] }, spec: {} },
      { metadata: { '$deleteFromPrimitiveList/finalizers': 'a/a' } },
      { metadata: { finalizers: ['a/a'], name: 'a' }, spec: {} },
    ],
  ])('%s', (_name, schema, original, patch, expected) => {
    expect(applyStrategicMergePatch(deepFreeze(original), deepFreeze(patch), schema)).toEqual(expected);
  });

  it.each<[string, ObjectSchema, JsonObject, JsonObject, string]>([
    [
      '$patch merge in a list',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1', image: 'i1' }] } },
      { spec: { containers: [{ $patch: 'merge', name: 'c1', image: 'x' }] } },
      'merging lists cannot yet be specified in the patch',
    ],
    [
      '$patch merge in a map',
      podSchema,
      { metadata: { name: 'a' }, spec: { nodeName: 'n' } },
      { spec: { $patch: 'merge', hostname: 'x' } },
      'unknown patch type: merge in map: map[$patch:merge hostname:x]',
    ],
    [
      '$patch unknown in a map',
      podSchema,
      { metadata: { name: 'a' }, spec: { nodeName: 'n' } },
      { spec: { $patch: 'odd', hostname: 'x' } },
      'unknown patch type: odd in map: map[$patch:odd hostname:x]',
    ],
    [
      '$patch unknown in a list',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1' }] } },
      { spec: { containers: [{ $patch: 'odd', name: 'c1' }] } },
      'unknown patch type: odd in map: map[$patch:odd name:c1]',
    ],
    [
      'order that does not match the patch',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1' }] } },
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'c2' }, { name: 'c1' }],
          containers: [
            { name: 'c1', image: 'x' },
            { name: 'c2', image: 'y' },
          ],
        },
      },
      "The order in patch list:\n[map[image:x name:c1] map[image:y name:c2]]\n doesn't match $setElementOrder list:\n[map[name:c2] map[name:c1]]",
    ],
    [
      'order of a list with a missing patch item',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1' }] } },
      { spec: { '$setElementOrder/containers': [{ name: 'c1' }], containers: [{ name: 'c2', image: 'y' }] } },
      "The order in patch list:\n[map[image:y name:c2]]\n doesn't match $setElementOrder list:\n[map[name:c1]]",
    ],
    [
      'order that is no list',
      podSchema,
      { metadata: { name: 'a', finalizers: ['a/a'] }, spec: {} },
      { metadata: { '$setElementOrder/finalizers': 'x' } },
      'expected a []interface {}, but received a string',
    ],
    [
      'order without merge key',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1' }] } },
      { spec: { '$setElementOrder/containers': [{ nam: 'c1' }], containers: [{ name: 'c1', image: 'x' }] } },
      'map: map[nam:c1] does not contain declared merge key: name',
    ],
    [
      'retainKeys without a patched key',
      deploymentSchema,
      { metadata: { name: 'a' }, spec: { strategy: { type: 'RollingUpdate' } } },
      { spec: { strategy: { $retainKeys: ['type'], rollingUpdate: {} } } },
      'invalid patch format of retainKeys',
    ],
    [
      'retainKeys that is no list',
      deploymentSchema,
      { metadata: { name: 'a' }, spec: { strategy: { type: 'RollingUpdate' } } },
      { spec: { strategy: { $retainKeys: 'type' } } },
      'invalid patch format of retainKeys',
    ],
    [
      'element without merge key',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1' }] } },
      { spec: { containers: [{ image: 'x', args: ['a'] }] } },
      'map: map[args:[a] image:x] does not contain declared merge key: name',
    ],
    [
      'delete without merge key',
      podSchema,
      { metadata: { name: 'a' }, spec: { containers: [{ name: 'c1' }] } },
      { spec: { containers: [{ $patch: 'delete' }] } },
      'map: map[$patch:delete] does not contain declared merge key: name',
    ],
    [
      'mixed list',
      podSchema,
      { metadata: { name: 'a', finalizers: ['a/a'] }, spec: {} },
      { metadata: { finalizers: ['b', { a: 1 }] } },
      'list element types are not identical: [[a/a] [b map[a:1]]]',
    ],
    [
      'list of lists',
      podSchema,
      { metadata: { name: 'a', finalizers: ['a/a'] }, spec: {} },
      { metadata: { finalizers: [['b']] } },
      'list element types are not identical: [[a/a] [[b]]]',
    ],
    [
      'odd prefix',
      podSchema,
      { metadata: { name: 'a', finalizers: ['a/a'] }, spec: {} },
      { metadata: { $deleteFromPrimitiveList: ['a/a'] } },
      'invalid patch format of primitive list',
    ],
  ])('refuses: %s', (_name, schema, original, patch, message) => {
    expect(() => applyStrategicMergePatch(original, patch, schema)).toThrow(
      expect.objectContaining({ code: 400, message: expect.stringContaining(message) }),
    );
  });
});

describe('orders that contradict, as kubectl takes them', () => {
  const volumes = (...names: string[]): JsonObject => ({ spec: { volumes: names.map((name) => ({ name })) } });
  const namesIn = (result: JsonObject): unknown => (result as { spec: { volumes: JsonObject[] } }).spec.volumes.map(({ name }) => name);
  const patchOf = (order: string[] | undefined, ...elements: JsonObject[]): JsonObject => ({
    spec: { volumes: elements, ...(order ? { '$setElementOrder/volumes': order.map((name) => ({ name })) } : {}) },
  });

  it.each<[string, string[], JsonObject, string[]]>([
    ['an empty order is none', ['c', 'a'], patchOf([], { name: 'b' }, { name: 'c' }), ['c', 'a', 'b']],
    ['what is new comes in reverse then', ['d'], patchOf([], { name: 'b' }, { name: 'a' }), ['d', 'a', 'b']],
    [
      'what is new takes the place of what is deleted',
      ['b', 'c'],
      patchOf(['a'], { name: 'a' }, { name: 'b', $patch: 'delete' }),
      ['c', 'a'],
    ],
    [
      'twins in a replaced list stand together',
      ['x'],
      patchOf(undefined, { name: 'z' }, { $patch: 'replace' }, { name: 'y' }, { name: 'z' }),
      ['z', 'z', 'y'],
    ],
  ])('%s', (_, before, patch, after) => {
    expect(namesIn(applyStrategicMergePatch(volumes(...before), patch, podSchema))).toEqual(after);
  });

  it('an order of nothing at all is refused', () => {
    const apply = (document: JsonObject, patch: JsonObject) => () => applyStrategicMergePatch(document, patch, podSchema);
    expect(apply(volumes(), { spec: { '$setElementOrder/volumes': [{ name: 'a' }] } })).toThrow('no elements in any of the given slices');
    expect(apply({ spec: {} }, patchOf(['a']))).toThrow('no elements in any of the given slices');
    expect(apply({ spec: {} }, { spec: { '$setElementOrder/volumes': [{ name: 'a' }] } })()).toEqual({ spec: {} });
  });

  it('a very long list is sorted in a moment', () => {
    const finalizers = Array.from({ length: 50_000 }, (_, i) => `f${i}`);
    const patched = applyStrategicMergePatch({}, { metadata: { finalizers, '$setElementOrder/finalizers': [] } }, podSchema);
    expect((patched.metadata as JsonObject).finalizers).toHaveLength(finalizers.length);
  });
});

describe('what only this side has', () => {
  it('merges unknown fields as plain JSON', () => {
    const original = { spec: { unknown: { a: 1 }, list: [1] } };
    const patched = applyStrategicMergePatch(original, { spec: { unknown: { b: 2 }, list: [2] } }, podSchema);
    expect(patched).toEqual({ spec: { unknown: { a: 1, b: 2 }, list: [2] } });
  });

  it('shares nothing with the old document or the patch', () => {
    const original = { spec: { containers: [{ name: 'a', args: ['x'] }], tolerations: [{ key: 'a' }] } };
    const patch = { spec: { containers: [{ name: 'b', args: ['y'] }], tolerations: [{ key: 'b' }] } };
    const patched = applyStrategicMergePatch(original, patch, podSchema);
    const shared = new Set<unknown>();
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      shared.add(value);
      Object.values(value).forEach(collect);
    };
    collect(original);
    collect(patch);
    const walk = (value: unknown): void => {
      expect(shared.has(value)).toBe(false);
      if (typeof value === 'object' && value !== null)
        Object.values(value)
          .filter((part) => typeof part === 'object')
          .forEach(walk);
    };
    walk(patched);
  });

  it('is safe against fields that are named like inherited ones', () => {
    const patch: unknown = JSON.parse('{"metadata":{"labels":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}}');
    const patched = applyStrategicMergePatch({ metadata: { labels: { a: '1' } } }, patch, podSchema);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(JSON.stringify(patched)).toContain('"__proto__":{"polluted":1}');
    const again: unknown = JSON.parse('{"metadata":{"labels":{"__proto__":{"polluted":2}}}}');
    applyStrategicMergePatch(patched, again, podSchema);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('refuses endless nesting instead of overflowing the stack', () => {
    const deep = (levels: number): JsonObject => {
      let value: JsonObject = {};
      for (let i = 0; i < levels; i++) value = { a: value };
      return value;
    };
    expect(() => applyStrategicMergePatch({}, deep(100_000), podSchema)).toThrow('nested too deeply');
    expect(() => applyStrategicMergePatch(deep(400), deep(100_000), podSchema)).toThrow('nested too deeply');
    expect(() => applyStrategicMergePatch({}, { $patch: deep(100_000) }, podSchema)).toThrow('unknown patch type');
  });

  it.each([[[]], ['x'], [1], [null]])('refuses %j as a patch', (patch) => {
    expect(() => applyStrategicMergePatch({}, patch, podSchema)).toThrow(expect.objectContaining({ code: 400 }));
  });
});
