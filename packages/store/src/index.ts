export { type LogTool, openLogTool } from './adapters/jetstream/log-tool.ts';
export { StateRefused } from './adapters/jetstream/mark.ts';
export { type JetStreamStoreOptions, openJetStreamStore } from './adapters/jetstream/open.ts';
export { MemoryStore } from './adapters/memory-store.ts';
export * from './port.ts';
