export { createDiskFiles } from './adapters/disk.ts';
export { createMemoryFiles } from './adapters/memory.ts';
export * from './port.ts';
