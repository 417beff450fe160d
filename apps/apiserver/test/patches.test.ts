import type { ConfigMap, Deployment, KubeObject, Pod } from '@kubernats/api';
import { expect, test } from 'vitest';
import { clusterOfFile, configMap, deployment, pod } from './support/cluster-of-file.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;

async function map(data: Record<string, string>) {
  const { at } = await namespace();
  await admin.post(`${at}/configmaps`, configMap('a', data, { labels: { l: '1' } }));
  return `${at}/configmaps/a`;
}

test('a JSON patch, a merge patch', async () => {
  const path = await map({ x: '1', y: '2' });
  const json = [
    { op: 'test', path: '/data/x', value: '1' },
    { op: 'replace', path: '/data/x', value: '3' },
    { op: 'move', from: '/data/y', path: '/data/z' },
    { op: 'add', path: '/metadata/labels/a~1b', value: 'c' },
  ];
  expect((await admin.patch(path, json, 'json')).json<ConfigMap>()).toMatchObject({
    data: { x: '3', z: '2' },
    metadata: { labels: { l: '1', 'a/b': 'c' } },
  });
  const merged = (await admin.patch(path, { data: { z: null, w: '4' } })).json<ConfigMap>();
  expect(merged.data).toEqual({ x: '3', w: '4' });
});

test('a strategic merge patch changes one container by its name', async () => {
  const { ns } = await namespace();
  const path = `/apis/apps/v1/namespaces/${ns}/deployments`;
  const two = deployment('web');
  two.spec.template.spec.containers.push({ name: 'side', image: 'side' });
  await admin.post(path, two);
  const containers = [{ name: 'c', image: 'web:2', env: [{ name: 'A', value: '1' }] }];
  const patched = await admin.patch(`${path}/web`, { spec: { template: { spec: { containers } } } }, 'strategic-merge');
  const images = (answer: { json<T>(): T }) =>
    answer.json<Deployment>().spec?.template.spec?.containers.map(({ name, image }) => `${name}=${image}`);
  expect(images(patched)).toEqual(['c=web:2', 'side=side']);
  const gone = await admin.patch(
    `${path}/web`,
    { spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }] } } } },
    'strategic-merge',
  );
  expect(images(gone)).toEqual(['c=web:2']);
  const merge = await admin.patch(`${path}/web`, { spec: { template: { spec: { containers: [{ name: 'new', image: 'n' }] } } } });
  expect(images(merge)).toEqual(['new=n']);
});

test('a patch that changes nothing is not written; one of what is not there is NotFound', async () => {
  const path = await map({ x: '1' });
  const before = (await admin.get(path)).json<ConfigMap>();
  for (const kind of ['merge', 'strategic-merge'] as const) {
    expect((await admin.patch(path, { data: { x: '1' } }, kind)).json()).toEqual(before);
  }
  expect((await admin.patch(`${path}b`, { data: {} })).code).toBe(404);
});

test('many patches at once all count: a patch begins again when somebody was faster', async () => {
  const path = await map({});
  const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => admin.patch(path, { data: { [`k${i}`]: 'x' } })));
  expect(answers.map(({ code }) => code)).toEqual(Array(30).fill(200));
  expect(Object.keys((await admin.get(path)).json<ConfigMap>().data ?? {})).toHaveLength(30);
});

test('a patch that names a version does not begin again', async () => {
  const path = await map({ x: '1' });
  const { metadata } = (await admin.get(path)).json<ConfigMap>();
  expect((await admin.patch(path, { metadata: { resourceVersion: metadata?.resourceVersion }, data: { x: '2' } })).code).toBe(200);
  expect((await admin.patch(path, { metadata: { resourceVersion: metadata?.resourceVersion }, data: { x: '3' } })).code).toBe(409);
  const other = await admin.patch(path, { metadata: { uid: 'other' } });
  expect(other.status()).toMatchObject({
    code: 422,
    message: expect.stringContaining('metadata.uid: Invalid value: "other": field is immutable'),
  });
});

test('many updates of one version: one wins', async () => {
  const path = await map({ x: '0' });
  const object = (await admin.get(path)).json<ConfigMap>();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => admin.put(path, { ...object, data: { x: `w${i}` } })));
  expect(answers.map(({ code }) => code).sort()).toEqual([200, ...Array(19).fill(409)]);
});

interface Managed {
  manager?: string;
  operation?: string;
  subresource?: string;
  fieldsV1?: object;
  time?: string;
}
const managed = (object: KubeObject) => (object.metadata?.managedFields ?? []) as Managed[];

