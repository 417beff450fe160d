import { realClock, realIds } from '@kubernats/clock';
import { MemoryStore, openJetStreamStore, type Store } from '@kubernats/store';
import { afterAll, describe, expect, test } from 'vitest';
import { startNatsServer } from '../src/adapters/nats-server.ts';
import { startNatsServers, type TestNatsServers } from '../src/adapters/nats-servers.ts';
import { collect, storeContract } from '../src/contracts/store.ts';

storeContract('memory', async () => {
  const store = new MemoryStore();
  return { open: async () => store, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() };
});

const openAt = (server: { url: string }, options: { cluster?: string; replicas?: number } = {}): Promise<Store> =>
  openJetStreamStore({
    ...{ url: server.url, cluster: 'test', identity: 'system:apiserver', name: 'state', clock: realClock, ids: realIds },
    ...options,
  });

storeContract('JetStream', async () => {
  const server = await startNatsServer();
  const opened: Store[] = [];
  return {
    async open() {
      const store = await openAt(server);
      opened.push(store);
      return store;
    },
    async [Symbol.asyncDispose]() {
      for (const store of opened) await store[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
});

test('R2: nats-server killed twice under load: no acknowledged write is lost, no follower sees a gap or a repetition', async () => {
  await using server = await startNatsServer();
  await using store = await openAt(server);
  const follower = collect(store);
  const acknowledged = new Map<string, number>();
  const key = (name: string) => ({ group: '', resource: 'pods', namespace: 'default', name });
  let stop = false;
  const writers = Array.from({ length: 16 }, async (_, writer) => {
    for (let n = 0; !stop; n++) {
      const name = `${writer}-${n}`;
      acknowledged.set(name, await store.create(key(name), new TextEncoder().encode(name)));
    }
  });
  for (let kills = 0; kills < 2; kills++) {
    const before = acknowledged.size;
    await follower.until(() => follower.entries.length > before + 500);
    await server.kill('SIGKILL');
    await server.start();
  }
  const before = acknowledged.size;
  await follower.until(() => follower.entries.length > before + 500);
  stop = true;
  await Promise.all(writers);
  await follower.until(() => follower.entries.length >= acknowledged.size);
  const seen = follower.entries.map((entry) => entry.revision);
  expect(seen.every((revision, index) => index === 0 || revision > (seen[index - 1] ?? 0))).toBe(true);
  const byName = new Map(follower.entries.map((entry) => [entry.key.name, entry.revision]));
  expect(byName.size).toBe(follower.entries.length);
  for (const [name, revision] of acknowledged) expect(byName.get(name)).toBe(revision);
  await follower.stop();
});

describe('three nats-servers', () => {
  let servers: Promise<TestNatsServers> | undefined;
  let logs = 0;
  afterAll(async () => (await servers)?.[Symbol.asyncDispose]());

  storeContract('JetStream on three servers', async () => {
    // One NATS cluster for all: each has a log of its own.
    servers ??= startNatsServers();
    const cluster = `test-${logs++}`;
    const opened: Store[] = [];
    return {
      async open() {
        const store = await openAt(await (servers as Promise<TestNatsServers>), { cluster, replicas: 3 });
        opened.push(store);
        return store;
      },
      async [Symbol.asyncDispose]() {
        for (const store of opened) await store[Symbol.asyncDispose]();
      },
    };
  });
});
