import { MemoryBusServer } from '@kubernats/bus';
import { type ApiTransport, type Client, createClient, silentLog } from '@kubernats/client';
import { type Clock, realClock, realIds, realRandom } from '@kubernats/clock';
import { MemoryStore } from '@kubernats/store';
import {
  type ApiServer,
  type ApiServerConfig,
  type ApiServerDeps,
  createApiServer,
  openMetrics,
  parseYamlBeside,
  type UserInfo,
} from '../src/index.ts';
import { HttpsFixture } from './support/https-client.ts';

export const ADMIN: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

export interface Backing {
  busServer: MemoryBusServer;
  stores: { state: MemoryStore; events: MemoryStore; leases: MemoryStore };
}

export interface Fixture extends AsyncDisposable, Backing {
  server: ApiServer;
  admin: ApiTransport;
  client: Client;
  /** A client of somebody else. */
  as(name: string, ...groups: string[]): Client;
  /** Opens the HTTPS door, once. */
  https(): Promise<HttpsFixture>;
}

export function memoryBacking(clock: Clock = realClock): Backing {
  return {
    busServer: new MemoryBusServer({ clock }),
    stores: { state: new MemoryStore(), events: new MemoryStore(), leases: new MemoryStore() },
  };
}

export interface FixtureOptions {
  config?: Partial<ApiServerConfig>;
  clock?: Clock;
  /** State that is there already, or that is shared with another server. */
  backing?: Backing;
  auditor?: ApiServerDeps['auditor'];
}

/** An API server on memory adapters. */
export async function startApiServer({ config, clock = realClock, backing, auditor }: FixtureOptions = {}): Promise<Fixture> {
  const { busServer, stores } = backing ?? memoryBacking(clock);
  const bus = busServer.connect({ identity: 'system:apiserver' });
  const server = createApiServer(
    {
      bus,
      stores,
      clock,
      ids: realIds,
      random: realRandom,
      log: silentLog,
      openMetrics,
      parseYaml: parseYamlBeside(),
      ...(auditor ? { auditor } : {}),
    },
    config,
  );
  await server.ready;
  const transport = (user: UserInfo) => server.transportFor(user, 'test/1.0');
  const admin = transport(ADMIN);
  let https: Promise<HttpsFixture> | undefined;
  return {
    server,
    busServer,
    stores,
    admin,
    client: createClient(admin, { fieldManager: 'test' }),
    as: (name, ...groups) => createClient(transport({ name, groups: [...groups, 'system:authenticated'] })),
    https: () => (https ??= HttpsFixture.open(server)),
    async [Symbol.asyncDispose]() {
      (await https)?.[Symbol.dispose]();
      await server.close();
      await bus.close();
    },
  };
}
