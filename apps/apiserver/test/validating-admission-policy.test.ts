import { afterEach, expect, test } from 'vitest';
import { clusterOfFile, configMap, deployment } from './support/cluster-of-file.ts';

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

/** A policy about ConfigMaps, unless `spec` says otherwise, and a binding of it. */
async function policy(spec: object, binding: object = {}): Promise<void> {
  await make('validatingadmissionpolicies', 'demo', { matchConstraints: { resourceRules: [rule('configmaps')] }, ...spec });
  await bind('demo-binding', binding);
}

const bind = (name: string, binding: object) =>
  make('validatingadmissionpolicybindings', name, { policyName: 'demo', validationActions: ['Deny'], ...binding });

const NO_SECRETS = { validations: [{ expression: '!("secret" in object.data)' }] };
const secretive = (name: string) => configMap(name, { secret: 'x' });

test('R1: a policy refuses what breaks it, in Kubernetes’ words', async () => {
  const { ns } = await namespace();
  const at = `/apis/apps/v1/namespaces/${ns}/deployments`;
  const matchConstraints = { resourceRules: [rule('deployments', { apiGroups: ['apps'] })] };
  await policy({ matchConstraints, validations: [{ expression: 'object.spec.replicas <= 5' }] });
  const refused = await admin.post(at, deployment('x', 6));
  const message =
    "ValidatingAdmissionPolicy 'demo' with binding 'demo-binding' denied request: failed expression: object.spec.replicas <= 5";
  expect(refused.status()).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `deployments.apps "x" is forbidden: ${message}`,
    reason: 'Invalid',
    details: { name: 'x', group: 'apps', kind: 'deployments', causes: [{ message }] },
    code: 422,
  });
  expect((await admin.post(at, deployment('x', 5))).code).toBe(201);
  expect((await admin.patch(`${at}/x`, { spec: { replicas: 7 } })).code).toBe(422);
  expect((await admin.patch(`${at}/x`, { spec: { replicas: 2 } })).code).toBe(200);
});

test('a policy has effect while it is bound, and as it is now', async () => {
  const { at } = await namespace();
  await make('validatingadmissionpolicies', 'demo', { matchConstraints: { resourceRules: [rule('configmaps')] }, ...NO_SECRETS });
  expect((await admin.post(`${at}/configmaps`, secretive('unbound'))).code).toBe(201);
  await bind('demo-binding', {});
  expect((await admin.post(`${at}/configmaps`, secretive('bound'))).code).toBe(422);
  const path = `${ADMISSION}/validatingadmissionpolicies/demo`;
  expect((await admin.patch(path, { spec: { validations: [{ expression: 'true' }] } })).code).toBe(200);
  expect((await admin.post(`${at}/configmaps`, secretive('changed'))).code).toBe(201);
});

test('reasons have their codes, and messages may be computed', async () => {
  const { at } = await namespace();
  const message = { messageExpression: '"not " + object.metadata.name', reason: 'Forbidden' };
  await policy({ validations: [{ ...NO_SECRETS.validations[0], ...message }] });
  const { code, message: text, reason } = (await admin.post(`${at}/configmaps`, secretive('a'))).status();
  expect([code, reason, text]).toEqual([
    403,
    'Forbidden',
    `configmaps "a" is forbidden: ValidatingAdmissionPolicy 'demo' with binding 'demo-binding' denied request: not a`,
  ]);
});

test('what a binding only warns of is done', async () => {
  const { at } = await namespace();
  await policy(NO_SECRETS, { validationActions: ['Warn', 'Audit'] });
  const answer = await admin.post(`${at}/configmaps`, secretive('a'));
  expect(answer.code).toBe(201);
  expect(answer.headers.warning).toBe(
    `299 - "Validation failed for ValidatingAdmissionPolicy 'demo' with binding 'demo-binding': failed expression: !(\\"secret\\" in object.data)"`,
  );
});

test('the failure policy decides where nobody can tell', async () => {
  const { at } = await namespace();
  const validations = [{ expression: 'object.data.must == "x"' }];
  await policy({ validations });
  expect((await admin.post(`${at}/configmaps`, configMap('a', { other: 'x' }))).status().message).toContain(
    `denied request: expression 'object.data.must == "x"' resulted in error: no such key: must`,
  );
  expect((await admin.patch(`${ADMISSION}/validatingadmissionpolicies/demo`, { spec: { failurePolicy: 'Ignore' } })).code).toBe(200);
  expect((await admin.post(`${at}/configmaps`, configMap('a', { other: 'x' }))).code).toBe(201);
});

test('selectors, excluded resources and names say what a policy is about', async () => {
  const gold = await namespace();
  const plain = await namespace();
  expect((await admin.patch(`/api/v1/namespaces/${gold.ns}`, { metadata: { labels: { tier: 'gold' } } })).code).toBe(200);
  await policy({
    ...NO_SECRETS,
    matchConstraints: {
      resourceRules: [rule('configmaps')],
      excludeResourceRules: [rule('configmaps', { resourceNames: ['known'] })],
      namespaceSelector: { matchLabels: { tier: 'gold' } },
      objectSelector: { matchExpressions: [{ key: 'skip', operator: 'DoesNotExist' }] },
    },
  });
  const code = async (at: string, name: string, labels = {}) =>
    (await admin.post(`${at}/configmaps`, configMap(name, { secret: 'x' }, { labels }))).code;
  expect(await code(gold.at, 'a')).toBe(422);
  expect(await code(plain.at, 'a')).toBe(201);
  expect(await code(gold.at, 'known')).toBe(201);
  expect(await code(gold.at, 'b', { skip: '' })).toBe(201);
});

