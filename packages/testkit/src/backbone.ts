import type { StreamName } from '@kubernats/api';
import { API_SERVER_IDENTITY, type Bus, connectNats, createNatsAuthority, MemoryBusServer, permissionsOf, userCreds } from '@kubernats/bus';
import { type Clock, type Ids, realClock, realIds } from '@kubernats/clock';
import { MemoryStore, openJetStreamStore, type Store } from '@kubernats/store';

export type Stores = Record<StreamName, Store>;

/** What a cluster's components talk and keep their state over. */
export interface Backbone extends AsyncDisposable {
  /** A participant's own connection, with the rights that its credentials would give it. */
  connect(identity: string, nodes?: readonly string[]): Promise<Bus>;
  stores: Stores;
  /** What carries the messages is gone, as after a crash: everybody is disconnected. */
  lose(): Promise<void>;
  /** It is back, and everybody finds it again. */
  restore(): Promise<void>;
}

export interface BackboneOptions {
  cluster: string;
  clock: Clock;
  ids: Ids;
  onError(error: unknown): void;
}

/** Everything in memory. */
export function memoryBackbone({ cluster, clock, ids, onError }: BackboneOptions): Backbone {
  const server = new MemoryBusServer({ cluster, clock, ids });
  const stores = { state: new MemoryStore(), events: new MemoryStore(), leases: new MemoryStore() };
  return {
    connect: async (identity, nodes) => server.connect({ identity, permissions: permissionsOf(cluster, identity, nodes), onError }),
    stores,
    lose: async () => server.stop(),
    restore: async () => server.start(),
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(stores).map((store) => store[Symbol.asyncDispose]()));
    },
  };
}

/** A nats-server of the cluster's own, with JetStream in a temporary folder. */
export async function natsBackbone({ cluster, onError }: BackboneOptions): Promise<Backbone> {
  // Loaded when asked for: a cluster in memory needs no test library.
  const { startNatsServer } = await import('@kubernats/testing/nats-server');
  const authority = await createNatsAuthority(cluster);
  const server = await startNatsServer({ authority });
  const credsOf = async (identity: string, nodes?: readonly string[]): Promise<Uint8Array> =>
    new TextEncoder().encode(await userCreds(authority, { identity, permissions: permissionsOf(cluster, identity, nodes) }));
  // The server and its clients live in real time, whatever the cluster's clock says.
  const common = { url: server.url, cluster, clock: realClock, ids: realIds };
  const creds = await credsOf(API_SERVER_IDENTITY);
  const open = (name: StreamName) => openJetStreamStore({ ...common, identity: API_SERVER_IDENTITY, creds, name });
  const [state, events, leases] = await Promise.all([open('state'), open('events'), open('leases')]);
  const stores = { state, events, leases };
  return {
    connect: async (identity, nodes) => connectNats({ ...common, identity, creds: await credsOf(identity, nodes), onError }),
    stores,
    lose: () => server.kill(),
    restore: () => server.start(),
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(stores).map((store) => store[Symbol.asyncDispose]()));
      await server[Symbol.asyncDispose]();
    },
  };
}
