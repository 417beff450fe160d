import { type ConfigMap, ConfigMaps } from '@kubernats/api';
import { expect, test } from 'vitest';
import { ADMIN } from './api-server.fixture.ts';
import { clusterOfFile, configMap, deployment, pod } from './support/cluster-of-file.ts';

const cluster = await clusterOfFile();
const { door, namespace } = cluster;
const { admin } = door;
const JSON_TYPE = { 'content-type': 'application/json' };
const YAML = { 'content-type': 'application/yaml' };
const MAPS = '/api/v1/namespaces/default/configmaps';

test.each([
  ['text that is no JSON', '{"kind":', 400, "couldn't get version/kind; json parse error"],
  ['nothing', '', 400, ''],
  ['a list', '[1,2]', 400, ''],
  ['a number', '7', 400, ''],
  ['text', '"x"', 400, ''],
  ['another kind', '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}', 400, ''],
  ['another version', '{"kind":"ConfigMap","apiVersion":"v2","metadata":{"name":"a"}}', 400, ''],
  [
    'a number for a text',
    '{"metadata":{"name":"a"},"data":{"x":1}}',
    400,
    'cannot unmarshal number into Go struct field ConfigMap.data of type string',
  ],
  ['a text for an object', '{"metadata":"a"}', 400, 'cannot unmarshal string into Go struct field ConfigMap.metadata of type'],
  [
    'a list for a map',
    '{"metadata":{"name":"a"},"data":[]}',
    400,
    'cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string',
  ],
  ['bytes that are no text', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d), 400, ''],
])('a body that is %s', async (_, body, code, message) => {
  const status = (await admin.post(MAPS, body, JSON_TYPE)).status();
  expect(status).toMatchObject({ kind: 'Status', status: 'Failure', code, reason: 'BadRequest' });
  expect(status.message).toContain(message);
});

