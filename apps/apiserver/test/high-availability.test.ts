import type { StreamName } from '@kubernats/api';
import { ConfigMaps } from '@kubernats/api';
import { API_SERVER_IDENTITY, connectNats } from '@kubernats/bus';
import { createClient, silentLog } from '@kubernats/client';
import { realClock, realIds, realRandom } from '@kubernats/clock';
import { openJetStreamStore } from '@kubernats/store';
import { startNatsServers } from '@kubernats/testing';
import { expect, test } from 'vitest';
import { createApiServer } from '../src/index.ts';
import { ADMIN } from './api-server.fixture.ts';

const NAMESPACE = 'default';
const WRITES_AFTER = 200;

test('R2: the JetStream leader killed under load at two API servers: nothing acknowledged is lost, everybody reads what they wrote, no watch has a gap', async () => {
  await using cleanup = new AsyncDisposableStack();
  const nats = cleanup.use(await startNatsServers());
  const common = { url: nats.url, cluster: 'default', identity: API_SERVER_IDENTITY, clock: realClock, ids: realIds };
  const apiServer = async () => {
    const bus = await connectNats({ ...common, onError: () => {} });
    cleanup.defer(() => bus.close());
    const open = async (name: StreamName) => cleanup.use(await openJetStreamStore({ ...common, name, replicas: 3 }));
    const stores = { state: await open('state'), events: await open('events'), leases: await open('leases') };
    const server = cleanup.use(createApiServer({ bus, stores, clock: realClock, ids: realIds, random: realRandom, log: silentLog }));
    await server.ready;
    return server.transportFor(ADMIN);
  };
  const transports = [await apiServer(), await apiServer()];
  const maps = transports.map((transport) => createClient(transport).kind(ConfigMaps));
  const seen = new Map<string, number>();
  const stopFollowing = new AbortController();
  cleanup.defer(() => stopFollowing.abort());
  const see = (name = '', revision = ''): void => {
    expect(Number(revision)).toBeGreaterThanOrEqual(seen.get(name) ?? 0);
    seen.set(name, Number(revision));
  };
  void transports[1]?.follow(
    { group: '', version: 'v1', resource: 'configmaps', namespace: NAMESPACE },
    {
      replace: (objects) => objects.forEach(({ metadata }) => see(metadata?.name, metadata?.resourceVersion)),
      changed: (_type, { metadata }) => see(metadata?.name, metadata?.resourceVersion),
    },
    stopFollowing.signal,
  );
  const acknowledged = new Map<string, number>();
  let target = Number.POSITIVE_INFINITY;
  const writers = [0, 1, 2, 3].map(async (writer) => {
    const [mine, other] = writer % 2 === 0 ? maps : [...maps].reverse();
    for (let n = 0; acknowledged.size < target; n++) {
      const name = `w${writer}-${n}`;
      // What fails was not acknowledged: it counts for nothing.
      const made = await mine?.create({ metadata: { name, namespace: NAMESPACE } }).catch(() => undefined);
      if (!made) continue;
      acknowledged.set(name, Number(made.metadata?.resourceVersion));
      const read = await other?.get(name, NAMESPACE).catch((error: { code?: number }) => (error.code === 404 ? 'lost' : 'away'));
      expect(read === 'away' || (typeof read === 'object' && read.metadata?.resourceVersion === made.metadata?.resourceVersion)).toBe(true);
    }
  });
  await expect.poll(() => acknowledged.size).toBeGreaterThan(50);
  await (await nats.leaderOf('default', 'state')).kill('SIGKILL');
  target = acknowledged.size + WRITES_AFTER;
  await Promise.all(writers);
  for (const [index, each] of maps.entries()) {
    const { items } = await each.list({ namespace: NAMESPACE });
    const there = new Map(items.map(({ metadata }) => [metadata?.name, Number(metadata?.resourceVersion)]));
    for (const [name, revision] of acknowledged) expect([index, name, there.get(name)]).toEqual([index, name, revision]);
  }
  await expect.poll(() => [...acknowledged].filter(([name, revision]) => seen.get(name) !== revision)).toEqual([]);
});
