import type { StreamName } from '@kubernats/api';
import {
  API_SERVER_IDENTITY,
  type Bus,
  connectNats,
  createNatsAuthority,
  type NatsAuthority,
  permissionsOf,
  userCreds,
} from '@kubernats/bus';
import { type ApiTransport, type Client, createClient, natsTransport, silentLog } from '@kubernats/client';
import { realClock, realIds, realRandom } from '@kubernats/clock';
import { openJetStreamStore } from '@kubernats/store';
import { startNatsServer, type TestNatsServer } from '@kubernats/testing';
import { type ApiServer, type ApiServerConfig, createApiServer } from '../../src/index.ts';
import { ADMIN } from '../api-server.fixture.ts';
import { HttpsFixture } from './https-client.ts';

const CLUSTER = 'default';

export interface NatsApiServer extends AsyncDisposable {
  server: ApiServer;
  client: Client;
  admin: ApiTransport;
  https(): Promise<HttpsFixture>;
}

/** A nats-server with the cluster's users, and API servers on it, each with connections of its own as in a process of its own. */
export class NatsCluster implements AsyncDisposable {
  readonly nats: TestNatsServer;
  readonly #authority: NatsAuthority;
  readonly #cleanup = new AsyncDisposableStack();

  private constructor(nats: TestNatsServer, authority: NatsAuthority) {
    this.nats = nats;
    this.#authority = authority;
    this.#cleanup.use(nats);
  }

  static async start(): Promise<NatsCluster> {
    const authority = await createNatsAuthority(CLUSTER);
    return new NatsCluster(await startNatsServer({ authority }), authority);
  }

  async apiServer(config: Partial<ApiServerConfig> = {}): Promise<NatsApiServer> {
    const common = await this.#connection(API_SERVER_IDENTITY);
    const bus = await connectNats({ ...common, onError: () => {} });
    const open = (name: StreamName) => openJetStreamStore({ ...common, name });
    const [state, events, leases] = await Promise.all([open('state'), open('events'), open('leases')]);
    const stores = { state, events, leases };
    const server = createApiServer({ bus, stores, clock: realClock, ids: realIds, random: realRandom, log: silentLog }, config);
    await server.ready;
    const admin = server.transportFor(ADMIN, 'test/1.0');
    let https: Promise<HttpsFixture> | undefined;
    let isOpen = true;
    const close = async () => {
      if (!isOpen) return;
      isOpen = false;
      (await https)?.[Symbol.dispose]();
      await server.close();
      await Promise.all(Object.values(stores).map((store) => store[Symbol.asyncDispose]()));
      await bus.close();
    };
    this.#cleanup.defer(close);
    return { server, admin, client: createClient(admin), https: () => (https ??= HttpsFixture.open(server)), [Symbol.asyncDispose]: close };
  }

  /** A component's way to whichever API server answers. */
  async component(identity: string): Promise<ApiTransport> {
    const bus = await this.bus(identity);
    return natsTransport({ bus, cluster: CLUSTER, identity, clock: realClock, random: realRandom });
  }

  /** A component's connection, with its rights. */
  async bus(identity: string): Promise<Bus> {
    const bus = await connectNats({ ...(await this.#connection(identity)), onError: () => {} });
    this.#cleanup.defer(() => bus.close());
    return bus;
  }

  async #connection(identity: string) {
    const creds = new TextEncoder().encode(
      await userCreds(this.#authority, { identity, permissions: permissionsOf(CLUSTER, identity, '*') }),
    );
    return { url: this.nats.url, cluster: CLUSTER, clock: realClock, ids: realIds, identity, creds };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleanup.disposeAsync();
  }
}
