export { MemoryStore } from './adapters/memory-store.ts';
export * from './port.ts';
