export { createDiskFiles, makeDiskFiles } from './adapters/disk.ts';
export { createMemoryFiles } from './adapters/memory.ts';
export { copyTree } from './mounted/copy-tree.ts';
export { createMountedFiles, type FilesMount } from './mounted/mounted-files.ts';
export * from './port.ts';
export { FolderUsage, Quota } from './quota.ts';
