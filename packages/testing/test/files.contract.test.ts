import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@kubernats/clock';
import { createDiskFiles, createMemoryFiles } from '@kubernats/files';
import { filesContract } from '../src/contracts/files.ts';
import { filesBorderProperty, SECRET } from '../src/contracts/files-border.ts';

const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'kubernats-files-'));

filesContract('memory', async () => ({ files: createMemoryFiles(realClock), close: async () => {} }));

filesContract('disk', async () => {
  const root = temporaryFolder();
  return { files: createDiskFiles(root), close: async () => rmSync(root, { recursive: true }) };
});

filesBorderProperty('memory', async () => {
  const outside = createMemoryFiles(realClock);
  return { outside, inside: (path) => outside.scope(path), secretPath: undefined, secretNow: () => undefined, close: async () => {} };
});

filesBorderProperty('disk', async () => {
  const [root, machine] = [temporaryFolder(), temporaryFolder()];
  const secretPath = join(machine, 'secret');
  writeFileSync(secretPath, SECRET);
  const outside = createDiskFiles(root);
  return {
    outside,
    inside: (path) => outside.scope(path),
    secretPath,
    secretNow: () => readFileSync(secretPath, 'utf8'),
    close: async () => [root, machine].forEach((folder) => rmSync(folder, { recursive: true })),
  };
});
