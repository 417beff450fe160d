import type { ConfigMap, Deployment, Pod } from '@kubernats/api';
import { afterEach, describe, expect, test } from 'vitest';
import { clusterOfFile, configMap, deployment, pod } from './support/cluster-of-file.ts';
import { patching, type ReviewRequest, webhookOfFile, withWebhooks } from './support/webhook.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;
const ADMISSION = '/apis/admissionregistration.k8s.io/v1';

const made: string[] = [];
afterEach(async () => {
  for (const path of made.splice(0)) await admin.delete(path);
});

async function make(plural: string, name: string, spec: object): Promise<void> {
  const { code, text } = await admin.post(`${ADMISSION}/${plural}`, { metadata: { name }, spec });
  expect(code, text).toBe(201);
  made.push(`${ADMISSION}/${plural}/${name}`);
}

const rule = (plural: string, more: object = {}) => ({
  apiGroups: ['*'],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources: [plural],
  ...more,
});
const applying = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } });
const patched = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });
/** Adds a key to a ConfigMap's data. */
const setting = (key: string, value = '"yes"') => applying(`Object{data: {"${key}": ${value}}}`);

/** A policy about ConfigMaps, unless `spec` says otherwise, and a binding of it. */
async function policy(
  mutations: object[],
  spec: object = {},
  { name = 'demo', ...binding }: { name?: string; [more: string]: unknown } = {},
) {
  const matchConstraints = { resourceRules: [rule('configmaps')] };
  await make('mutatingadmissionpolicies', name, { matchConstraints, mutations, reinvocationPolicy: 'Never', ...spec });
  await make('mutatingadmissionpolicybindings', `${name}-binding`, { policyName: name, ...binding });
}

async function dataOf(at: string, name: string, data: Record<string, string> = {}, query = ''): Promise<unknown> {
  const { code, text } = await admin.post(`${at}/configmaps${query}`, configMap(name, data));
  expect(code, text).toBe(201);
  return (JSON.parse(text) as ConfigMap).data;
}

const denied = (why: string) => `policy 'demo' with binding 'demo-binding' denied request: ${why}`;

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
    for (const path of made.splice(0)) await admin.delete(path);
    await policy([patched('[JSONPatch{op: "add", path: "/datum", value: "x"}]')], { failurePolicy: 'Ignore' });
    const { code, message } = (await admin.post(`${at}/configmaps`, configMap('a'))).status();
    expect([code, message]).toEqual([500, 'Internal error occurred: strict decoding error: unknown field "datum"']);
  });
});

