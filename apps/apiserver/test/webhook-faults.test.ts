import type { ConfigMap } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { clusterOfFile, configMap } from './support/cluster-of-file.ts';
import { patching, type ReviewRequest, type Say, type TestWebhook, webhookOfFile, withWebhooks } from './support/webhook.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;

const raw = (answer: (request: ReviewRequest) => object | string, type = 'application/json'): Say => ({
  raw: (request, response) => {
    const given = answer(request);
    response.writeHead(200, { 'content-type': type }).end(typeof given === 'string' ? given : JSON.stringify(given));
  },
});
const review = (response: (request: ReviewRequest) => object | undefined, more: object = {}): Say =>
  raw((request) => ({ kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', ...more, response: response(request) }));
const allowed = ({ uid }: ReviewRequest) => ({ uid, allowed: true });

const calling = 'failed calling webhook "w0.example.com": ';
const CALL = `${calling}failed to call webhook: `;
const INVALID = `${calling}received invalid webhook response: `;

/** What a mutating webhook answers, and what the request fails with. */
const RUBBISH: Readonly<Record<string, [Say, string]>> = {
  text: [raw(() => 'hello'), `${CALL}couldn't get version/kind; json parse error: invalid character 'h' looking for beginning of value`],
  list: [raw(() => '[]'), `${CALL}couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct`],
  pod: [raw(() => ({ kind: 'Pod', apiVersion: 'v1' })), `${CALL}no kind "Pod" is registered for version "v1" in scheme`],
  page: [raw(() => '<html>', 'text/html'), `${CALL}serializer for text/html doesn't exist`],
  empty: [raw(() => ''), `${CALL}0-length response with status code: 200 and content type: application/json`],
  object: [raw(() => ({})), `${INVALID}webhook response was absent`],
  absent: [review(() => undefined), `${INVALID}webhook response was absent`],
  untyped: [
    raw((request) => ({ response: allowed(request) })),
    `${INVALID}expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got /, Kind=`,
  ],
  old: [
    review(allowed, { apiVersion: 'admission.k8s.io/v1beta1' }),
    `${INVALID}expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got admission.k8s.io/v1beta1, Kind=AdmissionReview`,
  ],
  uid: [review(() => ({ uid: 'other', allowed: true })), `got "other"`],
  allowed: [
    review(({ uid }) => ({ uid, allowed: 'yes' })),
    `${CALL}json: cannot unmarshal string into Go struct field AdmissionReview.response.allowed of type bool`,
  ],
  'no-type': [
    { patch: patching({ op: 'remove', path: '/data' }).patch },
    `${INVALID}webhook returned response.patch but not response.patchType`,
  ],
  'no-patch': [{ patchType: 'JSONPatch' }, `${INVALID}webhook returned response.patchType but not response.patch`],
  'other-type': [{ ...patching({ op: 'remove', path: '/data' }), patchType: 'Merge' }, `${calling}unsupported patch type "Merge"`],
  base64: [{ patch: '%%', patchType: 'JSONPatch' }, `${CALL}illegal base64 data at input byte 0`],
  'patch-text': [
    { patch: Buffer.from('no').toString('base64'), patchType: 'JSONPatch' },
    `${calling}received undecodable patch in webhook response: invalid character 'o' in literal null (expecting 'u')`,
  ],
  crash: [
    { raw: (_, response) => response.writeHead(500).end('panic: oh') },
    `${CALL}an error on the server ("panic: oh") has prevented the request from succeeding`,
  ],
  'hang-up': [{ raw: (_request, _response, http) => void http.socket.destroy() }, `${CALL}Post "`],
};

/** Patches that do not apply, or make no such object: nothing that a failure policy forgives. */
const PATCHES: Readonly<Record<string, [object[], number, string]>> = {
  'not-there': [
    [{ op: 'add', path: '/metadata/labels/a', value: 'b' }],
    500,
    'Internal error occurred: add operation does not apply: doc is missing path: "/metadata/labels/a": missing value',
  ],
  replace: [
    [{ op: 'replace', path: '/x', value: 1 }],
    500,
    'Internal error occurred: replace operation does not apply: doc is missing key: /x: missing value',
  ],
  test: [[{ op: 'test', path: '/kind', value: 'Pod' }], 500, 'Internal error occurred: testing value /kind failed: test failed'],
  operation: [[{ op: 'jump', path: '/kind' }], 500, 'Internal error occurred: Unexpected kind: jump'],
  type: [[{ op: 'add', path: '/data', value: 'text' }], 500, 'cannot unmarshal string into Go struct field'],
  kind: [
    [{ op: 'replace', path: '/kind', value: 'Secret' }],
    500,
    'Internal error occurred: Secret in version "v1" cannot be handled as a ConfigMap',
  ],
  'no-name': [[{ op: 'remove', path: '/metadata/name' }], 422, 'metadata.name: Required value: name or generateName is required'],
  'no-metadata': [[{ op: 'remove', path: '/metadata' }], 422, 'metadata.name: Required value: name or generateName is required'],
  moved: [
    [{ op: 'replace', path: '/metadata/namespace', value: 'default' }],
    400,
    'the namespace of the provided object does not match the namespace sent on the request',
  ],
  large: [
    [{ op: 'add', path: '/metadata/annotations', value: { a: 'x'.repeat(1024 * 1024) } }],
    422,
    'metadata.annotations: Too long: may not be more than 262144 bytes',
  ],
  label: [[{ op: 'add', path: '/metadata/labels', value: { 'a b': 'c' } }], 422, 'metadata.labels: Invalid value: "a b"'],
  proto: [[{ op: 'add', path: '/data/__proto__', value: 'a' }], 500, "Internal error occurred: error in add for path: '/data/__proto__'"],
  deep: [[{ op: 'add', path: '/data', value: JSON.parse('{"a":'.repeat(600) + '1' + '}'.repeat(600)) }], 500, 'nested too deeply'],
};

const hook = await webhookOfFile({
  '': {},
  ...Object.fromEntries(Object.entries(RUBBISH).map(([path, [say]]) => [path, say])),
  ...Object.fromEntries(Object.entries(PATCHES).map(([path, [operations]]) => [path, patching(...operations)])),
  prototype: patching({ op: 'add', path: '/metadata/labels', value: JSON.parse('{"__proto__":"b","constructor":"c"}') }),
  unknown: patching({ op: 'add', path: '/colour', value: 'red' }),
  managers: patching({ op: 'add', path: '/metadata/managedFields', value: [{ manager: 'x', operation: 'Update' }] }),
  loud: { warnings: Array.from({ length: 1000 }, (_, i) => `${i}`.repeat(100)) },
});

async function create(at: string, clientConfig: TestWebhook['clientConfig'], more: object = {}) {
  const answers: Awaited<ReturnType<typeof admin.post>>[] = [];
  await withWebhooks(admin, 'mutating', [{ clientConfig, ...more }], async () => {
    answers.push(await admin.post(`${at}/configmaps`, configMap('c', { a: '1' })));
  });
  return answers[0] ?? expect.unreachable();
}

describe('R2: a webhook that answers rubbish', () => {
  test.each(Object.entries(RUBBISH))('%s', async (path, [, message]) => {
    const { at } = await namespace();
    const refused = await create(at, hook.at(path));
    expect([refused.code, refused.status()]).toMatchObject([500, { reason: 'InternalError', message: expect.stringContaining(message) }]);
    expect(refused.status().message).toMatch(/^Internal error occurred: failed calling webhook "w0.example.com": /);
    expect((await admin.get(`${at}/configmaps/c`)).code).toBe(404);
    expect((await create(at, hook.at(path), { failurePolicy: 'Ignore' })).code).toBe(201);
  });

  test.each(Object.entries(PATCHES))('a patch: %s', async (path, [, code, message]) => {
    const { at } = await namespace();
    const refused = await create(at, hook.at(path), { failurePolicy: 'Ignore' });
    expect([refused.code, refused.status().message]).toEqual([code, expect.stringContaining(message)]);
    expect((await admin.get(`${at}/configmaps/c`)).code).toBe(404);
  });

  test('a validating one that patches', async () => {
    const { at } = await namespace();
    await withWebhooks(admin, 'validating', [{ clientConfig: hook.at('unknown') }], async () => {
      const { message } = (await admin.post(`${at}/configmaps`, configMap('c'))).status();
      expect(message).toBe(`Internal error occurred: ${INVALID}validating webhook may not return response.patch`);
    });
  });

  test('a patch with __proto__ changes nothing but its object', async () => {
    const { at } = await namespace();
    const made = (await create(at, hook.at('prototype'))).json<ConfigMap>();
    expect(Object.entries(made.metadata?.labels ?? {})).toEqual([['constructor', 'c']]);
    expect(Object.prototype.constructor).toBe(Object);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('fields that nobody knows are dropped, and managers that cannot be are put back', async () => {
    const { at } = await namespace();
    expect((await create(at, hook.at('unknown'))).json<ConfigMap>()).not.toHaveProperty('colour');
    await admin.delete(`${at}/configmaps/c`);
    const { headers, text } = await create(at, hook.at('managers'));
    expect(headers.warning).toContain('.metadata.managedFields was in an invalid state after admission');
    expect(JSON.parse(text).metadata.managedFields).toMatchObject([{ fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } }]);
  });

  test('more warnings than fit into a head are cut', async () => {
    const { at } = await namespace();
    const { code, headers } = await create(at, hook.at('loud'));
    expect(code).toBe(201);
    expect(String(headers.warning).length).toBeLessThan(8192);
  });
});

describe('R2: a webhook that cannot be reached', () => {
  const service = { namespace: 'hooks', name: 'hook', path: '/x', port: 8443 };
  const POST = `Internal error occurred: ${CALL}Post "https://hook.hooks.svc:8443/x?timeout=10s": `;
  const messageOf = async (at: string) =>
    (await create(at, { service, caBundle: hook.clientConfig.caBundle } as unknown as TestWebhook['clientConfig'])).status().message;

  test('by a Service that is not there, has no endpoints, or leads to the webhook', async () => {
    const { at } = await namespace();
    expect(await messageOf(at)).toBe(`${POST}service "hook" not found`);
    await admin.post('/api/v1/namespaces', { metadata: { name: 'hooks' } });
    await admin.post('/api/v1/namespaces/hooks/services', { metadata: { name: 'hook' }, spec: { ports: [{ port: 8443 }] } });
    expect(await messageOf(at)).toBe(`${POST}no endpoints available for service "hook"`);
    await admin.post('/apis/discovery.k8s.io/v1/namespaces/hooks/endpointslices', {
      metadata: { name: 'hook-1', labels: { 'kubernetes.io/service-name': 'hook' } },
      addressType: 'IPv4',
      ports: [{ port: hook.address.port }],
      endpoints: [{ addresses: [hook.address.host], conditions: { ready: true } }],
    });
    expect(await messageOf(at)).toBeUndefined();
    expect((await admin.get(`${at}/configmaps/c`)).code).toBe(200);
  });

  test('because nobody listens; its failure policy says what follows', async () => {
    const { at } = await namespace();
    const gone = { url: 'https://127.0.0.1:1/', caBundle: hook.clientConfig.caBundle };
    const refused = (await create(at, gone)).status().message;
    expect(refused).toBe(
      `Internal error occurred: ${CALL}Post "https://127.0.0.1:1/?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused`,
    );
    expect((await create(at, gone, { failurePolicy: 'Ignore' })).code).toBe(201);
  });

  test('as nobody can be trusted by its bundle', async () => {
    const { at } = await namespace();
    const refused = (await create(at, { ...hook.clientConfig, caBundle: Buffer.from('no').toString('base64') })).status().message;
    expect(refused).toBe(
      `Internal error occurred: ${calling}could not get REST client: unable to load root certificates: unable to parse bytes as PEM block`,
    );
  });

  test('in time; the rest goes on meanwhile', async () => {
    const { at } = await namespace();
    const silent = await webhookOfFile({ '': { raw: () => {} } });
    await withWebhooks(admin, 'validating', [{ clientConfig: silent.at(''), timeoutSeconds: 1 }], async () => {
      const waits = admin.post(`${at}/configmaps`, configMap('c'));
      expect((await admin.post(`${at}/secrets`, { metadata: { name: 's' } })).code).toBe(201);
      expect((await waits).status().message).toMatch(/Post "https:\S+\?timeout=1s": context deadline exceeded$/);
    });
    expect((await admin.get(`${at}/configmaps/c`)).code).toBe(404);
  });
});
