import type { ConfigMap, KubeObject } from '@kubernats/api';
import { expect, test } from 'vitest';
import { clusterOfFile, configMap, pod } from './support/cluster-of-file.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;
const version = (object: KubeObject) => object.metadata?.resourceVersion ?? '';

async function maps() {
  const { at } = await namespace();
  const path = `${at}/configmaps`;
  const put = async (name: string, labels: Record<string, string> = {}): Promise<ConfigMap> => {
    const made = await admin.post(path, configMap(name, {}, { labels }));
    if (made.code === 201) return made.json<ConfigMap>();
    return (await admin.put(`${path}/${name}`, configMap(name, { at: `${Math.random()}` }, { labels }))).json<ConfigMap>();
  };
  return { path, put, remove: (name: string) => admin.delete(`${path}/${name}`) };
}

test('from a version on: every change after it, in order, once', async () => {
  const { path, put, remove } = await maps();
  await put('a');
  const b = await put('b');
  await put('c');
  await put('a');
  const watch = await admin.watch(`${path}?watch=true&resourceVersion=${version(b)}`);
  expect(await watch.take(2)).toEqual(['ADDED c', 'MODIFIED a']);
  await remove('b');
  await put('d');
  const deleted = await watch.next<ConfigMap>();
  expect(deleted).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'b', uid: b.metadata?.uid } } });
  expect(Number(deleted && version(deleted.object)), 'a deletion has a version of its own').toBeGreaterThan(Number(version(b)));
  expect(await watch.take(1)).toEqual(['ADDED d']);
  watch.close();
});

test.each(['', '&resourceVersion=0'])('from no version%s: what is there first', async (query) => {
  const { path, put } = await maps();
  await put('a');
  await put('b');
  const watch = await admin.watch(`${path}?watch=true${query}`);
  expect(watch.code).toBe(200);
  expect(await watch.take(2)).toEqual(['ADDED a', 'ADDED b']);
  await put('a');
  expect(await watch.take(1)).toEqual(['MODIFIED a']);
  watch.close();
});

test('sendInitialEvents: what is there, a bookmark that says that it was all, then what happens', async () => {
  const { path, put } = await maps();
  await put('a');
  const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const watch = await admin.watch(`${path}?${query}`);
  expect(await watch.take(1)).toEqual(['ADDED a']);
  const bookmark = await watch.next<ConfigMap>();
  expect(bookmark).toMatchObject({
    type: 'BOOKMARK',
    object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  });
  await put('b');
  expect(await watch.take(1)).toEqual(['ADDED b']);
  watch.close();
  const since = await admin.watch(`${path}?watch=true&resourceVersion=${bookmark && version(bookmark.object)}`);
  expect(await since.take(1)).toEqual(['ADDED b']);
  since.close();
});

test('sendInitialEvents=false: only what happens after the version', async () => {
  const { path, put } = await maps();
  const a = await put('a');
  const query = `watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion=${version(a)}`;
  const watch = await admin.watch(`${path}?${query}`);
  await put('b');
  expect(await watch.take(1)).toEqual(['ADDED b']);
  watch.close();
});

test.each(['', '&resourceVersion=0'])('sendInitialEvents=false%s: only what happens from now on', async (version) => {
  const { path, put } = await maps();
  await put('a');
  const watch = await admin.watch(`${path}?watch=true&sendInitialEvents=false&resourceVersionMatch=NotOlderThan${version}`);
  await put('b');
  expect(await watch.take(1)).toEqual(['ADDED b']);
  watch.close();
});

