import { expect, test } from 'vitest';
import { clusterOfFile, configMap } from './support/cluster-of-file.ts';
import { answer, conversionWebhookOfFile, first, rightly, servers } from './support/conversion.ts';
import { webhookOfFile, withWebhooks } from './support/webhook.ts';

const cluster = await clusterOfFile();
const { admin } = cluster.door;
const webhook = await conversionWebhookOfFile();

const metrics = async () => (await admin.get('/metrics')).text;
/** The value of a series whose labels contain these; undefined: there is none. */
async function series(name: string, labels: Record<string, string>): Promise<number | undefined> {
  const line = (await metrics())
    .split('\n')
    .find((each) => each.startsWith(`${name}{`) && Object.entries(labels).every(([key, value]) => each.includes(`${key}="${value}"`)));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

test('R1: requests are counted under the names, labels and buckets of kube-apiserver', async () => {
  const { at } = await cluster.namespace();
  await admin.post(`${at}/configmaps?dryRun=All`, configMap('a'));
  await admin.post(`${at}/configmaps`, configMap('a'));
  await admin.get(`${at}/configmaps/a`);
  await admin.get(`${at}/configmaps/none`);
  const labels = { group: '', version: 'v1', resource: 'configmaps', subresource: '', component: 'apiserver' };
  expect(await series('apiserver_request_total', { ...labels, verb: 'POST', scope: 'resource', dry_run: '', code: '201' })).toBe(1);
  expect(await series('apiserver_request_total', { ...labels, verb: 'POST', dry_run: 'All', code: '201' })).toBe(1);
  expect(await series('apiserver_request_total', { ...labels, verb: 'GET', code: '404' })).toBe(1);
  expect(await series('apiserver_request_duration_seconds_bucket', { ...labels, verb: 'GET', le: '60' })).toBe(2);
  expect(await series('apiserver_request_duration_seconds_count', { ...labels, verb: 'GET' })).toBe(2);
  expect(await series('apiserver_response_sizes_bucket', { ...labels, verb: 'GET', le: '1000' })).toBe(2);
  // Beside it there is what the server tells extension API servers.
  expect(await series('apiserver_storage_objects', { resource: 'configmaps' })).toBe(2);
  expect(await series('kubernats_store_request_duration_seconds_count', { operation: 'create', resource: 'configmaps' })).toBe(2);
  const admission = { name: 'NamespaceLifecycle', type: 'validate', operation: 'CREATE', rejected: 'false' };
  expect(await series('apiserver_admission_controller_admission_duration_seconds_count', admission)).toBeGreaterThan(0);
  expect(await metrics()).toMatch(/^process_resident_memory_bytes \d+/m);
});

test('R1: what is not there is counted without the names that a client made up', async () => {
  await admin.get('/api/v1/namespaces/default/no-such-things');
  await admin.get('/apis/none.example.com/v1/no-such-things');
  await admin.get('/no-such-path');
  await admin.get('/api/v1/namespaces/default/pods/a/no-such-part');
  const text = await metrics();
  expect(text).not.toContain('no-such');
  expect(text).not.toContain('none.example.com');
  expect(await series('apiserver_request_total', { verb: 'LIST', resource: '', code: '404' })).toBe(2);
});

test('R1: watch events count once a watcher, and those who are refused are counted', async () => {
  const { at } = await cluster.namespace();
  const before = (await series('apiserver_watch_events_total', { resource: 'secrets' })) ?? 0;
  const watches = await Promise.all([1, 2].map(() => admin.watch(`${at}/secrets?watch=true&resourceVersion=0`)));
  await admin.post(`${at}/secrets`, { metadata: { name: 's' } });
  for (const watch of watches) expect(await watch.take(1)).toEqual(['ADDED s']);
  await expect.poll(() => series('apiserver_watch_events_total', { resource: 'secrets' })).toBe(before + 2);
  for (const watch of watches) watch.close();
  const eve = await cluster.door.as('eve');
  expect((await eve.get(`${at}/secrets`)).code).toBe(403);
  expect((await (await cluster.door.stranger()).get(`${at}/secrets`)).code).toBe(401);
  expect(await series('authorization_attempts_total', { result: 'no-opinion' })).toBeGreaterThan(0);
  expect(await series('authentication_attempts', { result: 'failure' })).toBeGreaterThan(0);
});

test('R1: the metrics are for those who may read them', async () => {
  expect((await cluster.door.anonymous.get('/metrics')).status()).toMatchObject({
    code: 403,
    message: 'forbidden: User "system:anonymous" cannot get path "/metrics"',
  });
  const monitor = await cluster.door.as('prometheus', ['system:monitoring']);
  expect((await monitor.get('/metrics')).code).toBe(200);
  expect((await monitor.get('/readyz/state')).code).toBe(200);
});

test('R1: calls of admission webhooks are counted by what came of them', async () => {
  const { at } = await cluster.namespace();
  const deny = { allowed: false, status: { code: 418, message: 'no' } };
  const hook = await webhookOfFile({ yes: {}, deny, mute: { uid: 'rubbish' } });
  const outcome = async (name: string, webhook: object): Promise<void> => {
    await withWebhooks(
      admin,
      'validating',
      [{ name, ...webhook }],
      async () => void (await admin.post(`${at}/configmaps`, configMap(name))),
    );
  };
  await outcome('yes.example.com', { clientConfig: hook.at('yes') });
  await outcome('no.example.com', { clientConfig: hook.at('deny') });
  await outcome('open.example.com', { clientConfig: hook.at('mute'), failurePolicy: 'Ignore' });
  await outcome('closed.example.com', { clientConfig: hook.at('mute') });
  const requests = (name: string) => ({ name: `${name}.example.com`, type: 'validating', operation: 'CREATE' });
  const total = 'apiserver_admission_webhook_request_total';
  expect(await series(total, { ...requests('yes'), code: '200', rejected: 'false' })).toBe(1);
  expect(await series(total, { ...requests('no'), code: '418', rejected: 'true' })).toBe(1);
  expect(await series(total, { ...requests('open'), rejected: 'false' })).toBe(1);
  expect(await series(total, { ...requests('closed'), rejected: 'true' })).toBe(1);
  const rejections = 'apiserver_admission_webhook_rejection_count';
  expect(await series(rejections, { ...requests('no'), error_type: 'no_error', rejection_code: '418' })).toBe(1);
  expect(await series(rejections, { ...requests('closed'), error_type: 'calling_webhook_error' })).toBe(1);
  expect(await series(rejections, requests('open'))).toBeUndefined();
  expect(await series('apiserver_admission_webhook_fail_open_count', { name: 'open.example.com', type: 'validating' })).toBe(1);
  const durations = 'apiserver_admission_webhook_admission_duration_seconds_count';
  expect(await series(durations, { ...requests('no'), rejected: 'true' })).toBe(1);
});

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const CONFIG_MAPS = {
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
};

test('R1: mutations of policies are counted by what came of them', async () => {
  const { at } = await cluster.namespace();
  const expressions = ['Object{}', 'Object{data: object.nothing}'];
  const mutations = expressions.map((expression) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }));
  const spec = { matchConstraints: CONFIG_MAPS, mutations, reinvocationPolicy: 'Never', failurePolicy: 'Ignore' };
  expect((await admin.post(`${ADMISSION}/mutatingadmissionpolicies`, { metadata: { name: 'm' }, spec })).code).toBe(201);
  await admin.post(`${ADMISSION}/mutatingadmissionpolicybindings`, { metadata: { name: 'b' }, spec: { policyName: 'm' } });
  await admin.post(`${at}/configmaps`, configMap('a'));
  await admin.delete(`${ADMISSION}/mutatingadmissionpolicybindings/b`);
  const of = (error_type: string) => ({ policy: 'm', policy_binding: 'b', error_type });
  for (const type of ['no_error', 'invalid_error']) {
    expect(await series('apiserver_mutating_admission_policy_check_total', of(type))).toBe(1);
    expect(await series('apiserver_mutating_admission_policy_check_duration_seconds_count', of(type))).toBe(1);
  }
});

