import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@kubernats/clock';
import { createDiskFiles, createMemoryFiles } from '@kubernats/files';
import { blockBackend, localBackend, sharedBackend } from '@kubernats/volumes';
import { storageBackendContract } from '../src/contracts/storage-backend.ts';

for (const backend of [localBackend, sharedBackend, blockBackend]) {
  const options = { makesVolumes: true, writable: true, attaches: backend === blockBackend, onNode: backend === localBackend };

  storageBackendContract(`${backend.name}, in memory`, options, async () => ({
    backend,
    root: createMemoryFiles(realClock),
    close: async () => {},
  }));

  storageBackendContract(`${backend.name}, on the disk`, options, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubernats-storage-'));
    return { backend, root: createDiskFiles(folder), close: async () => rmSync(folder, { recursive: true }) };
  });
}
