import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@kubernats/clock';
import { createDiskFiles, createMemoryFiles, createMountedFiles, type Files } from '@kubernats/files';
import { filesContract } from '../src/contracts/files.ts';
import { type BorderSubject, filesBorderProperty, SECRET } from '../src/contracts/files-border.ts';

const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'kubernats-files-'));

filesContract('memory', async () => ({ files: createMemoryFiles(realClock), close: async () => {} }));

filesContract('disk', async () => {
  const root = temporaryFolder();
  return { files: createDiskFiles(root), close: async () => rmSync(root, { recursive: true }) };
});

filesBorderProperty('memory', async () => {
  const outside = createMemoryFiles(realClock);
  return { outside, inside: async (path) => outside.scope(path), secretPath: undefined, secretNow: () => undefined, close: async () => {} };
});

/** With a file of the machine beside the folder. */
function onDisk(inside: (outside: Files, path: string) => Promise<Files>): () => Promise<BorderSubject> {
  return async () => {
    const [root, machine] = [temporaryFolder(), temporaryFolder()];
    const secretPath = join(machine, 'secret');
    writeFileSync(secretPath, SECRET);
    const outside = createDiskFiles(root);
    return {
      outside,
      inside: (path) => inside(outside, path),
      secretPath,
      secretNow: () => readFileSync(secretPath, 'utf8'),
      close: async () => {
        for (const folder of [root, machine]) rmSync(folder, { recursive: true });
      },
    };
  };
}

filesBorderProperty(
  'disk',
  onDisk(async (outside, path) => outside.scope(path)),
);

filesBorderProperty(
  'folders of the disk, mounted into each other',
  onDisk((outside, path) => {
    const box = outside.scope(path);
    return createMountedFiles(
      async () => box.scope('/inner'),
      [
        { path: '/mnt', files: box, readOnly: false },
        { path: '/a', files: box.scope('/mnt'), readOnly: true },
        { path: '/mnt/b', files: box.scope('/inner'), readOnly: false },
      ],
    );
  }),
);