test.each([
  ['sendInitialEvents=true', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
  ['resourceVersionMatch=NotOlderThan', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'],
])('watch with %s alone is refused', async (query, message) => {
  const { status } = await admin.get(`/api/v1/namespaces/default/configmaps?watch=true&${query}`);
  expect(status()).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(status().message).toContain(message);
});

test('what enters a selection is ADDED, what leaves it is DELETED as it last was inside', async () => {
  const { path, put, remove } = await maps();
  const first = await put('a', { color: 'red' });
  const watch = await admin.watch(`${path}?watch=true&resourceVersion=${version(first)}&labelSelector=color%3Dred`);
  const blue = await put('a', { color: 'blue' });
  const left = await watch.next<ConfigMap>();
  expect(left).toMatchObject({ type: 'DELETED', object: { metadata: { labels: { color: 'red' }, resourceVersion: version(blue) } } });
  await put('b', { color: 'blue' });
  await put('a', { color: 'red' });
  await put('a', { color: 'red', size: 'l' });
  await remove('a');
  await remove('b');
  expect(await watch.take(3)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  watch.close();
});

test('the Pods of one node are watched as they come to it', async () => {
  const { at } = await namespace();
  const watch = await admin.watch(`${at}/pods?watch=true&fieldSelector=spec.nodeName%3Dn1`);
  await admin.post(`${at}/pods`, pod('p'));
  await admin.post(`${at}/pods`, pod('q', { nodeName: 'n2' }));
  await admin.post(`${at}/pods/p/binding`, { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } });
  expect(await watch.take(1)).toEqual(['ADDED p']);
  await admin.delete(`${at}/pods/p`, { gracePeriodSeconds: 0 });
  expect(await watch.take(1)).toEqual(['DELETED p']);
  watch.close();
});

test('one object by its name, and by the old watch path', async () => {
  const { path, put } = await maps();
  const a = await put('a');
  const byField = await admin.watch(`${path}?watch=true&fieldSelector=metadata.name%3Da`);
  const byPath = await admin.watch(`${path.replace('/api/v1/', '/api/v1/watch/')}/a?resourceVersion=${version(a)}`);
  await put('b');
  await put('a');
  expect(await byField.take(2)).toEqual(['ADDED a', 'MODIFIED a']);
  expect(await byPath.take(1)).toEqual(['MODIFIED a']);
  byField.close();
  byPath.close();
});

test('a watch as a table, and as metadata alone', async () => {
  const { path, put } = await maps();
  await put('a');
  const table = await admin.watch(`${path}?watch=true`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' });
  const row = await table.next<{ kind: string; rows: { cells: unknown[] }[] }>();
  expect(row).toMatchObject({ type: 'ADDED', object: { kind: 'Table', rows: [{ cells: ['a', 0, expect.any(String)] }] } });
  const partial = await admin.watch(`${path}?watch=true`, { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' });
  expect(await partial.next()).toMatchObject({ type: 'ADDED', object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } });
  table.close();
  partial.close();
});

test('a time-out of ages is as good as none', async () => {
  const { path, put } = await maps();
  const watch = await admin.watch(`${path}?watch=true&timeoutSeconds=99999999999`);
  await put('a');
  expect(await watch.take(1)).toEqual(['ADDED a']);
  watch.close();
});

test('a hundred watchers of the same see the same, those that come late too', async () => {
  const { path, put } = await maps();
  await put('a');
  const watches = await Promise.all(Array.from({ length: 100 }, () => admin.watch(`${path}?watch=true`)));
  await put('b');
  watches.push(await admin.watch(`${path}?watch=true`));
  await put('a');
  for (const watch of watches) {
    expect(await watch.take(3)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a']);
    watch.close();
  }
});

test('Events of both groups are the same objects', async () => {
  const { at } = await namespace();
  const other = at.replace('/api/v1', '/apis/events.k8s.io/v1');
  const watch = await admin.watch(`${other}/events?watch=true`);
  const involvedObject = { kind: 'Pod', name: 'p', namespace: at.split('/').at(-1) };
  const made = await admin.post(`${at}/events`, {
    metadata: { name: 'e' },
    involvedObject,
    reason: 'Tested',
    message: 'hello',
    type: 'Normal',
  });
  expect(made.code).toBe(201);
  expect(await watch.next()).toMatchObject({
    type: 'ADDED',
    object: { apiVersion: 'events.k8s.io/v1', regarding: { kind: 'Pod', name: 'p' }, reason: 'Tested', note: 'hello' },
  });
  expect((await admin.get(`${at}/events?fieldSelector=involvedObject.name%3Dp,reason%3DTested`)).json()).toMatchObject({
    items: [{ message: 'hello' }],
  });
  watch.close();
});

test('two versions of one kind are the same objects, and each watch has its own version', async () => {
  const { at } = await namespace();
  const [v1, v2] = ['v1', 'v2'].map((name) => `${at.replace('/api/v1', `/apis/autoscaling/${name}`)}/horizontalpodautoscalers`);
  const partial = { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' };
  const watches = await Promise.all(
    [v1, v2].flatMap((path) => [admin.watch(`${path}?watch=true`), admin.watch(`${path}?watch=true`, partial)]),
  );
  const target = { type: 'Utilization', averageUtilization: 50 };
  const behavior = { scaleDown: { stabilizationWindowSeconds: 5 } };
  const made = await admin.post(v2 ?? '', {
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 3,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
      behavior,
    },
  });
  expect(made.code).toBe(201);
  const seen = await Promise.all(watches.map((watch) => watch.next<KubeObject & { spec?: object }>()));
  const [old, oldPartial, modern, modernPartial] = seen;
  const said = 'autoscaling.alpha.kubernetes.io/behavior';
  expect(old?.object).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50 } });
  expect(modern?.object).toMatchObject({ apiVersion: 'autoscaling/v2', spec: { behavior } });
  expect(Object.keys(oldPartial?.object.metadata?.annotations ?? {})).toEqual([said]);
  expect(modernPartial?.object.metadata).not.toHaveProperty('annotations');
  expect(modernPartial?.object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'web' } });
  for (const watch of watches) watch.close();
  const changed = await admin.put(`${v1}/web`, { ...old?.object, spec: { ...old?.object.spec, maxReplicas: 5 } });
  expect(changed.json()).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { maxReplicas: 5 } });
  expect((await admin.get(`${v2}/web`)).json()).toMatchObject({ spec: { maxReplicas: 5, behavior, metrics: [{ resource: { target } }] } });
});
