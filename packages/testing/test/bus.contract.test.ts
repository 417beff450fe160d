import { type Bus, connectNats, createNatsAuthority, MemoryBusServer, userCreds } from '@kubernats/bus';
import { realClock, realIds } from '@kubernats/clock';
import { startNatsServer } from '../src/adapters/nats-server.ts';
import { busContract } from '../src/contracts/bus.ts';

const ignore = (): void => {};

busContract('memory', async () => {
  const server = new MemoryBusServer({ cluster: 'test' });
  return {
    connect: async (identity, permissions) => server.connect({ identity, onError: ignore, ...(permissions ? { permissions } : {}) }),
    async [Symbol.asyncDispose]() {},
  };
});

busContract('NATS', async () => {
  const authority = await createNatsAuthority('test');
  const server = await startNatsServer({ authority });
  const connected: Bus[] = [];
  return {
    async connect(identity, permissions = { publish: ['>'], subscribe: ['>'] }) {
      const creds = new TextEncoder().encode(await userCreds(authority, { identity, permissions }));
      const bus = await connectNats({ url: server.url, creds, cluster: 'test', identity, clock: realClock, ids: realIds, onError: ignore });
      connected.push(bus);
      return bus;
    },
    async [Symbol.asyncDispose]() {
      for (const bus of connected) await bus.close();
      await server[Symbol.asyncDispose]();
    },
  };
});