test('managedFields: who wrote which field, by manager and subresource', async () => {
  const { at } = await namespace();
  const created = await admin.send('POST', `${at}/configmaps`, {
    body: configMap('a', { x: '1' }),
    headers: { 'user-agent': 'kubectl/v1.32 (linux)' },
  });
  expect(managed(created.json())).toEqual([
    {
      manager: 'kubectl',
      operation: 'Update',
      apiVersion: 'v1',
      time: expect.stringMatching(/Z$/),
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { '.': {}, 'f:x': {} } },
    },
  ]);
  await admin.patch(`${at}/configmaps/a?fieldManager=other`, { data: { y: '2' } });
  const now = (await admin.patch(`${at}/configmaps/a?fieldManager=third`, { data: { x: '9' } })).json<ConfigMap>();
  expect(managed(now).map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
    ['kubectl', { 'f:data': {} }],
    ['other', { 'f:data': { 'f:y': {} } }],
    ['third', { 'f:data': { 'f:x': {} } }],
  ]);
  await admin.post(`${at}/pods?fieldManager=maker`, pod('p'));
  const status = await admin.patch(`${at}/pods/p/status?fieldManager=kubelet`, { status: { phase: 'Running' } }, 'strategic-merge');
  expect(new Set(managed(status.json<Pod>()).map(({ manager, subresource }) => `${manager} ${subresource ?? ''}`))).toEqual(
    new Set(['maker ', 'kubelet status']),
  );
  const cleared = await admin.patch(`${at}/configmaps/a`, { metadata: { managedFields: [{}] } });
  expect(cleared.code).toBe(200);
});

test('R1: what does not fit is the fault of the patch, which is shown', async () => {
  const { ns } = await namespace();
  const path = `/apis/apps/v1/namespaces/${ns}/deployments`;
  await admin.post(path, deployment('web'));
  const refused = async (patch: object, type?: 'json' | 'strategic-merge', more = '') => {
    const answer = await admin.patch(`${path}/web${more}`, patch, type);
    const { message, details, reason } = answer.status();
    const problem = message?.replace(/^ "" is invalid: patch: Invalid value: "(?:[^"\\]|\\.)*": /, '…: ');
    return { code: answer.code, reason, problem, field: details?.causes?.[0]?.field };
  };
  const invalid = (problem: string) => ({ code: 422, reason: 'Invalid', problem: `…: ${problem}`, field: 'patch' });
  const wrong = 'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32';
  expect(await refused({ spec: { replicas: 'two' } })).toEqual(invalid(wrong));
  expect(await refused([{ op: 'replace', path: '/spec/replicas', value: 'two' }], 'json')).toEqual(invalid(wrong));
  const strategic = async (patch: object) => refused(patch, 'strategic-merge');
  expect(await strategic({ spec: { replicas: 'two' } })).toEqual(invalid('unrecognized type: int32'));
  expect(await strategic({ metadata: { labels: { a: 1 } } })).toEqual(invalid('cannot convert int64 to string'));
  expect(await strategic({ metadata: { labels: [1] } })).toEqual(invalid('cannot restore map from slice'));
  expect(await strategic({ spec: 'x' })).toEqual(invalid('cannot restore struct from: string'));
  const strict = '?fieldValidation=Strict';
  expect(await refused({ spec: { nope: 1 } }, undefined, strict)).toEqual(invalid('strict decoding error: unknown field "spec.nope"'));
  const shown = await admin.patch(`${path}/web`, { spec: { replicas: 'two' } }, 'strategic-merge');
  expect(shown.status().message).toContain('patch: Invalid value: "map[spec:map[replicas:two]]": ');
});

test('R1: a field that comes twice in a patch is named; a patch that is no JSON is refused in the words of Go', async () => {
  const path = await map({ x: '1' });
  const send = (body: string, query: string, type = 'merge-patch') =>
    admin.send('PATCH', `${path}${query}`, { body, headers: { 'content-type': `application/${type}+json` } });
  const twice = '{"data":{"x":"2","x":"3"}}';
  const refused = await send(twice, '?fieldValidation=Strict');
  expect([refused.code, refused.status().message]).toEqual([
    422,
    expect.stringContaining('strict decoding error: duplicate field "data.x"'),
  ]);
  const warned = await send(twice, '?fieldValidation=Warn');
  expect([warned.code, warned.headers.warning]).toEqual([200, expect.stringContaining('duplicate field \\"data.x\\"')]);
  expect((await send('{', '')).status()).toMatchObject({ code: 400, message: 'error decoding patch: unexpected end of JSON input' });
});