describe('what a policy is about', () => {
  test('R1: a policy has effect while it is bound, and leaves alone what its rules, selectors and conditions do not name', async () => {
    const gold = await namespace();
    const plain = await namespace();
    await admin.patch(`/api/v1/namespaces/${gold.ns}`, { metadata: { labels: { tier: 'gold' } } });
    await policy([setting('set')], {
      matchConstraints: {
        resourceRules: [rule('configmaps')],
        excludeResourceRules: [rule('configmaps', { resourceNames: ['known'] })],
        namespaceSelector: { matchLabels: { tier: 'gold' } },
      },
      matchConditions: [{ name: 'wanted', expression: '!("skip" in object.data)' }],
    });
    expect(await dataOf(gold.at, 'a', { a: '1' })).toEqual({ a: '1', set: 'yes' });
    expect(await dataOf(gold.at, 'known', { a: '1' })).toEqual({ a: '1' });
    expect(await dataOf(gold.at, 'b', { skip: '' })).toEqual({ skip: '' });
    expect(await dataOf(plain.at, 'a', { a: '1' })).toEqual({ a: '1' });
    await admin.patch(`${ADMISSION}/mutatingadmissionpolicybindings/demo-binding`, {
      spec: { matchResources: { objectSelector: { matchLabels: { mutate: 'me' } } } },
    });
    expect(await dataOf(gold.at, 'c', { a: '1' })).toEqual({ a: '1' });
    expect((await admin.delete(`${ADMISSION}/mutatingadmissionpolicybindings/demo-binding`)).code).toBe(200);
    expect(await dataOf(gold.at, 'd', { a: '1' })).toEqual({ a: '1' });
  });

  test('R1: dry runs are mutated, deletions are not, and nobody can lock themselves out', async () => {
    const { at } = await namespace();
    await policy([setting('set', 'string(request.dryRun)')], {
      matchConstraints: { resourceRules: [rule('*', { apiVersions: ['*'], operations: ['*'] })] },
      matchConditions: [{ name: 'maps', expression: 'request.kind.kind != "Namespace"' }],
    });
    expect(await dataOf(at, 'a', {}, '?dryRun=All')).toEqual({ set: 'true' });
    expect((await admin.get(`${at}/configmaps/a`)).code).toBe(404);
    expect(await dataOf(at, 'a')).toEqual({ set: 'false' });
    expect((await admin.delete(`${at}/configmaps/a`)).code).toBe(200);
    expect((await admin.post(`${at}/secrets`, { metadata: { name: 's' } })).status().message).toBe(
      'Internal error occurred: illegal base64 data at input byte 5',
    );
    expect((await admin.delete(`${ADMISSION}/mutatingadmissionpolicybindings/demo-binding`)).code).toBe(200);
  });

  test('R1: parameters are found by name or by their labels, each is an invocation', async () => {
    const { at } = await namespace();
    const params = await namespace();
    await policy(
      [setting('set', '(has(object.data.set) ? object.data.set : "") + params.data.add')],
      { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, matchConditions: [{ name: 'on', expression: 'params.data.on != "no"' }] },
      { paramRef: { namespace: params.ns, selector: { matchLabels: { param: 'yes' } } } },
    );
    expect((await admin.post(`${at}/configmaps`, configMap('x'))).status()).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: denied('failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction'),
    });
    await admin.patch(`${ADMISSION}/mutatingadmissionpolicybindings/demo-binding`, {
      spec: { paramRef: { parameterNotFoundAction: 'Allow' } },
    });
    expect(await dataOf(at, 'x', { a: '1' })).toEqual({ a: '1' });
    for (const [name, on] of [
      ['p1', 'yes'],
      ['p2', 'no'],
      ['p3', 'yes'],
    ] as const) {
      const param = configMap(name, { add: name, on }, { labels: { param: 'yes' } });
      expect((await admin.post(`${params.at}/configmaps`, param)).code).toBe(201);
    }
    expect(await dataOf(at, 'y')).toEqual({ set: 'p1p3' });
    const binding = { policyName: 'demo', paramRef: { name: 'p2', namespace: params.ns, parameterNotFoundAction: 'Deny' } };
    await make('mutatingadmissionpolicybindings', 'another', binding);
    await admin.patch(`${params.at}/configmaps/p2`, { data: { on: 'yes' } });
    expect(await dataOf(at, 'z')).toEqual({ set: 'p2p1p2p3' });
  });

  test('R1: variables are computed anew for each mutation', async () => {
    const { at } = await namespace();
    await policy([setting('a', 'variables.count'), setting('b', 'variables.count')], {
      variables: [{ name: 'count', expression: '"data" in object ? string(object.data.size()) : "none"' }],
    });
    expect(await dataOf(at, 'x')).toEqual({ a: '0', b: '1' });
  });

  test('R1: a request for another version of the same objects is mutated in the form that the policy names', async () => {
    const { ns } = await namespace();
    await policy([applying('Object{spec: Object.spec{minReplicas: object.spec.metrics[0].resource.target.averageUtilization}}')], {
      matchConstraints: { resourceRules: [rule('horizontalpodautoscalers', { apiGroups: ['autoscaling'], apiVersions: ['v2'] })] },
    });
    const object = {
      metadata: { name: 'a' },
      spec: {
        maxReplicas: 300,
        targetCPUUtilizationPercentage: 50,
        scaleTargetRef: { kind: 'Deployment', name: 'a', apiVersion: 'apps/v1' },
      },
    };
    const { spec } = (await admin.post(`/apis/autoscaling/v1/namespaces/${ns}/horizontalpodautoscalers`, object)).json<{ spec: object }>();
    expect(spec).toMatchObject({ minReplicas: 50, maxReplicas: 300, targetCPUUtilizationPercentage: 50 });
  });

  test('R1: subresources are mutated as what they are asked with', async () => {
    const { ns, at } = await namespace();
    await policy([applying('Object{spec: Object.spec{replicas: 3}}')], {
      matchConstraints: { resourceRules: [rule('deployments/scale')] },
    });
    const deployments = `/apis/apps/v1/namespaces/${ns}/deployments`;
    expect((await admin.post(deployments, deployment('x', 1))).code).toBe(201);
    expect((await admin.patch(`${deployments}/x/scale`, { spec: { replicas: 6 } })).json()).toMatchObject({ spec: { replicas: 3 } });
    expect((await admin.get(`${deployments}/x`)).json<Deployment>().spec?.replicas).toBe(3);
    await policy(
      [applying('Object{deleteOptions: Object.deleteOptions{dryRun: ["All"]}}')],
      {
        matchConstraints: { resourceRules: [rule('pods/eviction')] },
      },
      { name: 'evictions' },
    );
    await admin.post(`${at}/pods`, pod('p'));
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } };
    expect((await admin.post(`${at}/pods/p/eviction`, eviction)).status().message).toContain('may not mutate atomic arrays');
  });
});

