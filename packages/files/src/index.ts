export * from './port.ts';
export { createDiskFiles } from './adapters/disk.ts';
export { createMemoryFiles } from './adapters/memory.ts';
