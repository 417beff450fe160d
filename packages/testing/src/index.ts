export { type NatsServerOptions, natsServerProgram, startNatsServer, type TestNatsServer } from './adapters/nats-server.ts';
export { startNatsServers, type TestNatsServers } from './adapters/nats-servers.ts';
export { type BusSubject, busContract } from './contracts/bus.ts';
export { type StoreSubject, storeContract } from './contracts/store.ts';
export { type SimpleBackendOptions, simpleBackend } from './simple-backend.ts';
