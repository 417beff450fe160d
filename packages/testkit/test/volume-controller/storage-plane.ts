import { type PersistentVolume, type PersistentVolumeClaim, PersistentVolumeClaims, PersistentVolumes } from '@kubernats/api';
import { API_SERVER_USER, createApiServer } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY } from '@kubernats/bus';
import { type ApiTransport, type Client, createClient, createInformer, createInformerSet, silentLog } from '@kubernats/client';
import { type Random, SteppedClock, seededIds, seededRandom } from '@kubernats/clock';
import { unavailable } from '@kubernats/errors';
import { createVolumeController } from '@kubernats/volume-controller';
import { memoryBackbone } from '../../src/backbone.ts';

export interface StoragePlane extends AsyncDisposable {
  random: Random;
  /** The administrator's. */
  client: Client;
  /** A controller dies at one of its next writes, before it or with the answer lost; another begins with nothing but what the API says. */
  crash(): Promise<void>;
  /** Time passes until nobody has anything to do. */
  settle(): Promise<void>;
}

export interface Observer {
  volume(next: PersistentVolume): void;
  claim(next: PersistentVolumeClaim): void;
}

/** An API server and two volume-controllers that know nothing of each other, on a clock that stands still between steps. */
export async function startStoragePlane(seed: number, observer: Observer): Promise<StoragePlane> {
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
  const stop = new AbortController();
  const volumes = createInformer({ transport, target: PersistentVolumes });
  const claims = createInformer({ transport, target: PersistentVolumeClaims });
  volumes.addHandler({ add: observer.volume, update: observer.volume });
  claims.addHandler({ add: observer.claim, update: observer.claim });
  const following = Promise.all([volumes.run(stop.signal), claims.run(stop.signal)]);
  const controllers = [await startController(), await startController()];
  cleanup.defer(async () => {
    stop.abort();
    for (const each of controllers) await each.stop();
    await clock.advance(1_000);
    await following;
  });
  return {
    random,
    client: createClient(transport),
    async crash() {
      const index = random.int(controllers.length);
      controllers[index]?.failSoon();
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

  async function startController(): Promise<{ failSoon(): void; stop(): Promise<void> }> {
    const mortal = mortalTransport(transport, random);
    const informers = createInformerSet(mortal);
    const controller = createVolumeController({ ...common, client: createClient(mortal), informers });
    const stopping = new AbortController();
    const running = Promise.all([informers.run(stopping.signal), controller.run(stopping.signal)]);
    await controller.ready;
    return {
      failSoon: () => mortal.failSoon(),
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
  /** One of the next writes is the last. */
  failSoon(): void;
  die(): void;
}

/** What a process can still do: after its last write nothing more gets through, and half of the time not even that one's answer comes back. */
function mortalTransport(inner: ApiTransport, random: Random): MortalTransport {
  let writesLeft = Number.POSITIVE_INFINITY;
  const dead = () => unavailable('the process is dead');
  return {
    failSoon: () => {
      writesLeft = random.int(6);
    },
    die: () => {
      writesLeft = 0;
    },
    async request(request, options) {
      const writes = request.verb !== 'get' && request.verb !== 'list';
      if (writesLeft <= 0) throw dead();
      if (writes && --writesLeft === 0) {
        if (random.int(2) === 0) await inner.request(request, options);
        throw dead();
      }
      return inner.request(request, options);
    },
    follow: (target, sink, signal) => inner.follow(target, sink, signal),
  };
}
