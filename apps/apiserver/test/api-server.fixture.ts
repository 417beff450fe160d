import { MemoryBusServer } from '@kubernats/bus';
import { type ApiTransport, createClient, silentLog } from '@kubernats/client';
import { type Clock, realClock, realIds, realRandom } from '@kubernats/clock';
import { MemoryStore } from '@kubernats/store';
import { type ApiServer, type ApiServerConfig, createApiServer, type UserInfo } from '../src/index.ts';

export const ADMIN: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

export interface Fixture extends AsyncDisposable {
  server: ApiServer;
  busServer: MemoryBusServer;
  stores: { state: MemoryStore; events: MemoryStore; leases: MemoryStore };
  admin: ApiTransport;
  client: ReturnType<typeof createClient>;
}

/** An API server on memory adapters. */
export async function startApiServer(options: { config?: Partial<ApiServerConfig>; clock?: Clock } = {}): Promise<Fixture> {
  const clock = options.clock ?? realClock;
  const busServer = new MemoryBusServer({ clock });
  const stores = { state: new MemoryStore(), events: new MemoryStore(), leases: new MemoryStore() };
  const bus = busServer.connect({ identity: 'system:apiserver' });
  const server = createApiServer({ bus, stores, clock, ids: realIds, random: realRandom, log: silentLog }, options.config);
  await server.ready;
  const admin = server.transportFor(ADMIN, 'test/1.0');
  return {
    server,
    busServer,
    stores,
    admin,
    client: createClient(admin, { fieldManager: 'test' }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await bus.close();
    },
  };
}