test.each([
  ['no name', {}, 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
  ['an empty name', { name: '' }, 'metadata.name: Required value: name or generateName is required'],
  ['a name with a slash', { name: 'a/b' }, 'metadata.name: Invalid value: "a/b"'],
  ['a name in capitals', { name: 'Abc' }, 'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters'],
  ['a name that is too long', { name: 'a'.repeat(254) }, 'must be no more than 253'],
  ['__proto__', { name: '__proto__' }, 'metadata.name: Invalid value: "__proto__"'],
  ['a label that is none', { name: 'a', labels: { '-x': 'y' } }, 'metadata.labels: Invalid value: "-x"'],
  ['an annotation that is none', { name: 'a', annotations: { 'a/b/c': '' } }, 'metadata.annotations: Invalid value: "a/b/c"'],
  ['a finalizer without a domain', { name: 'a', finalizers: ['x y'] }, 'metadata.finalizers'],
])('metadata with %s is invalid', async (_, metadata, message) => {
  const status = (await admin.post(MAPS, { metadata })).status();
  expect(status).toMatchObject({ code: 422, reason: 'Invalid', details: { kind: 'ConfigMap' } });
  expect(status.message).toContain(message);
});

test('names with dots, and names of Object.prototype, are names', async () => {
  const { at } = await namespace();
  for (const name of ['a.b.c', 'constructor', 'tostring', 'x.y-z.0']) {
    expect((await admin.post(`${at}/configmaps`, configMap(name))).code).toBe(201);
    expect((await admin.get(`${at}/configmaps/${name}`)).json<ConfigMap>().metadata?.name).toBe(name);
    expect((await admin.delete(`${at}/configmaps/${name}`)).code).toBe(200);
  }
  for (const name of ['__proto__', 'hasOwnProperty', '..', '%2e%2e', 'a%00b']) {
    expect((await admin.get(`${at}/configmaps/${name}`)).code).toBe(404);
  }
});

test('keys of Object.prototype in a body are data, or refused, and change nothing', async () => {
  const { at } = await namespace();
  const labels = { constructor: 'a', toString: 'b' };
  const odd = { metadata: { name: 'odd', labels }, data: { constructor: 'c', hasOwnProperty: 'd' } };
  expect((await admin.post(`${at}/configmaps`, odd)).json<ConfigMap>()).toMatchObject(odd);
  const proto = await admin.post(`${at}/configmaps`, '{"metadata":{"name":"proto"},"data":{"__proto__":"x"}}');
  expect([proto.code, proto.headers.warning]).toEqual([201, '299 - "unknown field \\"data.__proto__\\""']);
  expect(proto.text).not.toContain('__proto__');
  const top = await admin.post(`${at}/configmaps`, '{"metadata":{"name":"top"},"__proto__":{"data":{"x":"y"}},"constructor":{"a":1}}');
  expect([top.code, top.json<ConfigMap>().data]).toEqual([201, undefined]);
  for (const [kind, patch] of [
    ['merge', '{"__proto__":{"polluted":"yes"},"data":{"__proto__":"z"}}'],
    ['strategic-merge', '{"metadata":{"annotations":{"__proto__":"z"}}}'],
    ['json', '[{"op":"add","path":"/__proto__/polluted","value":"yes"}]'],
    ['json', '[{"op":"add","path":"/constructor/prototype/polluted","value":"yes"}]'],
  ] as const) {
    const answer = await admin.patch(`${at}/configmaps/odd`, patch, kind);
    expect(answer.code, `${kind} ${patch}`).toBeLessThan(500);
  }
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

test.each([1_000, 100_000])('nesting of %i levels is answered, never a crash', async (levels) => {
  const { at } = await namespace();
  const unknown = await admin.post(`${at}/configmaps`, `{"metadata":{"name":"a"},"x":${deep(levels)}}`);
  expect([201, 400]).toContain(unknown.code);
  const fields = `[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":${deep(levels)}}]`;
  const managed = await admin.post(`${at}/configmaps`, `{"metadata":{"name":"b","managedFields":${fields}}}`);
  expect([201, 400, 422]).toContain(managed.code);
  const list = await admin.post(`${at}/configmaps`, '['.repeat(levels));
  expect(list.code).toBe(400);
  const patch = await admin.patch(`${at}/configmaps/a`, `{"x":${deep(levels)}}`);
  expect(patch.code).toBeLessThan(500);
  const yaml = await admin.post(`${at}/configmaps`, `metadata: {name: c}\nx: ${'['.repeat(1000)}${']'.repeat(1000)}\n`, YAML);
  expect([201, 400]).toContain(yaml.code);
});

test.each([
  ['a tab', 'a:\n\t- b'],
  ['an anchor that is none', 'metadata: *gone'],
  [
    'a bomb of aliases',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((x, i) => `${x}: &${x} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`).join('\n')}\nmetadata: {name: bomb}`,
  ],
  ['a tag', 'metadata: !!js/function "x"'],
])('YAML with %s', async (_, body) => {
  const answer = await admin.post(MAPS, body, YAML);
  expect(answer.status()).toMatchObject({ code: 400, reason: 'BadRequest' });
});

test('YAML is as good as JSON', async () => {
  const { at } = await namespace();
  const answer = await admin.post(`${at}/configmaps`, 'metadata:\n  name: a\ndata:\n  yes: "no"\n  n: "1"\n', YAML);
  expect(answer.json<ConfigMap>()).toMatchObject({ data: { yes: 'no', n: '1' } });
});

test('a body of more than 3 MiB is refused, one below is not too long', async () => {
  const large = JSON.stringify(configMap('large', { x: 'y'.repeat(3 * 1024 * 1024) }));
  const refused = await admin.post(MAPS, large);
  expect(refused.status()).toMatchObject({
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: 'Request entity too large: limit is 3145728',
  });
  const below = await admin.post(MAPS, configMap('large', { x: 'y'.repeat(1.2 * 1024 * 1024) }));
  expect(below.status()).toMatchObject({ code: 422 });
  expect(below.status().message).toContain('Too long: may not be more than 1048576 bytes');
});

test.each([
  [
    'POST',
    MAPS,
    'text/plain',
    'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
  ],
  ['PUT', `${MAPS}/a`, 'application/xml', 'the body of the request was in an unknown format'],
  [
    'PATCH',
    `${MAPS}/a`,
    'application/json',
    'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json',
  ],
  ['PATCH', `${MAPS}/a`, 'text/plain', 'the body of the request was in an unknown format'],
  ['DELETE', `${MAPS}/a`, 'text/plain', 'the body of the request was in an unknown format'],
])('%s %s with %s is of a wrong type', async (method, path, type, message) => {
  await admin.post(MAPS, configMap('a'));
  const status = (await admin.send(method, path, { body: '{}', headers: { 'content-type': type } })).status();
  expect(status).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
  expect(status.message).toContain(message);
});

test('a form of answer that is not served is refused before anything is done', async () => {
  const { at } = await namespace();
  const answer = await admin.post(`${at}/configmaps`, configMap('a'), { ...JSON_TYPE, accept: 'text/html' });
  expect(answer.status()).toMatchObject({ code: 406, reason: 'NotAcceptable' });
  expect((await admin.get(`${at}/configmaps/a`)).code).toBe(404);
});

test.each([
  ['GET', '/api/v1/unknowns', 404],
  ['GET', '/api/v2/pods', 404],
  ['GET', '/apis/apps/v9/deployments', 404],
  ['GET', '/apis/none.example.com/v1/things', 404],
  ['GET', '/apis/apps', 200],
  ['GET', '/apis/none', 404],
  ['GET', '/nothing', 404],
  ['GET', '/api/v1/namespaces/default/nodes', 404],
  ['GET', '/api/v1/nodes/x/unknown', 404],
  ['GET', '/api/v1/namespaces/default/configmaps/a/status', 404],
  ['GET', '/apis/constructor/v1/__proto__', 404],
  ['GET', '/api/v1/__proto__', 404],
  ['POST', '/api/v1/pods', 405],
  ['DELETE', '/api/v1/pods', 405],
  ['PUT', MAPS, 405],
  ['PATCH', MAPS, 405],
  ['POST', `${MAPS}/a`, 405],
  ['GET', '/api/v1/namespaces/default/pods/a/binding', 405],
  ['DELETE', '/api/v1/namespaces', 405],
  ['OPTIONS', MAPS, 405],
  ['GET', '/apis/authorization.k8s.io/v1/subjectaccessreviews', 405],
  ['GET', `${MAPS}/%zz`, 400],
])('%s %s: %i', async (method, path, code) => {
  const answer = await admin.send(method, path);
  expect(answer.code).toBe(code);
  if (code === 200) return;
  const { reason, message } = answer.status();
  if (code === 404)
    expect({ reason, message }).toEqual({ reason: 'NotFound', message: 'the server could not find the requested resource' });
  if (code === 405)
    expect({ reason, message }).toEqual({
      reason: 'MethodNotAllowed',
      message: 'the server does not allow this method on the requested resource',
    });
});

test('the path and the object must agree', async () => {
  const { at, ns } = await namespace();
  const elsewhere = configMap('a', {}, { namespace: 'default' });
  expect((await admin.post(`${at}/configmaps`, elsewhere)).status()).toMatchObject({
    code: 400,
    reason: 'BadRequest',
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  });
  await admin.post(`${at}/configmaps`, configMap('a'));
  const message = async (answer: Promise<{ status(): { message?: string } }>) => (await answer).status().message;
  expect(await message(admin.put(`${at}/configmaps/a`, configMap('b')))).toBe(
    'the name of the object (b) does not match the name on the URL (a)',
  );
  expect(await message(admin.put(`${at}/configmaps/a`, { data: {} }))).toBe(
    'the name of the object (a based on URL) was undeterminable: name must be provided',
  );
  expect(await message(admin.put(`${at}/configmaps/a`, elsewhere))).toBe(
    `the namespace of the object (default) does not match the namespace on the request (${ns})`,
  );
  expect(await message(admin.patch(`${at}/configmaps/a`, { metadata: { name: 'b' } }))).toBe(
    'the name of the object (b) does not match the name on the URL (a)',
  );
});

test('fieldValidation: what is not known is warned of, refused, or passed over', async () => {
  const { at } = await namespace();
  const body = (name: string) => `{"metadata":{"name":"${name}"},"extra":1,"data":{"a":"1","a":"2"}}`;
  const warned = await admin.post(`${at}/configmaps`, body('a'));
  expect(warned.code).toBe(201);
  expect(warned.headers.warning).toBe('299 - "unknown field \\"extra\\"", 299 - "duplicate field \\"data.a\\""');
  const strict = (await admin.post(`${at}/configmaps?fieldValidation=Strict`, body('b'))).status();
  expect(strict).toMatchObject({ code: 400, reason: 'BadRequest' });
  expect(strict.message).toContain('strict decoding error: unknown field "extra", duplicate field "data.a"');
  const ignored = await admin.post(`${at}/configmaps?fieldValidation=Ignore`, body('c'));
  expect([ignored.code, ignored.headers.warning]).toEqual([201, undefined]);
  expect((await admin.post(`${at}/configmaps?fieldValidation=Maybe`, body('d'))).status()).toMatchObject({
    code: 422,
    message:
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Maybe": supported values: "", "Ignore", "Strict", "Warn"',
  });
  expect((await admin.post(`${at}/configmaps?dryRun=Some`, body('d'))).status()).toMatchObject({
    code: 422,
    message: 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: supported values: "All"',
  });
});

test('a manager’s name is short and printable', async () => {
  const { at } = await namespace();
  const long = await admin.post(`${at}/configmaps?fieldManager=${'x'.repeat(129)}`, configMap('a'));
  expect(long.status()).toMatchObject({
    code: 422,
    message: 'CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
  });
  await admin.post(`${at}/configmaps`, configMap('a'));
  expect((await admin.put(`${at}/configmaps/a?fieldManager=a%0Ab`, configMap('a'))).status()).toMatchObject({
    code: 422,
    message: 'UpdateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\nb": invalid character U+000A (at position 1)',
  });
});

test.each([
  ['json', 'x', 400],
  ['json', '{}', 400],
  ['json', '[{"op":"remove","path":"/data/gone"}]', 422],
  ['json', '[{"op":"test","path":"/data/x","value":"2"}]', 422],
  ['json', '[{"op":"fly","path":"/data/x"}]', 422],
  ['merge', '[]', 400],
  ['merge', '{"data":{"x":1}}', 422],
  ['merge', '{"kind":"Secret"}', 400],
  ['merge', '', 400],
  ['strategic-merge', '{"data":', 400],
  ['strategic-merge', '{"metadata":{"$patch":"fly"}}', 400],
] as const)('the %s patch %s is refused with %i', async (kind, body, code) => {
  await admin.post(MAPS, configMap('patched', { x: '1' }));
  const before = (await admin.get(`${MAPS}/patched`)).text;
  const answer = await admin.patch(`${MAPS}/patched`, body, kind);
  expect(answer.status()).toMatchObject({ status: 'Failure', code });
  expect((await admin.get(`${MAPS}/patched`)).text).toBe(before);
});

test('two containers cannot have the same port, and all that is wrong is said at once', async () => {
  const { at } = await namespace();
  const ports = [{ containerPort: 80 }];
  const twice = pod('P', {
    containers: [
      { name: 'a', image: 'x', ports },
      { name: 'b', image: 'x', ports },
    ],
  });
  const status = (await admin.post(`${at}/pods`, twice)).status();
  expect(status).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(status.details?.causes?.map(({ field, reason }) => `${reason} ${field}`)).toEqual(
    expect.arrayContaining(['FieldValueInvalid metadata.name', 'FieldValueDuplicate spec.containers[1].ports[0].containerPort']),
  );
});

test('the same over the bus and in process: a Status, whatever comes', async () => {
  const bus = cluster.busServer.connect({ identity: 'system:kube-scheduler' });
  const transport = cluster.server.transportFor(ADMIN);
  const base = { group: '', version: 'v1', resource: 'configmaps', namespace: 'default' };
  const send = async (body: Uint8Array | undefined, more: object = {}) => {
    const answer = await transport.request({ verb: 'create', ...base, ...(body ? { body } : {}), ...more });
    return JSON.parse(new TextDecoder().decode(answer.body));
  };
  expect(await send(undefined)).toMatchObject({ code: 400 });
  expect(await send(new Uint8Array(4 * 1024 * 1024))).toMatchObject({ code: 413 });
  expect(await send(undefined, { resource: 'nothing' })).toMatchObject({ code: 404 });
  expect(await send(undefined, { verb: 'connect' })).toMatchObject({ code: 405 });
  await expect(cluster.client.kind(ConfigMaps).create({ metadata: { name: 'A', namespace: 'default' } })).rejects.toMatchObject({
    code: 422,
  });
  await bus.close();
});

test('a bad Deployment is refused with the path of every fault', async () => {
  const { ns } = await namespace();
  const bad = deployment('web', -1);
  bad.spec.selector.matchLabels = { app: 'other' };
  const status = (await admin.post(`/apis/apps/v1/namespaces/${ns}/deployments`, bad)).status();
  expect(status.code).toBe(422);
  expect(status.details?.causes?.map(({ field }) => field)).toEqual(
    expect.arrayContaining(['spec.replicas', 'spec.template.metadata.labels']),
  );
});