test('R1: what validating policies say is counted by what followed from it', async () => {
  const { at } = await cluster.namespace();
  const spec = { matchConstraints: CONFIG_MAPS, validations: [{ expression: 'object.data.size() > 1' }, { expression: 'true' }] };
  expect((await admin.post(`${ADMISSION}/validatingadmissionpolicies`, { metadata: { name: 'v' }, spec })).code).toBe(201);
  const binding = { policyName: 'v', validationActions: ['Deny', 'Audit'] };
  await admin.post(`${ADMISSION}/validatingadmissionpolicybindings`, { metadata: { name: 'b' }, spec: binding });
  await admin.post(`${at}/configmaps`, configMap('a', { a: '' }));
  await admin.patch(`${ADMISSION}/validatingadmissionpolicies/v`, {
    spec: { failurePolicy: 'Ignore', validations: [{ expression: 'object.nothing == 1' }] },
  });
  await admin.post(`${at}/configmaps`, configMap('b'));
  await admin.delete(`${ADMISSION}/validatingadmissionpolicybindings/b`);
  const of = (enforcement_action: string) => ({ policy: 'v', policy_binding: 'b', error_type: 'invalid_error', enforcement_action });
  for (const action of ['deny', 'audit', 'allow']) {
    expect(await series('apiserver_validating_admission_policy_check_total', of(action))).toBe(1);
    expect(await series('apiserver_validating_admission_policy_check_duration_seconds_count', of(action))).toBe(1);
  }
});

test('R1: conversions by webhooks are counted by what came of them', async () => {
  const { group, v1, v2 } = await servers(cluster, webhook);
  await admin.post(v1, first(group, 'a'));
  expect((await admin.get(`${v2}/a`)).code).toBe(200);
  webhook.say = answer((review) => ({ ...rightly(review), convertedObjects: [] }));
  await admin.post(v1, first(group, 'b'));
  expect((await admin.get(`${v2}/b`)).code).toBe(500);
  const requests = 'apiserver_conversion_webhook_request_total';
  expect(await series(requests, { result: 'success', failure_type: '' })).toBe(1);
  expect(await series(requests, { result: 'failure', failure_type: 'conversion_webhook_partial_response_failure' })).toBe(1);
  const of = (succeeded: string) => ({ crd_name: `servers.${group}`, from_version: 'v1', to_version: 'v2', succeeded });
  expect(await series('apiserver_crd_conversion_webhook_duration_seconds_count', of('true'))).toBe(1);
  expect(await series('apiserver_crd_conversion_webhook_duration_seconds_count', of('false'))).toBe(1);
});
