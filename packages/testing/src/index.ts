export { natsServerProgram, startNatsServer, type NatsServerOptions, type TestNatsServer } from './adapters/nats-server.ts';
export { storeContract, type StoreSubject } from './contracts/store.ts';
export { busContract, type BusSubject } from './contracts/bus.ts';
