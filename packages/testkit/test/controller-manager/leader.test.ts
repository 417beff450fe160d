import { ConfigMaps, Leases, Namespaces } from '@kubernats/api';
import { API_SERVER_USER, createApiServer } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import { createClient, createInformerSet, natsTransport, silentLog } from '@kubernats/client';
import { realClock, realIds, realRandom } from '@kubernats/clock';
import { createControllerManager } from '@kubernats/controller-manager';
import { expect, test } from 'vitest';
import { memoryBackbone } from '../../src/backbone.ts';
import { waitUntil } from '../../src/wait-for.ts';

const IDENTITY = 'system:kube-controller-manager';
const common = { cluster: 'default', clock: realClock, ids: realIds };

test('of two replicas one works, the other stands by and takes over at once when the first stops', async () => {
  await using cleanup = new AsyncDisposableStack();
  const backbone = cleanup.use(memoryBackbone({ ...common, onError: () => {} }));
  const bus = await backbone.connect(API_SERVER_IDENTITY);
  cleanup.defer(() => bus.close());
  const api = cleanup.use(createApiServer({ ...common, bus, stores: backbone.stores, random: realRandom, log: silentLog }));
  await api.ready;
  const transport = api.transportFor({ ...API_SERVER_USER, name: 'admin', groups: ['system:masters'] });
  const admin = createClient(transport);

  const start = async (identity: string) => {
    const own = await backbone.connect(IDENTITY);
    const ownTransport = natsTransport({ bus: own, cluster: 'default', identity: IDENTITY, clock: realClock, random: realRandom });
    const informers = createInformerSet(ownTransport);
    const deps = { client: createClient(ownTransport), informers, clock: realClock, random: realRandom };
    // The authority tells who did the work.
    const manager = createControllerManager(deps, {
      rootCa: `written by ${identity}`,
      kinds: [ConfigMaps, Namespaces],
      leaderElection: { identity, leaseDurationMs: 1_500, renewDeadlineMs: 1_000, retryPeriodMs: 50 },
    });
    const stop = new AbortController();
    const running = Promise.all([informers.run(stop.signal), manager.run(stop.signal)]);
    await manager.ready;
    return async () => {
      stop.abort();
      await running;
      await own.close();
    };
  };
  const writtenBy = (identity: string) =>
    waitUntil(transport, ConfigMaps, (all) => all.find(({ data }) => data?.['ca.crt'] === `written by ${identity}`), {
      namespace: 'default',
    });
  const holder = async () => (await admin.kind(Leases).get('kube-controller-manager', 'kube-system')).spec?.holderIdentity;

  const stopFirst = await start('first');
  await writtenBy('first');
  const stopSecond = await start('second');
  expect(await holder()).toBe('first');
  await stopFirst();
  await writtenBy('second');
  expect(await holder()).toBe('second');
  await stopSecond();
  expect(await holder()).toBe('');
});
