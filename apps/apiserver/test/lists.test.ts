import { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import type { ConfigMap, KubeObject } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';
import { clusterOfFile, configMap, pod } from './support/cluster-of-file.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;

interface List {
  kind: string;
  apiVersion: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: ConfigMap[];
}

const names = (list: List) => list.items.map(({ metadata }) => metadata?.name);
const listOf = async (path: string) => (await admin.get(path)).json<List>();

async function withMaps(count: number) {
  const { at, ns } = await namespace();
  const width = String(count).length;
  for (let i = 1; i <= count; i++) {
    const labels = { odd: String(i % 2 === 1), number: String(i) };
    await admin.post(`${at}/configmaps`, configMap(`m${String(i).padStart(width, '0')}`, {}, { labels }));
  }
  return { at, ns, path: `${at}/configmaps` };
}

test('a list is of its kind, in the order of names, with the version that it shows', async () => {
  const { path } = await withMaps(3);
  const list = await listOf(path);
  expect([list.kind, list.apiVersion, names(list)]).toEqual(['ConfigMapList', 'v1', ['m1', 'm2', 'm3']]);
  expect(Number(list.metadata.resourceVersion)).toBeGreaterThanOrEqual(Number(list.items[2]?.metadata?.resourceVersion));
  const all = await listOf('/api/v1/configmaps?labelSelector=number%3D3');
  expect(names(all)).toContain('m3');
});

test.each([
  ['labelSelector=odd%3Dtrue', ['m1', 'm3', 'm5']],
  ['labelSelector=odd%21%3Dtrue', ['m2', 'm4']],
  ['labelSelector=number+in+(1,2,9)', ['m1', 'm2']],
  ['labelSelector=number+notin+(1,2),odd', ['m3', 'm4', 'm5']],
  ['labelSelector=!odd', []],
  ['labelSelector=constructor', []],
  ['labelSelector=!__proto__', undefined],
  ['labelSelector=!constructor', ['m1', 'm2', 'm3', 'm4', 'm5']],
  ['fieldSelector=metadata.name%3Dm2', ['m2']],
  ['fieldSelector=metadata.name!%3Dm2', ['m1', 'm3', 'm4', 'm5']],
  ['fieldSelector=metadata.name%3Dm2,metadata.namespace%3Delsewhere', []],
  ['fieldSelector=metadata.name%3Dm2&labelSelector=odd%3Dtrue', []],
])('?%s', async (query, expected) => {
  const { path } = await withMaps(5);
  const answer = await admin.get(`${path}?${query}`);
  // A key of a label begins and ends with a letter or a digit.
  if (!expected) return expect(answer.code).toBe(400);
  expect(names(answer.json<List>())).toEqual(expected);
});

test('Pods are selected by their node, and by what it is not', async () => {
  const { at } = await namespace();
  for (const [name, nodeName] of [
    ['a', 'n1'],
    ['b', 'n2'],
    ['c', undefined],
  ] as const)
    await admin.post(`${at}/pods`, pod(name, { nodeName }));
  const on = async (selector: string) => names(await listOf(`${at}/pods?fieldSelector=${encodeURIComponent(selector)}`));
  expect(await on('spec.nodeName=n1')).toEqual(['a']);
  expect(await on('spec.nodeName!=n1')).toEqual(['b', 'c']);
  expect(await on('spec.nodeName=')).toEqual(['c']);
  expect(await on('status.phase=Pending,spec.nodeName=n2')).toEqual(['b']);
  expect(await on('status.phase!=Pending')).toEqual([]);
});

test.each([
  ['fieldSelector=spec.x%3D1', 400, '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace"'],
  ['fieldSelector=metadata.name', 400, `invalid selector: 'metadata.name'; can't understand 'metadata.name'`],
  ['labelSelector=a%3Db%3Dc', 400, `found '=', expected: ',' or 'end of string'`],
  ['labelSelector=a+in+b', 400, `unable to parse requirement: found 'b' expected: '('`],
  ['limit=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ['continue=x', 400, 'invalid continue token: continue key is not valid'],
  ['resourceVersion=x', 400, 'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'],
  [
    'resourceVersionMatch=Exact',
    422,
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
  ],
  ['resourceVersionMatch=Exact&resourceVersion=0', 422, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
  [
    'resourceVersionMatch=Some&resourceVersion=1',
    422,
    'resourceVersionMatch: Unsupported value: "Some": supported values: "Exact", "NotOlderThan", ""',
  ],
  ['sendInitialEvents=true', 422, 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
])('?%s is refused with %i', async (query, code, message) => {
  const status = (await admin.get(`/api/v1/namespaces/default/configmaps?${query}`)).status();
  expect(status).toMatchObject({ code, status: 'Failure', reason: code === 400 ? 'BadRequest' : 'Invalid' });
  expect(status.message).toContain(message);
});

test('pages of a list are of one moment, whatever happens in between', async () => {
  const { path } = await withMaps(10);
  const first = await listOf(`${path}?limit=4`);
  expect([names(first), first.metadata.remainingItemCount]).toEqual([['m01', 'm02', 'm03', 'm04'], 6]);
  await admin.delete(`${path}/m05`);
  await admin.delete(`${path}/m01`);
  await admin.post(path, configMap('m055'));
  await admin.patch(`${path}/m06`, { data: { late: 'yes' } });
  const second = await listOf(`${path}?limit=4&continue=${first.metadata.continue}`);
  expect(names(second)).toEqual(['m05', 'm06', 'm07', 'm08']);
  expect(second.items[1]?.data ?? {}).toEqual({});
  expect([second.metadata.resourceVersion, second.metadata.remainingItemCount]).toEqual([first.metadata.resourceVersion, 2]);
  const third = await listOf(`${path}?limit=4&continue=${second.metadata.continue}`);
  expect([names(third), third.metadata.continue]).toEqual([['m09', 'm10'], undefined]);
  expect(third.metadata).not.toHaveProperty('remainingItemCount');
  expect(names(await listOf(path))).toEqual(['m02', 'm03', 'm04', 'm055', 'm06', 'm07', 'm08', 'm09', 'm10']);
});

test('pages of a selection do not say how many are left', async () => {
  const { path } = await withMaps(7);
  const first = await listOf(`${path}?limit=2&labelSelector=odd%3Dtrue`);
  expect([names(first), first.metadata.remainingItemCount]).toEqual([['m1', 'm3'], undefined]);
  const second = await listOf(`${path}?limit=2&labelSelector=odd%3Dtrue&continue=${first.metadata.continue}`);
  expect([names(second), second.metadata.continue]).toEqual([['m5', 'm7'], undefined]);
});

test('a limit that is not positive is none, and a page that ends with the list is the last', async () => {
  const { path } = await withMaps(3);
  for (const limit of ['0', '-1', '3', '500']) {
    const list = await listOf(`${path}?limit=${limit}`);
    expect([list.items.length, list.metadata.continue], `limit=${limit}`).toEqual([3, undefined]);
  }
});

test('a continue token goes with no resourceVersion', async () => {
  const { path } = await withMaps(3);
  const { metadata } = await listOf(`${path}?limit=1`);
  const status = (await admin.get(`${path}?limit=1&continue=${metadata.continue}&resourceVersion=${metadata.resourceVersion}`)).status();
  expect(status).toMatchObject({ code: 400, message: 'specifying resource version is not allowed when using continue' });
  expect((await admin.get(`${path}?limit=1&continue=${metadata.continue}&resourceVersion=0`)).code).toBe(200);
});

test('a list of the past, of a version to come, and of no older version than', async () => {
  const { path } = await withMaps(3);
  const { metadata } = await listOf(path);
  const version = metadata.resourceVersion;
  await admin.delete(`${path}/m2`);
  await admin.post(path, configMap('m4'));
  const exact = await listOf(`${path}?resourceVersion=${version}&resourceVersionMatch=Exact`);
  expect([names(exact), exact.metadata.resourceVersion]).toEqual([['m1', 'm2', 'm3'], version]);
  const page = await listOf(`${path}?resourceVersion=${version}&limit=2`);
  expect([names(page), page.metadata.resourceVersion]).toEqual([['m1', 'm2'], version]);
  expect(names(await listOf(`${path}?limit=2&continue=${page.metadata.continue}`))).toEqual(['m3']);
  for (const query of [
    '',
    '?resourceVersion=0',
    `?resourceVersion=${version}`,
    `?resourceVersion=${version}&resourceVersionMatch=NotOlderThan`,
  ]) {
    expect(names(await listOf(`${path}${query}`)), query).toEqual(['m1', 'm3', 'm4']);
  }
});

test('lists as tables and as metadata alone', async () => {
  const { path, ns } = await withMaps(2);
  const table = (await admin.get(path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' })).json<{
    kind: string;
    apiVersion: string;
    metadata: { resourceVersion: string };
    columnDefinitions: { name: string }[];
    rows: { cells: unknown[]; object: KubeObject }[];
  }>();
  expect([table.kind, table.apiVersion]).toEqual(['Table', 'meta.k8s.io/v1']);
  expect(table.columnDefinitions.map(({ name }) => name)).toEqual(['Name', 'Data', 'Age']);
  expect(table.rows.map(({ cells }) => cells.slice(0, 2))).toEqual([
    ['m1', 0],
    ['m2', 0],
  ]);
  expect(table.rows[0]?.object).toMatchObject({
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { name: 'm1', namespace: ns },
  });
  const one = (await admin.get(`${path}/m1?includeObject=Object`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).json<
    typeof table
  >();
  expect(one.rows[0]?.object).toMatchObject({ kind: 'ConfigMap' });
  expect((await admin.get(`${path}?includeObject=All`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })).code).toBe(400);
  const partial = (await admin.get(path, { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' })).json<List>();
  expect([partial.kind, partial.apiVersion]).toEqual(['PartialObjectMetadataList', 'meta.k8s.io/v1']);
  expect(partial.items[0]).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'm1', labels: { number: '1' } } });
  expect(partial.items[0]).not.toHaveProperty('data');
  const yaml = await admin.get(`${path}/m1`, { accept: 'application/yaml' });
  expect([yaml.headers['content-type'], yaml.text.split('\n')[0]]).toEqual(['application/yaml', 'apiVersion: v1']);
});

test('a long list comes compressed where the client can read it', async () => {
  const { at } = await namespace();
  await admin.post(`${at}/configmaps`, configMap('large', { x: 'y'.repeat(200_000) }));
  const answer = await admin.open('GET', `${at}/configmaps`, { 'accept-encoding': 'gzip' });
  expect(answer.headers['content-encoding']).toBe('gzip');
  const zipped: Buffer[] = [];
  for await (const chunk of answer) zipped.push(chunk as Buffer);
  expect(Buffer.concat(zipped).length).toBeLessThan(10_000);
  expect(JSON.parse(gunzipSync(Buffer.concat(zipped)).toString())).toMatchObject({ kind: 'ConfigMapList', items: [{ kind: 'ConfigMap' }] });
  expect((await admin.get(`${at}/configmaps`)).headers).not.toHaveProperty('content-encoding');
});

test('a get of a version to come waits for it', async () => {
  const { path } = await withMaps(1);
  const { metadata } = await listOf(path);
  const next = Number(metadata.resourceVersion) + 1;
  const waiting = admin.get(`${path}/m1?resourceVersion=${next}`);
  await admin.post(path, configMap('m2'));
  expect((await waiting).code).toBe(200);
});

test('a version that does not come is in the future: the client is told to try again', async () => {
  const clock = new SteppedClock();
  await using fixture = await startApiServer({ clock });
  const https = await fixture.https();
  const timers = clock.waiting;
  const answer = https.admin.get('/api/v1/namespaces/default/configmaps?resourceVersion=1000000');
  // One waits for the version, and one looks after the request itself.
  await expect.poll(() => clock.waiting).toBe(timers + 2);
  await clock.advance(3000);
  const { headers, status } = await answer;
  expect(headers['retry-after']).toBe('1');
  expect(status()).toMatchObject({
    code: 504,
    reason: 'Timeout',
    message: expect.stringMatching(/^Timeout: Too large resource version: 1000000, current: \d+$/),
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
  });
});
