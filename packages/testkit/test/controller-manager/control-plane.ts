import type { KindRef, KubeObject } from '@kubernats/api';
import { API_SERVER_USER, createApiServer } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import { type Client, createClient, createInformerSet, natsTransport, silentLog } from '@kubernats/client';
import { realIds, SteppedClock, seededRandom } from '@kubernats/clock';
import { COLLECTED_KINDS, type ControllerManagerConfig, createControllerManager } from '@kubernats/controller-manager';
import { memoryBackbone } from '../../src/backbone.ts';

export interface ControlPlane extends AsyncDisposable {
  clock: SteppedClock;
  /** The administrator's. */
  client: Client;
  /** Lets time pass, a second at a time. */
  pass(seconds: number): Promise<void>;
  list<T extends KubeObject>(kind: KindRef<T>): Promise<T[]>;
}

const IDENTITY = 'system:kube-controller-manager';

/** An API server and the controllers, on a clock that the test moves; what a kubelet would do is the test's to do. */
export async function startControlPlane(config: Partial<ControllerManagerConfig> = {}): Promise<ControlPlane> {
  const cleanup = new AsyncDisposableStack();
  const clock = new SteppedClock();
  const common = { cluster: 'default', clock, ids: realIds, random: seededRandom(1) };
  const backbone = cleanup.use(memoryBackbone({ ...common, onError: () => {} }));
  const bus = await backbone.connect(API_SERVER_IDENTITY);
  cleanup.defer(() => bus.close());
  const api = cleanup.use(createApiServer({ ...common, bus, stores: backbone.stores, log: silentLog }));
  await api.ready;
  const own = await backbone.connect(IDENTITY);
  cleanup.defer(() => own.close());
  const transport = natsTransport({ ...common, bus: own, identity: IDENTITY });
  const informers = createInformerSet(transport);
  const manager = createControllerManager(
    { ...common, client: createClient(transport), informers },
    { rootCa: '', kinds: COLLECTED_KINDS, ...config },
  );
  const stop = new AbortController();
  const running = Promise.all([informers.run(stop.signal), manager.run(stop.signal)]);
  cleanup.defer(async () => {
    stop.abort();
    await clock.advance(1_000);
    await running;
  });
  await manager.ready;
  const client = createClient(api.transportFor({ ...API_SERVER_USER, name: 'admin', groups: ['system:masters'] }));
  return {
    clock,
    client,
    async pass(seconds) {
      for (let second = 0; second < seconds; second++) await clock.advance(1_000);
    },
    list: async (kind) => (await client.kind(kind).list()).items,
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}
