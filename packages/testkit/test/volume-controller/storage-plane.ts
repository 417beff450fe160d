import { type PersistentVolume, type PersistentVolumeClaim, PersistentVolumeClaims, PersistentVolumes } from '@kubernats/api';
import { API_SERVER_USER, createApiServer } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import { type ApiTransport, type Client, createClient, createInformer, createInformerSet, silentLog } from '@kubernats/client';
import { type Random, SteppedClock, seededIds, seededRandom } from '@kubernats/clock';
import { unavailable } from '@kubernats/errors';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { simpleBackend } from '@kubernats/testing';
import { createVolumeController } from '@kubernats/volume-controller';
import { BackendError, createBackends, type StorageBackend } from '@kubernats/volumes';
import { memoryBackbone } from '../../src/backbone.ts';

export interface StoragePlane extends AsyncDisposable {
  random: Random;
  /** The administrator's. */
  client: Client;
  /** The volumes that the back end has, by handle, with how much they hold. */
  bytes(): Promise<Map<string, number>>;
  /**
   * The controller dies at its next write but `writes`, before it or, with `lost`, with the answer lost; another begins with nothing but what the API says.
   * `meanwhile` happens while nobody is there.
   */
  crashAt(writes: number, lost: boolean, meanwhile?: () => Promise<unknown>): Promise<void>;
  /** A controller dies at one of its next writes, before it or with the answer lost; another begins with nothing but what the API says. */
  crash(): Promise<void>;
  /** Time passes until nobody has anything to do. */
  settle(): Promise<void>;
}

export interface Observer {
  volume(next: PersistentVolume): void;
  claim(next: PersistentVolumeClaim): void;
}

interface MortalController {
  failSoon(writes: number, lost: boolean): void;
  stop(): Promise<void>;
}

/**
 * An API server and volume-controllers that know nothing of each other, on a clock that stands still between steps. With `troubles` their back end
 * refuses now and then what it does later.
 */
export async function startStoragePlane(
  seed: number,
  observer: Partial<Observer> = {},
  { replicas = 2, troubles = true }: { replicas?: number; troubles?: boolean } = {},
): Promise<StoragePlane> {
  const cleanup = new AsyncDisposableStack();
  const clock = new SteppedClock();
  const random = seededRandom(seed);
  const common = { cluster: 'default', clock, ids: seededIds(random), random };
  const backbone = cleanup.use(memoryBackbone({ ...common, onError: () => {} }));
  const bus = await backbone.connect(API_SERVER_IDENTITY);
  cleanup.defer(() => bus.close());
  const api = cleanup.use(createApiServer({ ...common, bus, stores: backbone.stores, log: silentLog }));
  await api.ready;
  const transport = api.transportFor({ ...API_SERVER_USER, name: 'admin', groups: ['system:masters'] });
  const storage: Files = createMemoryFiles(clock);
  await storage.mkdir('/block');
  const stop = new AbortController();
  const volumes = createInformer({ transport, target: PersistentVolumes });
  const claims = createInformer({ transport, target: PersistentVolumeClaims });
  volumes.addHandler({ add: observer.volume, update: observer.volume });
  claims.addHandler({ add: observer.claim, update: observer.claim });
  const following = Promise.all([volumes.run(stop.signal), claims.run(stop.signal)]);
  const controllers: MortalController[] = [];
  for (let i = 0; i < replicas; i++) controllers.push(await startController());
  cleanup.defer(async () => {
    stop.abort();
    for (const each of controllers) await each.stop();
    await clock.advance(1_000);
    await following;
  });
  return {
    random,
    client: createClient(transport),
    async bytes() {
      const sizes = new Map<string, number>();
      for (const handle of await storage.list('/block')) {
        sizes.set(handle, Number(new TextDecoder().decode(await storage.read(`/block/${handle}/size`))));
      }
      return sizes;
    },
    async crashAt(writes, lost, meanwhile = async () => {}) {
      controllers[0]?.failSoon(writes, lost);
      await clock.advance(30_000);
      await controllers[0]?.stop();
      await meanwhile();
      controllers[0] = await startController();
    },
    async crash() {
      const index = random.int(controllers.length);
      controllers[index]?.failSoon(random.int(6), random.int(2) === 0);
      await clock.advance(random.int(50));
      await controllers[index]?.stop();
      controllers[index] = await startController();
    },
    async settle() {
      // Longer than any backoff of a conflict, and than the time until waiting claims are looked at again.
      for (let i = 0; i < 4; i++) await clock.advance(15_000);
    },
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };

  /** Now and then a disk will not do what it is asked; it does later. */
  function diskTrouble(): void {
    if (troubles && random.int(8) === 0) throw new BackendError('the disk is busy');
  }

  async function startController(): Promise<MortalController> {
    const mortal = mortalTransport(transport);
    const informers = createInformerSet(mortal);
    const backends = createBackends([mortal.backend(simpleBackend({ before: diskTrouble }))]);
    const controller = createVolumeController(
      { ...{ ...common, bus, storage, backends }, client: createClient(mortal), informers },
      { cluster: common.cluster },
    );
    const stopping = new AbortController();
    const running = Promise.all([informers.run(stopping.signal), controller.run(stopping.signal)]);
    await controller.ready;
    return {
      failSoon: (writes, lost) => mortal.failSoon(writes, lost),
      async stop() {
        mortal.die();
        stopping.abort();
        await clock.advance(1_000);
        await running;
      },
    };
  }
}

interface MortalTransport extends ApiTransport {
  /** A back end that is called by a process that may die, before what it was asked is done or after. */
  backend(inner: StorageBackend): StorageBackend;
  /** After so many more writes comes the last: it is not done, or its answer is lost. */
  failSoon(writes: number, lost: boolean): void;
  die(): void;
}

/** What a process can still do: after its last write nothing more gets through. */
function mortalTransport(inner: ApiTransport): MortalTransport {
  let writesLeft = Number.POSITIVE_INFINITY;
  let isLastDone = false;
  const dead = () => unavailable('the process is dead');
  /** What is done outside of the process counts as one of its writes. */
  async function mortally<T>(work: () => Promise<T>): Promise<T> {
    if (writesLeft < 0) throw dead();
    if (writesLeft-- > 0) return work();
    if (isLastDone) await work();
    throw dead();
  }
  return {
    backend: (inner) => ({
      ...inner,
      create: (request, side) => mortally(() => inner.create(request, side)),
      delete: (volume, side) => mortally(() => inner.delete(volume, side)),
      expand: (volume, capacityBytes, side) => mortally(() => inner.expand(volume, capacityBytes, side)),
    }),
    failSoon: (writes, lost) => {
      writesLeft = writes;
      isLastDone = lost;
    },
    die: () => {
      writesLeft = -1;
    },
    async request(request, options) {
      const writes = request.verb !== 'get' && request.verb !== 'list';
      if (writes) return mortally(() => inner.request(request, options));
      if (writesLeft < 0) throw dead();
      return inner.request(request, options);
    },
    follow: (target, sink, signal) => inner.follow(target, sink, signal),
  };
}
