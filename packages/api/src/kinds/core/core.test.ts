import { describe, expect, test } from 'vitest';
import { CONTEXT, cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { ConfigMap, Endpoints, Namespace, Node, Secret, Service } from '../../index.ts';
import { validateBinding } from './binding.ts';

const namespaced = { name: 'a', namespace: 'default' };

describe('Namespace', () => {
  const namespaces = rowOf('namespaces');
  test('R1: its phase goes with its deletion', () => {
    const wrong = (phase: string, metadata: Namespace['metadata'] = {}) => {
      const next: Namespace = { metadata: { name: 'a', ...metadata }, status: { phase } };
      return namespaces.strategy.validateStatusUpdate?.(next, next, CONTEXT).map(({ field, message }) => `${field}: ${message}`);
    };
    expect(wrong('Active')).toEqual([]);
    expect(wrong('Terminating')).toEqual([
      'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
    ]);
    const deleted = { deletionTimestamp: '2026-11-24T11:00:00Z' };
    expect(wrong('Terminating', deleted)).toEqual([]);
    expect(wrong('Active', deleted)).toEqual([
      'status.Phase: Invalid value: "Active": may only be \'Terminating\' if `deletionTimestamp` is not empty',
    ]);
  });

  test('begins Active, with its finalizer and its name as a label', () => {
    expect(create(namespaces, { metadata: { name: 'a' } })).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'a' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  });

  test('an update cannot take the finalizer off', () => {
    const old = create<Namespace>(namespaces, { metadata: { name: 'a' } });
    expect(update(namespaces, old, (draft) => (draft.spec = {})).next.spec).toEqual({ finalizers: ['kubernetes'] });
  });

  test('its name is a label', () => {
    expect(problems(namespaces, { metadata: { name: 'a.b' } })).toHaveLength(1);
  });
});

describe('Node', () => {
  const nodes = rowOf('nodes');
  const node = (more: Partial<Node>): Node => ({ metadata: { name: 'node1' }, ...more });

  test('R1: its range is given once, by whichever of the fields', () => {
    const old = create(nodes, node({ spec: { podCIDR: '10.0.0.0/24' } }));
    expect((old as Node).spec?.podCIDRs).toEqual(['10.0.0.0/24']);
    expect(update(nodes, old, (draft) => Object.assign(draft.spec ?? {}, { podCIDR: '10.0.1.0/24' })).problems).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    ]);
  });

  test('taints', () => {
    expect(problems(nodes, node({ spec: { taints: [{ key: 'a', effect: 'Never' }] } }))).toEqual([
      'spec.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ]);
    expect(
      problems(
        nodes,
        node({
          spec: {
            taints: [
              { key: 'a', effect: 'NoSchedule' },
              { key: 'a', effect: 'NoSchedule' },
            ],
          },
        }),
      )[0],
    ).toContain('taints must be unique by key and effect pair');
  });

  test('the range of its Pods is given once', () => {
    const old = create(nodes, node({ spec: { podCIDR: '127.128.0.0/24' } }));
    expect(old.spec?.podCIDRs).toEqual(['127.128.0.0/24']);
    expect(update(nodes, old, (draft) => (draft.spec = { podCIDR: '127.128.1.0/24' })).problems).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
    ]);
  });

  test('columns', () => {
    const object = node({
      metadata: { name: 'node1', labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/edge': '' } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'InternalIP', address: '127.10.0.1' }],
      },
    });
    expect(cells(nodes, object)).toMatchObject({
      Status: 'Ready,SchedulingDisabled',
      Roles: 'edge,worker',
      'Internal-IP': '127.10.0.1',
      'External-IP': '<none>',
      'OS-Image': '<unknown>',
    });
    expect(cells(nodes, node({}))).toMatchObject({ Status: 'Unknown', Roles: '<none>' });
  });
});

