import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@kubernats/clock';
import { createDiskFiles, createMemoryFiles } from '@kubernats/files';
import { filesContract } from '../src/contracts/files.ts';

filesContract('memory', async () => ({ files: createMemoryFiles(realClock), close: async () => {} }));

filesContract('disk', async () => {
  const root = await mkdtemp(join(tmpdir(), 'kubernats-files-'));
  return { files: createDiskFiles(root), close: () => rm(root, { recursive: true }) };
});
