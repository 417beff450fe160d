import { expect, test } from 'vitest';
import { clusterOfFile } from './support/cluster-of-file.ts';

const { admin } = (await clusterOfFile()).door;
const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

test('plain discovery: versions, groups, and the resources of each', async () => {
  expect((await admin.get('/api')).json()).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  const groups = (await admin.get('/apis')).json<{
    kind: string;
    groups: { name: string; preferredVersion: { groupVersion: string } }[];
  }>();
  expect(groups.kind).toBe('APIGroupList');
  expect(groups.groups.map(({ preferredVersion }) => preferredVersion.groupVersion)).toEqual(
    expect.arrayContaining(['apps/v1', 'rbac.authorization.k8s.io/v1']),
  );
  expect((await admin.get('/apis/apps')).json()).toMatchObject({ kind: 'APIGroup', name: 'apps' });
  const core = (await admin.get('/api/v1')).json<{ kind: string; resources: { name: string; verbs: string[]; shortNames?: string[] }[] }>();
  expect(core.kind).toBe('APIResourceList');
  expect(core.resources.find(({ name }) => name === 'pods')).toMatchObject({ namespaced: true, kind: 'Pod', shortNames: ['po'] });
  expect(core.resources.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['pods/status', 'pods/log', 'pods/binding', 'namespaces/finalize']),
  );
});

test.each(['/api', '/apis'])('aggregated discovery of %s, and nothing again to who has it', async (path) => {
  const first = await admin.get(path, { accept: AGGREGATED });
  expect(first.json()).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
  expect(first.headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
  const etag = first.headers.etag ?? '';
  expect(etag).toMatch(/^"[0-9A-F]{128}"$/);
  const again = await admin.get(path, { accept: AGGREGATED, 'if-none-match': etag });
  expect([again.code, again.text, again.headers.etag]).toEqual([304, '', etag]);
  expect((await admin.get(path, { accept: AGGREGATED, 'if-none-match': '"old"' })).code).toBe(200);
});

test('OpenAPI v3: each document is at its hash, and a changed one is found from the old', async () => {
  const index = (await admin.get('/openapi/v3')).json<{ paths: Record<string, { serverRelativeURL: string }> }>();
  const url = index.paths['apis/apps/v1']?.serverRelativeURL ?? '';
  expect(url).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{64}$/);
  const document = await admin.get(url);
  expect(document.json()).toMatchObject({ openapi: '3.0.0', paths: expect.any(Object) });
  expect(document.headers['cache-control']).toContain('immutable');
  const known = await admin.get('/openapi/v3/apis/apps/v1', { 'if-none-match': document.headers.etag ?? '' });
  expect(known.code).toBe(304);
  const old = await admin.get('/openapi/v3/apis/apps/v1?hash=OLD');
  expect([old.code, old.headers.location]).toEqual([301, url]);
  expect((await admin.get('/openapi/v3/apis/none/v1')).code).toBe(404);
});

test('OpenAPI v2, with its hash', async () => {
  const document = await admin.get('/openapi/v2');
  expect(document.json()).toMatchObject({ swagger: '2.0' });
  expect((await admin.get('/openapi/v2', { 'if-none-match': document.headers.etag ?? '' })).code).toBe(304);
});

test('health: as a whole, by check, and verbose', async () => {
  expect((await admin.get('/readyz')).text).toBe('ok');
  expect((await admin.get('/livez?verbose')).text).toBe('[+]ping ok\nlivez check passed\n');
  const verbose = (await admin.get('/readyz?verbose')).text.split('\n');
  expect(verbose).toEqual(expect.arrayContaining(['[+]ping ok', '[+]state ok', '[+]poststarthook/bootstrap ok', 'readyz check passed']));
  expect((await admin.get('/readyz/state')).text).toBe('ok');
  expect((await admin.get('/readyz/constructor')).code).toBe(404);
});

test('the version is that of a Kubernetes', async () => {
  expect((await admin.get('/version')).json()).toMatchObject({
    major: '1',
    minor: '36',
    emulationMinor: '36',
    gitVersion: expect.stringMatching(/^v1\.36\./),
  });
});

test('HEAD answers with the head alone', async () => {
  const head = await admin.send('HEAD', '/api/v1/namespaces/default');
  expect([head.code, head.text]).toEqual([200, '']);
  expect(Number(head.headers['content-length'])).toBeGreaterThan(100);
});