describe('ConfigMap', () => {
  const configMaps = rowOf('configmaps');
  test('keys are names of files', () => {
    expect(problems(configMaps, { metadata: namespaced, data: { 'a/b': 'c' } } as ConfigMap)[0]).toMatch(
      /^data\[a\/b\]: Invalid value: "a\/b": a valid config key must consist of/,
    );
    expect(problems(configMaps, { metadata: namespaced, data: { a: 'b' }, binaryData: { a: '' } } as ConfigMap)).toEqual([
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ]);
  });

  test('an immutable one stays', () => {
    const old = create(configMaps, { metadata: namespaced, immutable: true, data: { a: 'b' } } as ConfigMap);
    expect(update(configMaps, old, (draft) => Object.assign(draft, { data: { a: 'c' }, immutable: false })).problems).toEqual([
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });

  test('at most 1 MiB', () => {
    expect(problems(configMaps, { metadata: namespaced, data: { a: 'x'.repeat(1024 * 1024 + 1) } } as ConfigMap)[0]).toBe(
      '[]: Too long: may not be more than 1048576 bytes',
    );
  });

  test('its data are counted', () => {
    expect(cells(configMaps, { data: { a: '1' }, binaryData: { b: '' } } as ConfigMap)).toMatchObject({ Data: 2 });
  });
});

describe('Secret', () => {
  const secrets = rowOf('secrets');
  test('stringData becomes data', () => {
    expect(create(secrets, { metadata: namespaced, stringData: { a: 'é' } } as Secret)).toEqual({
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: namespaced,
      type: 'Opaque',
      data: { a: 'w6k=' },
    });
  });

  test('a type asks for its keys', () => {
    expect(problems(secrets, { metadata: namespaced, type: 'kubernetes.io/tls' } as Secret)).toEqual([
      'data[tls.crt]: Required value',
      'data[tls.key]: Required value',
    ]);
  });

  test.each([
    ['{"auths":{}}', undefined],
    ['{x', "invalid character 'x' looking for beginning of object key string"],
    ['', 'unexpected end of JSON input'],
    ['[]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ])('R1: what images are pulled with is an object of JSON: %s', (text, why) => {
    const secret = { metadata: namespaced, type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': text } } as Secret;
    const said = why === undefined ? [] : [`data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": ${why}`];
    expect(problems(secrets, secret)).toEqual(said);
  });

  test('the type never changes', () => {
    const old = create(secrets, { metadata: namespaced } as Secret);
    expect(update(secrets, old, (draft) => Object.assign(draft, { type: 'mine/x' })).problems).toEqual([
      'type: Invalid value: "mine/x": field is immutable',
    ]);
  });
});

describe('Endpoints', () => {
  const endpoints = rowOf('endpoints');
  test('addresses of the loopback network are addresses', () => {
    const object: Endpoints = { metadata: namespaced, subsets: [{ addresses: [{ ip: '127.128.0.2' }], ports: [{ port: 80 }] }] };
    expect(problems(endpoints, object)).toEqual([]);
    expect(cells(endpoints, object)).toMatchObject({ Endpoints: '127.128.0.2:80' });
  });

  test('more than three are counted', () => {
    const addresses = [1, 2, 3, 4, 5].map((i) => ({ ip: `10.0.0.${i}` }));
    expect(cells(endpoints, { subsets: [{ addresses, ports: [{ port: 80 }] }] } as Endpoints)).toMatchObject({
      Endpoints: '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...',
    });
  });

  test('a subset without addresses', () => {
    expect(problems(endpoints, { metadata: namespaced, subsets: [{}] } as Endpoints)).toEqual([
      'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
    ]);
  });

  test('addresses that are none, or of one machine or link only', () => {
    const addresses = [{ ip: 'a' }, { ip: '0.0.0.0' }, { ip: '192.0.2.1', hostname: 'a.b' }];
    expect(problems(endpoints, { metadata: namespaced, subsets: [{ addresses }] } as Endpoints)).toEqual([
      'subsets[0].addresses[0].ip: Invalid value: "a": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'subsets[0].addresses[1].ip: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0 or ::)',
      expect.stringMatching(/^subsets\[0\]\.addresses\[2\]\.hostname: Invalid value: "a\.b"/),
    ]);
  });
});

describe('Binding', () => {
  test('a Pod is bound to a node', () => {
    expect(validateBinding({ target: { kind: 'Node', name: 'node1' } })).toEqual([]);
    expect(validateBinding({ target: { kind: 'Minion' } }).map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'target.kind: Unsupported value: "Minion": supported values: "Node", "<empty>"',
      'target.name: Required value',
    ]);
  });
});

test('a status belongs to the controllers: creation drops it, an update keeps the old one; only Nodes register with theirs', () => {
  const nodes = rowOf('nodes');
  const services = rowOf('services');
  const sent: Node = { metadata: { name: 'a' }, status: { phase: 'x' } };
  expect(create(nodes, sent)).toHaveProperty('status.phase', 'x');
  expect(create(services, { ...sent, spec: {} } as Service)).not.toHaveProperty('status.phase');
  const old: Node = { metadata: { name: 'a' }, status: { phase: 'old' } };
  const draft = structuredClone(sent);
  nodes.strategy.prepareForUpdate?.(draft, old, CONTEXT);
  expect(draft.status).toEqual({ phase: 'old' });
});
