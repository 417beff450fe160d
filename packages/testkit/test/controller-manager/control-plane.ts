import type { KindRef, KubeObject } from '@kubernats/api';
import { API_SERVER_USER, createApiServer } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY, type Bus } from '@kubernats/bus';
import { type ApiRequest, type Client, createClient, createInformerSet, natsTransport, silentLog, WRITING_VERBS } from '@kubernats/client';
import { SteppedClock, seededIds, seededRandom } from '@kubernats/clock';
import { COLLECTED_KINDS, type ControllerManagerConfig, createControllerManager } from '@kubernats/controller-manager';
import { memoryBackbone } from '../../src/backbone.ts';
import { type MortalTransport, mortalTransport } from '../mortal-transport.ts';

export interface ControlPlane extends AsyncDisposable {
  clock: SteppedClock;
  /** The administrator's. */
  client: Client;
  /** Lets time pass, a second at a time. */
  pass(seconds: number): Promise<void>;
  /** The controllers stop, and others begin with nothing but what the API says. */
  restart(): Promise<void>;
  /** The write of this number, counted from now, is the last that gets through; the controllers do not hear of it. 0: none does. */
  dieAfter(writes: number): void;
  /** Whether the controllers have died so. */
  isDead(): boolean;
  /** What the controllers wrote, beside events: `create pods`. */
  readonly written: readonly string[];
  list<T extends KubeObject>(kind: KindRef<T>): Promise<T[]>;
  /** The connection of a node, for what the API server asks of it. */
  connectNode(name: string): Promise<Bus>;
}

const IDENTITY = 'system:kube-controller-manager';

export interface ControlPlaneOptions {
  /** One seed is one history. Default 1. */
  seed?: number;
  /** The controllers talk to the API server without a bus, whose heartbeats are most of what happens in a day that passes at once. */
  direct?: boolean;
}

/** An API server and the controllers, on a clock that the test moves; what a kubelet would do is the test's to do. */
export async function startControlPlane(
  config: Partial<ControllerManagerConfig> = {},
  { seed = 1, direct = false }: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const cleanup = new AsyncDisposableStack();
  const clock = new SteppedClock();
  const common = { cluster: 'default', clock, ids: seededIds(seededRandom(seed)), random: seededRandom(seed) };
  const backbone = cleanup.use(memoryBackbone({ ...common, onError: () => {} }));
  const bus = await backbone.connect(API_SERVER_IDENTITY);
  cleanup.defer(() => bus.close());
  const api = cleanup.use(createApiServer({ ...common, bus, stores: backbone.stores, log: silentLog }));
  await api.ready;
  const written: string[] = [];
  const isWrite = ({ verb, resource, subresource }: ApiRequest): boolean => {
    if (!WRITING_VERBS.has(verb) || resource === 'events') return false;
    written.push(`${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`);
    return true;
  };
  let transport: MortalTransport;
  let stop = await startControllers();
  cleanup.defer(() => stop());
  const client = createClient(api.transportFor({ ...API_SERVER_USER, name: 'admin', groups: ['system:masters'] }));
  return {
    clock,
    client,
    async pass(seconds) {
      for (let second = 0; second < seconds; second++) await clock.advance(1_000);
    },
    written,
    dieAfter: (writes) => transport.failAt(writes, true),
    isDead: () => transport.dead,
    list: async (kind) => (await client.kind(kind).list()).items,
    connectNode: (name) => backbone.connect('system:node:test', [name]),
    async restart() {
      await stop();
      stop = await startControllers();
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };

  /** Answers with what stops them. */
  async function startControllers(): Promise<() => Promise<void>> {
    const own = await backbone.connect(IDENTITY);
    transport = mortalTransport(
      direct
        ? api.transportFor({ ...API_SERVER_USER, name: IDENTITY, groups: ['system:authenticated'] })
        : natsTransport({ ...common, bus: own, identity: IDENTITY }),
      isWrite,
    );
    const informers = createInformerSet(transport);
    const deps = { ...common, client: createClient(transport), informers };
    const manager = createControllerManager(deps, { rootCa: '', kinds: COLLECTED_KINDS, ...config });
    const stopping = new AbortController();
    const running = Promise.all([informers.run(stopping.signal), manager.run(stopping.signal)]);
    await manager.ready;
    return async () => {
      stopping.abort();
      await clock.advance(1_000);
      await running;
      await own.close();
    };
  }
}
