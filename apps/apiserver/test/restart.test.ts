import { Buffer } from 'node:buffer';
import { ClusterRoleBindings, type ConfigMap, ConfigMaps } from '@kubernats/api';
import type { StatusObject } from '@kubernats/errors';
import { expect, test } from 'vitest';
import { memoryBacking, startApiServer } from './api-server.fixture.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

/** A server that found all this when it started. */
async function restarted() {
  const backing = memoryBacking();
  await using before = await startApiServer({ backing });
  const maps = before.client.kind(ConfigMaps);
  for (const name of ['a', 'b', 'c']) await maps.create({ metadata: { name, namespace: 'default' } });
  await maps.delete('b', 'default');
  await before.client.kind(ClusterRoleBindings).create({
    metadata: { name: 'eve-views' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }],
  });
  const first = await maps.list({ namespace: 'default' });
  return { first, after: await startApiServer({ backing }) };
}

test('a restarted server has what was there, at the same versions', async () => {
  const { first, after } = await restarted();
  await using server = after;
  const now = await server.client.kind(ConfigMaps).list({ namespace: 'default' });
  expect(now.items).toEqual(first.items);
});

test('a restarted server knows the roles that were given before', async () => {
  const { after } = await restarted();
  await using server = after;
  const eve = server.as('eve').kind(ConfigMaps);
  await expect(eve.list({ namespace: 'default' })).resolves.toMatchObject({ items: [{}, {}] });
  await expect(eve.delete('a', 'default')).rejects.toThrow('cannot delete resource "configmaps"');
});

test('of what was before it a restarted server knows nothing: watches and lists of then get 410', async () => {
  const { after } = await restarted();
  await using server = after;
  const { admin } = await server.https();
  const watch = await admin.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=1`);
  expect(watch.code).toBe(200);
  const event = await watch.next<StatusObject>();
  expect(event).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
  expect(event?.object.message).toMatch(/^too old resource version: 1 \(\d+\)$/);
  expect(await watch.next()).toBeUndefined();
  expect((await admin.get(`${CONFIG_MAPS}?resourceVersion=1&resourceVersionMatch=Exact`)).status()).toMatchObject({
    code: 410,
    reason: 'Expired',
    message: 'The resourceVersion for the provided list is too old.',
  });
  const token = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: 1, start: 'default/a' })).toString('base64url');
  const expired = (await admin.get(`${CONFIG_MAPS}?limit=1&continue=${token}`)).status();
  expect(expired).toMatchObject({ code: 410, reason: 'Expired', metadata: { continue: expect.any(String) } });
  expect(expired.message).toMatch(/^The provided continue parameter is too old to display a consistent list result\./);
  const goesOn = await admin.get(`${CONFIG_MAPS}?limit=1&continue=${expired.metadata.continue}`);
  expect(goesOn.json<{ items: ConfigMap[] }>().items.map(({ metadata }) => metadata?.name)).toEqual(['c']);
});

test('a watch goes on at the restarted server from where it was', async () => {
  const { first, after } = await restarted();
  await using server = after;
  const { admin } = await server.https();
  const watch = await admin.watch(`${CONFIG_MAPS}?watch=true&resourceVersion=${first.metadata?.resourceVersion}`);
  await server.client.kind(ConfigMaps).delete('a', 'default');
  expect(await watch.take(1)).toEqual(['DELETED a']);
  watch.close();
});
