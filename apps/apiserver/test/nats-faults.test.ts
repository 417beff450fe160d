import { type ConfigMap, ConfigMaps, type KubeObject } from '@kubernats/api';
import { expect, test } from 'vitest';
import type { WatchReader } from './support/https-client.ts';
import { NatsCluster } from './support/nats-cluster.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

/** Reads until `name` has come; gives the names that were added, and whether the watch was cut with 410. */
async function readUntil(watch: WatchReader, name: string): Promise<{ names: string[]; isExpired: boolean }> {
  const names: string[] = [];
  for (;;) {
    const event = await watch.next<KubeObject>();
    if (!event) throw new Error(`the watch ended before ${name}`);
    if (event.type === 'ERROR') return { names, isExpired: true };
    names.push(event.object.metadata?.name ?? '');
    if (names.at(-1) === name) return { names, isExpired: false };
  }
}

test('R2: the nats-server is killed under load: no acknowledged write is lost, watches go on, nothing is made twice', async () => {
  await using cluster = await NatsCluster.start();
  const { client, server, https } = await cluster.apiServer();
  const { admin } = await https();
  const maps = client.kind(ConfigMaps);
  const watch = await admin.watch(`${MAPS}?watch=true`);
  const acknowledged: string[] = [];
  const refused: string[] = [];
  let isStopped = false;
  const load = Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; !isStopped; i++) {
      const name = `w${writer}-${i}`;
      await maps.create({ metadata: { name, namespace: 'default' } }).then(
        () => acknowledged.push(name),
        (error: unknown) => {
          refused.push(String(error));
          // The API is away: the next attempt is not for this test to hurry.
          return expect.poll(() => server.isReady).toBe(true);
        },
      );
    }
  });
  await expect.poll(() => acknowledged.length).toBeGreaterThan(200);
  await cluster.nats.kill('SIGKILL');
  await cluster.nats.start();
  const before = acknowledged.length;
  await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 200);
  isStopped = true;
  await Promise.all(load);
  await maps.create({ metadata: { name: 'zz-last', namespace: 'default' } });
  const { items } = await maps.list({ namespace: 'default' });
  const there = new Set(items.map(({ metadata }) => metadata?.name));
  expect(acknowledged.filter((name) => !there.has(name))).toEqual([]);
  expect(refused.filter((error) => error.includes('already exists'))).toEqual([]);
  const { names, isExpired } = await readUntil(watch, 'zz-last');
  if (!isExpired) {
    expect(new Set(names)).toEqual(there);
    expect(names.length, 'none comes twice').toBe(there.size);
  }
  watch.close();
});

test('while the nats-server is away the server is not ready and serves what need not be current; what waits is answered when it is back', async () => {
  await using cluster = await NatsCluster.start();
  const { https } = await cluster.apiServer();
  const { admin } = await https();
  await admin.post(MAPS, { metadata: { name: 'a' } });
  await cluster.nats.kill('SIGTERM');
  await expect.poll(async () => (await admin.get('/readyz')).code).toBe(500);
  expect((await admin.get('/livez')).code).toBe(200);
  const stale = await admin.get(`${MAPS}/a?resourceVersion=0`);
  expect(stale.json<ConfigMap>().metadata?.name, 'what need not be current is served from the cache').toBe('a');
  const write = admin.post(MAPS, { metadata: { name: 'b' } });
  await cluster.nats.start();
  expect((await write).code).toBe(201);
  await expect.poll(async () => (await admin.get('/readyz')).code).toBe(200);
  expect((await admin.get(`${MAPS}/b`)).code).toBe(200);
  expect((await admin.post(MAPS, { metadata: { name: 'b' } })).code).toBe(409);
});

test('a component over NATS goes on after the nats-server was restarted', async () => {
  await using cluster = await NatsCluster.start();
  const { client } = await cluster.apiServer();
  const transport = await cluster.component('system:kube-controller-manager');
  const known = new Set<string>();
  const stop = new AbortController();
  const name = (object: KubeObject) => object.metadata?.name ?? '';
  const following = transport.follow(
    { group: '', version: 'v1', resource: 'configmaps', namespace: 'default' },
    {
      replace: (objects) => {
        known.clear();
        for (const object of objects) known.add(name(object));
      },
      changed: (type, object) => (type === 'DELETED' ? known.delete(name(object)) : known.add(name(object))),
    },
    stop.signal,
  );
  const maps = client.kind(ConfigMaps);
  await maps.create({ metadata: { name: 'a', namespace: 'default' } });
  await expect.poll(() => [...known]).toEqual(['a']);
  await cluster.nats.kill();
  await cluster.nats.start();
  await expect
    .poll(
      () =>
        maps.create({ metadata: { name: 'b', namespace: 'default' } }).then(
          () => true,
          () => false,
        ),
      { timeout: 10_000 },
    )
    .toBe(true);
  await maps.delete('a', 'default');
  await expect.poll(() => [...known]).toEqual(['b']);
  stop.abort();
  await following;
});

test('an API server that is started again on the same state has all of it, at the same versions', async () => {
  await using cluster = await NatsCluster.start();
  const first = await cluster.apiServer();
  const made: ConfigMap[] = [];
  for (let i = 0; i < 20; i++)
    made.push(await first.client.kind(ConfigMaps).create({ metadata: { name: `m${10 + i}`, namespace: 'default' } }));
  await first[Symbol.asyncDispose]();
  const second = await cluster.apiServer();
  expect((await second.client.kind(ConfigMaps).list({ namespace: 'default' })).items).toEqual(made);
  await expect(second.client.kind(ConfigMaps).create({ metadata: { name: 'm10', namespace: 'default' } })).rejects.toMatchObject({
    code: 409,
  });
});
