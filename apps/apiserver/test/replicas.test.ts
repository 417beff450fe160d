import { type ConfigMap, ConfigMaps, type Service, Services } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { describe, expect, test } from 'vitest';
import { memoryBacking, startApiServer } from './api-server.fixture.ts';
import type { HttpsFixture } from './support/https-client.ts';
import { NatsCluster } from './support/nats-cluster.ts';

interface One {
  client: Client;
  https(): Promise<HttpsFixture>;
}

async function onMemory(): Promise<{ a: One; b: One } & AsyncDisposable> {
  const backing = memoryBacking();
  const [a, b] = [await startApiServer({ backing, config: CONFIG }), await startApiServer({ backing, config: CONFIG })];
  const dispose = async () => {
    await a[Symbol.asyncDispose]();
    await b[Symbol.asyncDispose]();
  };
  return { a, b, [Symbol.asyncDispose]: dispose };
}

async function onNats(): Promise<{ a: One; b: One } & AsyncDisposable> {
  const cluster = await NatsCluster.start();
  return {
    a: await cluster.apiServer(CONFIG),
    b: await cluster.apiServer(CONFIG),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

/** So few addresses that two servers meet often. */
const CONFIG = { serviceCidr: '10.0.0.0/26', nodePorts: { from: 30_000, to: 30_050 } };
const MAPS = '/api/v1/namespaces/default/configmaps';

describe.each([
  ['in memory', onMemory],
  ['on a nats-server', onNats],
])('two API servers on one store, %s', (_, start) => {
  test('what one has written the other reads at once', async () => {
    await using servers = await start();
    const [a, b] = [servers.a.client.kind(ConfigMaps), servers.b.client.kind(ConfigMaps)];
    for (let i = 0; i < 20; i++) {
      const made = await a.create({ metadata: { name: `m${i}`, namespace: 'default' } });
      expect(await b.get(`m${i}`, 'default')).toEqual(made);
      const changed = await b.update({ ...made, data: { by: 'b' } });
      expect(await a.get(`m${i}`, 'default')).toEqual(changed);
      await a.delete(`m${i}`, 'default');
      await expect(b.get(`m${i}`, 'default')).rejects.toMatchObject({ code: 404 });
      await expect(b.update({ ...changed, data: {} })).rejects.toMatchObject({ code: 404 });
    }
  });

  test('of the same create, or the same update, at both at once, one wins', async () => {
    await using servers = await start();
    const clients = [servers.a, servers.b].map(({ client }) => client.kind(ConfigMaps));
    for (let i = 0; i < 10; i++) {
      const metadata = { name: `m${i}`, namespace: 'default' };
      const made = await Promise.allSettled(clients.map((client) => client.create({ metadata })));
      expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const [first] = made.filter((each) => each.status === 'fulfilled');
      const object: ConfigMap = first?.value ?? {};
      const updates = await Promise.allSettled(clients.map((client, j) => client.update({ ...object, data: { x: `${j}` } })));
      expect(updates.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    }
  });

  test('patches through both all count', async () => {
    await using servers = await start();
    const clients = [servers.a, servers.b].map(({ client }) => client.kind(ConfigMaps));
    await clients[0]?.create({ metadata: { name: 'm', namespace: 'default' } });
    const patches = Array.from({ length: 20 }, (_, i) => clients[i % 2]?.patch('m', 'default', 'merge', { data: { [`k${i}`]: 'x' } }));
    await Promise.all(patches);
    expect(Object.keys((await clients[1]?.get('m', 'default'))?.data ?? {})).toHaveLength(20);
  });

  test('a watch and the pages of a list go on at the other', async () => {
    await using servers = await start();
    const [a, b] = [(await servers.a.https()).admin, (await servers.b.https()).admin];
    for (const name of ['a', 'b', 'c']) await a.post(MAPS, { metadata: { name } });
    const first = (await a.get(`${MAPS}?limit=2`)).json<{ metadata: { continue: string; resourceVersion: string } }>();
    await a.post(MAPS, { metadata: { name: 'd' } });
    await b.delete(`${MAPS}/c`);
    const second = (await b.get(`${MAPS}?limit=2&continue=${first.metadata.continue}`)).json<{ items: ConfigMap[] }>();
    expect(second.items.map(({ metadata }) => metadata?.name)).toEqual(['c']);
    for (const client of [a, b]) {
      const watch = await client.watch(`${MAPS}?watch=true&resourceVersion=${first.metadata.resourceVersion}`);
      expect(await watch.take(2)).toEqual(['ADDED d', 'DELETED c']);
      watch.close();
    }
  });

  test('no two Services get the same address or port', async () => {
    await using servers = await start();
    const clients = [servers.a, servers.b].map(({ client }) => client.kind(Services));
    const service = (name: string): Service => ({
      metadata: { name, namespace: 'default' },
      spec: { type: 'NodePort', ports: [{ port: 80 }] },
    });
    const made = await Promise.all(Array.from({ length: 40 }, (_, i) => clients[i % 2]?.create(service(`s${i}`))));
    expect(new Set(made.map((each) => each?.spec?.clusterIP)).size).toBe(40);
    expect(new Set(made.map((each) => each?.spec?.ports?.[0]?.nodePort)).size).toBe(40);
    await Promise.all(made.map((_each, i) => clients[(i + 1) % 2]?.delete(`s${i}`, 'default')));
    const again = await Promise.all(Array.from({ length: 40 }, (_, i) => clients[i % 2]?.create(service(`t${i}`))));
    expect(new Set(again.map((each) => each?.spec?.clusterIP)).size).toBe(40);
  });

  test('of two who ask for the same address or port at once, one gets it', async () => {
    await using servers = await start();
    const clients = [servers.a, servers.b].map(({ client }) => client.kind(Services));
    const service = (name: string, spec: Service['spec']): Service => ({ metadata: { name, namespace: 'default' }, spec });
    for (let i = 0; i < 8; i++) {
      // Of those that are given to nobody who does not ask.
      const asks: [string, Service['spec'], string][] = [
        ['address', { clusterIP: `10.0.0.${2 + i}`, ports: [{ port: 80 }] }, 'provided IP is already allocated'],
        ['port', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_010 + i }] }, 'provided port is already allocated'],
      ];
      for (const [what, spec, why] of asks) {
        const made = await Promise.allSettled(clients.map((client, j) => client.create(service(`${what}-${i}-${j}`, spec))));
        const reasons = made.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
        expect(reasons).toMatchObject([{ code: 422, message: expect.stringContaining(why) }]);
      }
    }
  });
});
