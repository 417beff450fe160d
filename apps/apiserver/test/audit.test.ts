import { realClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { Auditor } from '../src/audit/auditor.ts';
import { readAuditPolicy } from '../src/audit/policy.ts';
import { clusterOfFile, configMap } from './support/cluster-of-file.ts';
import { patching, webhookOfFile, withWebhooks } from './support/webhook.ts';

const POLICY = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitManagedFields: true
rules:
  - { level: None, users: [system:apiserver] }
  - { level: None, verbs: [get], nonResourceURLs: [/livez*] }
  - { level: Metadata, resources: [{ group: "", resources: [secrets] }] }
  - { level: RequestResponse, resources: [{ group: "", resources: [configmaps] }], omitStages: [RequestReceived] }
  - { level: Metadata }
`;

interface AuditEvent {
  auditID: string;
  stage: string;
  [field: string]: unknown;
}

const lines: string[] = [];
const auditor = new Auditor(realClock, await readAuditPolicy(POLICY, 'policy.yaml'), { write: (line) => lines.push(line) });
const cluster = await clusterOfFile({ auditor });
const { admin } = cluster.door;
const eventsOf = (auditId: unknown) => lines.map((line) => JSON.parse(line) as AuditEvent).filter(({ auditID }) => auditID === auditId);

test('R1: an answer names its audit ID, the one that the client has given', async () => {
  expect((await admin.get('/version')).headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
  expect((await admin.get('/version', { 'audit-id': 'mine' })).headers['audit-id']).toBe('mine');
});

test('R1: a write is there with what it asked for, what it got, who asked and why it was allowed', async () => {
  const { ns, at } = await cluster.namespace();
  const made = await admin.post(`${at}/configmaps`, configMap('a', { x: 'y' }), {
    'user-agent': 'tester/1',
    'x-forwarded-for': '10.1.2.3, junk',
  });
  const id = made.headers['audit-id'];
  await expect.poll(() => eventsOf(id).length).toBe(1);
  const [event] = eventsOf(id);
  expect(event).toMatchObject({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    stage: 'ResponseComplete',
    requestURI: `${at}/configmaps`,
    verb: 'create',
    user: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
    sourceIPs: ['10.1.2.3', '127.0.0.1'],
    userAgent: 'tester/1',
    objectRef: { resource: 'configmaps', namespace: ns, name: 'a', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    requestObject: { kind: 'ConfigMap', data: { x: 'y' } },
    responseObject: { kind: 'ConfigMap', metadata: { name: 'a', namespace: ns } },
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
  });
  expect(event?.stageTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  expect(lines.find((line) => line.includes(String(id)))).not.toContain('managedFields');
});

test('R1: what is in a Secret is nowhere, unless the policy wants it', async () => {
  const { at } = await cluster.namespace();
  const { headers } = await admin.post(`${at}/secrets`, { metadata: { name: 's' }, stringData: { password: 'hunter2' } });
  await expect.poll(() => eventsOf(headers['audit-id']).map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseComplete']);
  expect(lines.join('\n')).not.toContain('hunter2');
  expect(eventsOf(headers['audit-id'])[1]?.objectRef).toMatchObject({ resource: 'secrets', name: 's' });
});

test('R1: a watch begins and ends, impersonated or not, and a refusal says so', async () => {
  const { at } = await cluster.namespace();
  const watch = await admin.open('GET', `${at}/services?watch=true`, { 'impersonate-user': 'eve', 'impersonate-group': 'system:masters' });
  const id = watch.headers['audit-id'];
  expect(eventsOf(id).map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseStarted']);
  watch.destroy();
  await expect.poll(() => eventsOf(id).map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete']);
  expect(eventsOf(id)[2]).toMatchObject({
    user: { username: 'kubernetes-admin' },
    impersonatedUser: { username: 'eve' },
    responseStatus: { code: 200 },
  });

  const refused = await (await cluster.door.as('eve')).get(`${at}/services`);
  await expect.poll(() => eventsOf(refused.headers['audit-id']).length).toBe(2);
  expect(eventsOf(refused.headers['audit-id'])[1]).toMatchObject({
    verb: 'list',
    responseStatus: { metadata: {}, status: 'Failure', reason: 'Forbidden', details: { kind: 'services' }, code: 403 },
    annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' },
  });
});

test('R1: the binding that allows it is named, and who could not prove who they are is there', async () => {
  const ann = await cluster.door.as('ann');
  const allowed = await ann.get('/version');
  await expect
    .poll(() => eventsOf(allowed.headers['audit-id'])[1]?.annotations)
    .toMatchObject({
      'authorization.k8s.io/reason': expect.stringMatching(
        /^RBAC: allowed by ClusterRoleBinding "(system:[a-z-]+)" of ClusterRole "\1" to Group "system:authenticated"$/,
      ),
    });
  const stranger = await (await cluster.door.stranger()).get('/version');
  expect(eventsOf(stranger.headers['audit-id'])).toMatchObject([
    { stage: 'ResponseStarted', user: {}, responseStatus: { message: 'Authentication failed, attempted: x509', code: 401 } },
  ]);
  const quiet = await admin.get('/livez');
  expect(eventsOf(quiet.headers['audit-id'])).toEqual([]);
});

test('R1: methods that the API does not have are there, too: refused to who may not, and else not served', async () => {
  const path = '/api/v1/namespaces/default/configmaps';
  const ann = await cluster.door.as('ann');
  const refused = await ann.send('TRACE', path);
  expect(refused.code).toBe(403);
  await expect
    .poll(() => eventsOf(refused.headers['audit-id']).at(-1))
    .toMatchObject({
      ...{ stage: 'ResponseComplete', verb: '', user: { username: 'ann' }, objectRef: { resource: 'configmaps', namespace: 'default' } },
      ...{ responseStatus: { code: 403 }, annotations: { 'authorization.k8s.io/decision': 'forbid' } },
    });
  for (const [method, url, verb] of [
    ['OPTIONS', path, ''],
    ['PROPFIND', '/version', 'propfind'],
  ] as const) {
    const unserved = await admin.send(method, url);
    expect(unserved.code).toBe(405);
    await expect
      .poll(() => eventsOf(unserved.headers['audit-id']).at(-1))
      .toMatchObject({ stage: 'ResponseComplete', verb, requestURI: url, responseStatus: { code: 405 } });
  }
});

test('R1: requests by the other doors are there, too', async () => {
  const name = 'over-the-bus';
  await cluster.admin.request({
    verb: 'create',
    group: '',
    version: 'v1',
    resource: 'configmaps',
    namespace: 'default',
    body: new TextEncoder().encode(JSON.stringify(configMap(name))),
  });
  const event = lines
    .map((line) => JSON.parse(line) as AuditEvent)
    .find(({ objectRef }) => (objectRef as { name?: string })?.name === name);
  expect(event).toMatchObject({
    requestURI: '/api/v1/namespaces/default/configmaps',
    verb: 'create',
    userAgent: 'test/1.0',
    responseStatus: { code: 201 },
  });
});

test('R1: what webhooks have made of an object and say of it is there, and that one was not heard', async () => {
  const { at } = await cluster.namespace();
  const patch = [{ op: 'add', path: '/data/hooked', value: 'yes' }];
  const hook = await webhookOfFile({ data: { ...patching(...patch), auditAnnotations: { why: 'because' } }, mute: { uid: 'rubbish' } });
  const webhooks = [{ clientConfig: hook.at('data') }, { clientConfig: hook.at('mute'), failurePolicy: 'Ignore' }];
  await withWebhooks(admin, 'mutating', webhooks, async () => {
    const { headers } = await admin.post(`${at}/configmaps`, configMap('a', { x: 'y' }));
    await expect.poll(() => eventsOf(headers['audit-id']).length).toBe(1);
    const [first, second] = ['w0.example.com', 'w1.example.com'];
    expect(eventsOf(headers['audit-id'])[0]?.annotations).toEqual({
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': '',
      'mutation.webhook.admission.k8s.io/round_0_index_0': JSON.stringify({ configuration: 'w', webhook: first, mutated: true }),
      'patch.webhook.admission.k8s.io/round_0_index_0': JSON.stringify({
        ...{ configuration: 'w', webhook: first },
        ...{ patch, patchType: 'JSONPatch' },
      }),
      'w0.example.com/why': 'because',
      'mutation.webhook.admission.k8s.io/round_0_index_1': JSON.stringify({ configuration: 'w', webhook: second, mutated: false }),
      'failed-open.mutation.webhook.admission.k8s.io/round_0_index_1': second,
    });
    // The patch is told only of what is written down with its bodies.
    const secret = await admin.post(`${at}/pods`, { metadata: { name: 'p' }, spec: {} });
    await expect.poll(() => eventsOf(secret.headers['audit-id']).length).toBe(2);
    expect(JSON.stringify(eventsOf(secret.headers['audit-id']))).not.toContain('patch.webhook');
  });
});

test('R1: what a ValidatingAdmissionPolicy says of a request is there', async () => {
  const { ns, at } = await cluster.namespace();
  const admission = '/apis/admissionregistration.k8s.io/v1';
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
  const spec = {
    matchConstraints: {
      resourceRules: [rule],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ns } },
    },
    validations: [{ expression: 'size(object.data) > 1', message: 'too little' }],
    auditAnnotations: [{ key: 'size', valueExpression: 'string(size(object.data))' }],
  };
  const validationActions = ['Audit'];
  await admin.post(`${admission}/validatingadmissionpolicies`, { metadata: { name: 'demo' }, spec });
  await admin.post(`${admission}/validatingadmissionpolicybindings`, {
    metadata: { name: 'b' },
    spec: { policyName: 'demo', validationActions },
  });
  const { headers } = await admin.post(`${at}/configmaps`, configMap('a', { x: 'y' }));
  await expect.poll(() => eventsOf(headers['audit-id']).length).toBe(1);
  expect(eventsOf(headers['audit-id'])[0]?.annotations).toMatchObject({
    'demo/size': '1',
    'validation.policy.admission.k8s.io/validation_failure': JSON.stringify([
      { message: 'too little', policy: 'demo', binding: 'b', expressionIndex: 0, validationActions },
    ]),
  });
});