describe('failures', () => {
  test('R1: what cannot be done is left out where failures are ignored, and what could be done stays', async () => {
    const { at } = await namespace();
    const mutations = [setting('a'), setting('b', 'object.data.nothing'), setting('c')];
    await policy(mutations, { failurePolicy: 'Ignore' });
    expect(await dataOf(at, 'x')).toEqual({ a: 'yes', c: 'yes' });
    await admin.patch(`${ADMISSION}/mutatingadmissionpolicies/demo`, { spec: { failurePolicy: 'Fail' } });
    expect((await admin.post(`${at}/configmaps`, configMap('y'))).code).toBe(403);
    const conditions = (failurePolicy: string) => ({
      spec: { failurePolicy, matchConditions: [{ name: 'a', expression: 'object.x == 1' }] },
    });
    await admin.patch(`${ADMISSION}/mutatingadmissionpolicies/demo`, conditions('Fail'));
    expect((await admin.post(`${at}/configmaps`, configMap('y'))).status().message).toBe(
      denied("expression 'object.x == 1' resulted in error: no such key: x"),
    );
    await admin.patch(`${ADMISSION}/mutatingadmissionpolicies/demo`, conditions('Ignore'));
    expect(await dataOf(at, 'y')).toEqual({});
  });

  test('R1: a kind of parameters that nobody serves refuses what its policy is about', async () => {
    const { at } = await namespace();
    await policy([setting('a')], { paramKind: { apiVersion: 'example.com/v1', kind: 'Limit' } });
    expect((await admin.post(`${at}/configmaps`, configMap('a'))).status()).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: `policy "demo" denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limit'`,
    });
  });

  test('R1: an expression that would never end is stopped', async () => {
    const { at } = await namespace();
    const words = Array.from({ length: 2000 }, (_, index) => `w${index}`).join(' ');
    const endless = 'object.data.words.split(" ").all(a, object.data.words.split(" ").all(b, a + b != ""))';
    await policy([setting('a', `string(${endless})`)]);
    expect((await admin.post(`${at}/configmaps`, configMap('a', { words }))).status().message).toContain('actual cost limit exceeded');
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
  await admin.patch(`${ADMISSION}/mutatingadmissionpolicies/demo`, {
    spec: { mutations: [applying('Object{spec: Object.spec{parts: ["b"]}}')] },
  });
  expect((await admin.post(things, thing('b'))).status().message).toBe(
    denied('error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.parts'),
  );
});

test.each(['mutating', 'validating'])('R1: nobody reads by a %s policy what they may not read', async (kind) => {
  const user = `author-${kind}`;
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const rules = [
    { apiGroups: ['admissionregistration.k8s.io'], resources: ['*'], verbs: ['create', 'update', 'patch', 'delete'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
  ];
  const subjects = [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }];
  const roleRef = { kind: 'ClusterRole', name: user, apiGroup: 'rbac.authorization.k8s.io' };
  await admin.post(`${rbac}/clusterroles`, { metadata: { name: user }, rules });
  await admin.post(`${rbac}/clusterrolebindings`, { metadata: { name: user }, subjects, roleRef });
  const author = await door.as(user);
  const does = kind === 'mutating' ? { mutations: [setting('a')], reinvocationPolicy: 'Never' } : { validations: [{ expression: 'true' }] };
  const policyOf = (paramKind: string) => ({
    metadata: { name: user },
    spec: { matchConstraints: { resourceRules: [rule('configmaps')] }, paramKind: { apiVersion: 'v1', kind: paramKind }, ...does },
  });
  const policies = `${ADMISSION}/${kind}admissionpolicies`;
  const refused = (await author.post(policies, policyOf('Secret'))).status();
  expect([refused.code, refused.message?.replace(/X509SHA256=\w+/, '…')]).toEqual([
    422,
    `${kind === 'mutating' ? 'Mutating' : 'Validating'}AdmissionPolicy.admissionregistration.k8s.io "${user}" is invalid: spec.paramKind: Forbidden: ` +
      `user &{${user}  [system:authenticated] map[authentication.kubernetes.io/credential-id:[…]]} ` +
      'must have "get" permission on all objects of the referenced paramKind (kind=Secret, apiVersion=v1)',
  ]);
  expect((await author.post(policies, policyOf('ConfigMap'))).code).toBe(201);
  made.push(`${policies}/${user}`);
  const bindingOf = (paramRef: object) => ({
    metadata: { name: user },
    spec: {
      policyName: user,
      paramRef: { parameterNotFoundAction: 'Allow', ...paramRef },
      ...(kind === 'mutating' ? {} : { validationActions: ['Audit'] }),
    },
  });
  const bindings = `${ADMISSION}/${kind}admissionpolicybindings`;
  expect((await author.post(bindings, bindingOf({ selector: {} }))).status().message).toContain(
    '} does not have "list" permission on the object referenced by paramRef',
  );
  expect((await author.post(bindings, bindingOf({ name: 'x' }))).code).toBe(201);
  made.push(`${bindings}/${user}`);
});