test('deletions have an old object alone, and match conditions and namespaces are seen', async () => {
  const { at, ns } = await namespace();
  await policy({
    matchConstraints: { resourceRules: [rule('configmaps', { operations: ['DELETE'] })] },
    matchConditions: [{ name: 'people', expression: '!request.userInfo.username.startsWith("system:")' }],
    variables: [{ name: 'kept', expression: '"keep" in oldObject.data' }],
    validations: [{ expression: `object == null && namespaceObject.metadata.name == "${ns}" && !variables.kept` }],
  });
  await admin.post(`${at}/configmaps`, configMap('kept', { keep: '' }));
  await admin.post(`${at}/configmaps`, configMap('other', { x: '' }));
  expect((await admin.delete(`${at}/configmaps/kept`)).code).toBe(422);
  expect((await admin.delete(`${at}/configmaps/other`)).code).toBe(200);
});

test('parameters are found by name or by their labels', async () => {
  const { at } = await namespace();
  await policy(
    {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      validations: [{ expression: 'object.data.size() <= int(params.data.max)' }],
      matchConstraints: { resourceRules: [rule('secrets')] },
    },
    { paramRef: { name: 'limits' } },
  );
  const code = async (data: object) => (await admin.post(`${at}/secrets`, { metadata: { generateName: 's-' }, data })).status();
  expect((await code({ a: '' })).message).toContain(
    "with binding 'demo-binding' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
  );
  await admin.post(`${at}/configmaps`, configMap('limits', { max: '1' }, { labels: { limits: 'yes' } }));
  expect((await code({ a: '' })).code).not.toBe(422);
  expect((await code({ a: '', b: '' })).code).toBe(422);
  await bind('by-labels', { paramRef: { selector: { matchLabels: { limits: 'yes' } } } });
  await admin.post(`${at}/configmaps`, configMap('none', { max: '0' }, { labels: { limits: 'yes' } }));
  expect((await code({ a: '' })).message).toContain("with binding 'by-labels' denied request");
});

test('a policy may ask what its requester may do', async () => {
  const { at } = await namespace();
  await policy({
    validations: [
      {
        expression:
          'authorizer.requestResource.check("delete").allowed() && !authorizer.serviceAccount("default", "x").path("/metrics").check("get").allowed()',
      },
    ],
  });
  expect((await admin.post(`${at}/configmaps`, configMap('a'))).code).toBe(201);
});

test('R1: a kind of parameters that nobody serves refuses what its policy is about', async () => {
  const { at } = await namespace();
  await policy({ paramKind: { apiVersion: 'example.com/v1', kind: 'Limit' }, ...NO_SECRETS });
  expect((await admin.post(`${at}/configmaps`, configMap('a'))).status().message).toBe(
    `configmaps "a" is forbidden: ValidatingAdmissionPolicy 'demo' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limit'`,
  );
});

test('a request for another version of the same objects is seen in the form that the policy names', async () => {
  const { ns } = await namespace();
  const matchConstraints = { resourceRules: [rule('horizontalpodautoscalers', { apiGroups: ['autoscaling'], apiVersions: ['v2'] })] };
  await policy({
    matchConstraints,
    validations: [{ expression: 'has(object.spec.metrics) && request.kind.version == "v2" && request.requestKind.version == "v1"' }],
  });
  const object = {
    metadata: { name: 'a' },
    spec: { maxReplicas: 3, targetCPUUtilizationPercentage: 50, scaleTargetRef: { kind: 'Deployment', name: 'a', apiVersion: 'apps/v1' } },
  };
  expect((await admin.post(`/apis/autoscaling/v1/namespaces/${ns}/horizontalpodautoscalers`, object)).code).toBe(201);
  const exact = { spec: { matchConstraints: { ...matchConstraints, matchPolicy: 'Exact' }, validations: [{ expression: 'false' }] } };
  expect((await admin.patch(`${ADMISSION}/validatingadmissionpolicies/demo`, exact)).code).toBe(200);
  expect((await admin.delete(`/apis/autoscaling/v1/namespaces/${ns}/horizontalpodautoscalers/a`)).code).toBe(200);
});

test('R1: an expression that would never end is stopped, and the server goes on', async () => {
  const { at } = await namespace();
  const words = Array.from({ length: 2000 }, (_, index) => `w${index}`).join(' ');
  await policy({ validations: [{ expression: 'object.data.words.split(" ").all(a, object.data.words.split(" ").all(b, a + b != ""))' }] });
  expect((await admin.post(`${at}/configmaps`, configMap('a', { words }))).status().message).toContain(
    'resulted in error: operation cancelled: actual cost limit exceeded',
  );
});

test('R1: nobody can lock themselves out of mending a policy', async () => {
  const everything = { resourceRules: [rule('*', { apiVersions: ['*'], operations: ['*'] })] };
  await policy({ matchConstraints: everything, validations: [{ expression: 'false' }] });
  expect((await admin.post('/api/v1/namespaces', { metadata: { name: 'never' } })).code).toBe(422);
  expect((await admin.delete(`${ADMISSION}/validatingadmissionpolicybindings/demo-binding`)).code).toBe(200);
});
