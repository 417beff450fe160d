import type { ConfigMap, Deployment, Pod } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { clusterOfFile, configMap, deployment, pod } from './support/cluster-of-file.ts';
import { applying, DEMO, denied, mutatingPolicies, patched, rule, setting } from './support/mutating-policies.ts';
import { patching, type ReviewRequest, webhookOfFile, withWebhooks } from './support/webhook.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;
const { made, clear, policy, dataOf } = mutatingPolicies(admin);

describe('apply configurations', () => {
  test('R1: are merged into what is written, created, updated and applied', async () => {
    const { ns, at } = await namespace();
    const path = `/apis/apps/v1/namespaces/${ns}/deployments`;
    const spec = 'Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: "proxy", image: "proxy:1"}]}';
    await policy(
      [
        applying(`Object{spec: Object.spec{template: Object.spec.template{spec: ${spec}}}}`),
        applying(
          'Object{metadata: Object.metadata{labels: {"replicas": string(object.spec.replicas), "containers": string(object.spec.template.spec.containers.size())}}}',
        ),
      ],
      { matchConstraints: { resourceRules: [rule('deployments', { apiGroups: ['apps'] })] } },
    );
    const created = (await admin.post(path, deployment('x', 2))).json<Deployment>();
    // What is added has the defaults that it would have had from the beginning.
    expect(created.spec?.template?.spec?.containers).toMatchObject([
      { name: 'c', image: 'web' },
      { name: 'proxy', image: 'proxy:1', terminationMessagePath: '/dev/termination-log' },
    ]);
    expect(created.metadata?.labels).toEqual({ replicas: '2', containers: '2' });
    expect(created.metadata?.generation).toBe(1);
    const updated = (await admin.patch(`${path}/x`, { spec: { replicas: 5 } })).json<Deployment>();
    expect([updated.metadata?.labels?.replicas, updated.metadata?.generation]).toEqual(['5', 2]);
    const same = (await admin.patch(`${path}/x`, { spec: { replicas: 5 } })).json<Deployment>();
    expect(same.metadata?.resourceVersion).toBe(updated.metadata?.resourceVersion);
    // Nobody owns what a policy sets.
    expect(JSON.stringify(created.metadata?.managedFields)).not.toContain('proxy');
    expect((await admin.get(`${at}/configmaps`)).code).toBe(200);
  });

  test.each([
    [
      'Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {"l": "v"}}}}',
      'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.selector',
    ],
    [
      'Object{spec: Object.spec{replicasx: 1}}',
      'error applying patch: failed to convert patch object to typed object: .spec.replicasx: field not declared in schema',
    ],
    [
      'Object{spec: Object.specx{replicas: 1}}',
      'type mismatch: unexpected type name "Object.specx", expected "Object.spec", which matches field name path from root Object type',
    ],
    [
      'Object{spec: Object.spec{replicas: object.spec.nothing}}',
      "expression 'Object{spec: Object.spec{replicas: object.spec.nothing}}' resulted in error: no such key: nothing",
    ],
  ])('R1: %s refuses, in Kubernetes’ words', async (expression, why) => {
    const { ns } = await namespace();
    await policy([applying(expression)], { matchConstraints: { resourceRules: [rule('deployments')] } });
    expect((await admin.post(`/apis/apps/v1/namespaces/${ns}/deployments`, deployment('x'))).status()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: denied(why),
      reason: 'Invalid',
      details: { name: 'x', group: 'apps', kind: 'deployments', causes: [{ message: denied(why) }] },
      code: 403,
    });
  });

  test('R1: what a policy makes of an object is validated as if it had been sent', async () => {
    const { ns } = await namespace();
    await policy([applying('Object{spec: Object.spec{replicas: -1}}')], { matchConstraints: { resourceRules: [rule('deployments')] } });
    const { code, message } = (await admin.post(`/apis/apps/v1/namespaces/${ns}/deployments`, deployment('x'))).status();
    expect([code, message]).toEqual([
      422,
      'Deployment.apps "x" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });
});

describe('JSON patches', () => {
  test('R1: are carried out, with messages as values', async () => {
    const { at } = await namespace();
    await policy(
      [
        patched(`[
          JSONPatch{op: "test", path: "/spec/containers/0/name", value: "c"},
          JSONPatch{op: "add", path: "/metadata/labels", value: {}},
          JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("example.com/x"), value: "y"},
          JSONPatch{op: "add", path: "/spec/containers/-", value: Object.spec.containers{name: "d", image: "e"}}
        ]`),
        // A test that fails is no failure.
        patched('[JSONPatch{op: "test", path: "/spec/containers/0/name", value: "z"}, JSONPatch{op: "remove", path: "/spec/containers"}]'),
      ],
      { matchConstraints: { resourceRules: [rule('pods', { operations: ['CREATE'] })] } },
    );
    const { metadata, spec } = (await admin.post(`${at}/pods`, pod('p'))).json<Pod>();
    expect(metadata?.labels).toEqual({ 'example.com/x': 'y' });
    expect(spec?.containers).toMatchObject([{ name: 'c' }, { name: 'd', image: 'e', imagePullPolicy: 'Always' }]);
  });

  test('R1: that do not apply are a failure; what is no object of its kind is an error, whatever the failure policy', async () => {
    const { at } = await namespace();
    await policy([patched('[JSONPatch{op: "remove", path: "/data/nothing"}]')]);
    expect((await admin.post(`${at}/configmaps`, configMap('a', { b: 'c' }))).status().message).toBe(
      denied("JSONPath: error in remove for path: '/data/nothing': Unable to remove nonexistent key: nothing: missing value"),
    );
    await clear();
    await policy([patched('[JSONPatch{op: "add", path: "/datum", value: "x"}]')], { failurePolicy: 'Ignore' });
    const { code, message } = (await admin.post(`${at}/configmaps`, configMap('a'))).status();
    expect([code, message]).toEqual([500, 'Internal error occurred: strict decoding error: unknown field "datum"']);
  });
});

/** Appends a letter to a value of a ConfigMap. */
const appending = (letter: string) => setting('log', `(has(object.data.log) ? object.data.log : "") + "${letter}"`);

describe('order', () => {
  test('R1: policies run by name; those that want to see what others have made of it run again, once', async () => {
    const { at } = await namespace();
    await policy([appending('a')], { reinvocationPolicy: 'IfNeeded' }, { name: 'a' });
    await policy([appending('b')], {}, { name: 'b' });
    expect(await dataOf(at, 'x')).toEqual({ log: 'aba' });
  });

  test('R1: they run before webhooks, and again when a webhook has changed the object', async () => {
    const { at } = await namespace();
    const hook = await webhookOfFile({
      w: ({ object }: ReviewRequest) =>
        patching({ op: 'add', path: '/data/log', value: `${(object as ConfigMap | undefined)?.data?.log ?? ''}w` }),
      nothing: {},
    });
    await policy(
      [appending('a')],
      { matchConditions: [{ name: 'once', expression: '!object.?data.?log.orValue("").contains("a")' }] },
      { name: 'a' },
    );
    await policy(
      [setting('seen', 'object.data.log')],
      { reinvocationPolicy: 'IfNeeded', matchConditions: [{ name: 'log', expression: 'has(object.data.log)' }] },
      { name: 'b' },
    );
    await withWebhooks(admin, 'mutating', [{ clientConfig: hook.at('w') }], async () => {
      expect(await dataOf(at, 'x')).toEqual({ log: 'aw', seen: 'aw' });
      expect(hook.asked).toHaveLength(1);
    });
    // A webhook that wants to hear of changes after it is not asked again about those before it.
    await withWebhooks(admin, 'mutating', [{ clientConfig: hook.at('nothing'), reinvocationPolicy: 'IfNeeded' }], async () => {
      expect(await dataOf(at, 'y')).toEqual({ log: 'a', seen: 'a' });
      expect(hook.asked).toHaveLength(2);
    });
  });

  test('R1: built-in plug-ins see again what policies have changed', async () => {
    const { at } = await namespace();
    await policy([applying('Object{spec: Object.spec{priorityClassName: "system-node-critical", priority: 2000001000}}')], {
      matchConstraints: { resourceRules: [rule('pods', { operations: ['CREATE'] })] },
    });
    const { spec } = (await admin.post(`${at}/pods`, pod('p'))).json<Pod>();
    expect(spec).toMatchObject({ priority: 2_000_001_000, preemptionPolicy: 'PreemptLowerPriority' });
  });
});

test('R1: custom resources are mutated as their definition says', async () => {
  const { ns } = await namespace();
  const properties = {
    size: { type: 'integer', default: 1 },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    parts: { type: 'array', items: { type: 'string' } },
  };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } };
  const definition = {
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'things', singular: 'thing', kind: 'Thing' },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  expect((await admin.post(definitions, definition)).code).toBe(201);
  made.push(`${definitions}/things.example.com`);
  const things = `/apis/example.com/v1/namespaces/${ns}/things`;
  const thing = (name: string) => ({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name }, spec: { tags: ['a'] } });
  await policy(
    [
      applying('Object{spec: Object.spec{tags: ["b"], size: object.spec.size + 1}}'),
      patched('[JSONPatch{op: "add", path: "/spec/unknown", value: 1}]'),
    ],
    {
      matchConstraints: { resourceRules: [rule('things', { apiGroups: ['example.com'] })] },
    },
  );
  await expect.poll(async () => (await admin.get(things)).code).toBe(200);
  expect((await admin.post(things, thing('a'))).json()).toMatchObject({ spec: { tags: ['a', 'b'], size: 2 } });
  await admin.patch(DEMO, {
    spec: { mutations: [applying('Object{spec: Object.spec{parts: ["b"]}}')] },
  });
  expect((await admin.post(things, thing('b'))).status().message).toBe(
    denied('error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.parts'),
  );
});
