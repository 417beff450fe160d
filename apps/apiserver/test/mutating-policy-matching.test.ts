import type { Deployment } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { clusterOfFile, configMap, deployment, pod } from './support/cluster-of-file.ts';
import { ADMISSION, applying, DEMO, DEMO_BINDING, denied, mutatingPolicies, rule, setting } from './support/mutating-policies.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;
const { made, make, policy, dataOf } = mutatingPolicies(admin);

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
    await admin.patch(DEMO_BINDING, {
      spec: { matchResources: { objectSelector: { matchLabels: { mutate: 'me' } } } },
    });
    expect(await dataOf(gold.at, 'c', { a: '1' })).toEqual({ a: '1' });
    expect((await admin.delete(DEMO_BINDING)).code).toBe(200);
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
    expect((await admin.delete(DEMO_BINDING)).code).toBe(200);
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
    await admin.patch(DEMO_BINDING, {
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
    await admin.patch(DEMO, { spec: { failurePolicy: 'Fail' } });
    expect((await admin.post(`${at}/configmaps`, configMap('y'))).code).toBe(403);
    const conditions = (failurePolicy: string) => ({
      spec: { failurePolicy, matchConditions: [{ name: 'a', expression: 'object.x == 1' }] },
    });
    await admin.patch(DEMO, conditions('Fail'));
    expect((await admin.post(`${at}/configmaps`, configMap('y'))).status().message).toBe(
      denied("expression 'object.x == 1' resulted in error: no such key: x"),
    );
    await admin.patch(DEMO, conditions('Ignore'));
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
    const unnamed = await admin.post(`${at}/configmaps`, { metadata: { generateName: 'g-' } });
    expect(unnamed.status().details).toMatchObject({ name: 'g-', kind: 'configmaps' });
  });

  test('R1: an expression that would never end is stopped', async () => {
    const { at } = await namespace();
    const words = Array.from({ length: 2000 }, (_, index) => `w${index}`).join(' ');
    const endless = 'object.data.words.split(" ").all(a, object.data.words.split(" ").all(b, a + b != ""))';
    await policy([setting('a', `string(${endless})`)]);
    expect((await admin.post(`${at}/configmaps`, configMap('a', { words }))).status().message).toContain('actual cost limit exceeded');
  });
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
