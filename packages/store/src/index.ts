export { type JetStreamStoreOptions, openJetStreamStore } from './adapters/jetstream/open.ts';
export { MemoryStore } from './adapters/memory-store.ts';
export * from './port.ts';
