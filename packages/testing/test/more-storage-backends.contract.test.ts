import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@kubernats/clock';
import { createDiskFiles } from '@kubernats/files';
import { createGitBackend, machineGit, userBackends } from '@kubernats/volumes';
import { vi } from 'vitest';
import { storageBackendContract } from '../src/contracts/storage-backend.ts';

// Git takes its time, on a busy machine seconds.
vi.setConfig({ testTimeout: 60_000 });

storageBackendContract('git', { makesVolumes: false, writable: false, attaches: false, onNode: false }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'kubernats-storage-'));
  const repository = join(home, 'site');
  mkdirSync(join(home, 'root'));
  mkdirSync(repository);
  const git = (input: string | undefined, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: repository,
      input,
      encoding: 'utf8',
    }).trim();
  git(undefined, 'init', '--quiet', '--bare');
  const server = createServer((request, response) => {
    try {
      response.end(readFileSync(join(repository, new URL(request.url ?? '/', 'http://x').pathname)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tags = new Map<string, string>();
  return {
    backend: createGitBackend({ git: machineGit() }),
    root: createDiskFiles(join(home, 'root')),
    capacityBytes: 1_000_000,
    async written(name) {
      let tag = tags.get(name);
      if (tag === undefined) {
        tag = `v${tags.size}`;
        tags.set(name, tag);
        const file = git(name, 'hash-object', '-w', '--stdin');
        const tree = git(`100644 blob ${file}\tname\n`, 'mktree');
        git(undefined, 'tag', tag, git('x', 'commit-tree', tree));
        git(undefined, 'update-server-info');
      }
      return { handle: name, attributes: { repository: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, revision: tag } };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      rmSync(home, { recursive: true });
    },
  };
});

const OWN = `import { defineStorageBackend } from '@kubernats/storage-backend';
export default defineStorageBackend({ name: 'mine', parameters: [] });
`;

storageBackendContract(
  "a user's own with a name only",
  { makesVolumes: true, writable: true, attaches: false, onNode: false },
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'kubernats-storage-'));
    for (const folder of ['root', 'modules']) mkdirSync(join(home, folder));
    writeFileSync(join(home, 'modules/mine.ts'), OWN);
    const [backend] = await userBackends({ folder: join(home, 'modules'), clock: realClock });
    if (!backend) throw new Error('it was not found');
    return { backend, root: createDiskFiles(join(home, 'root')), close: async () => rmSync(home, { recursive: true }) };
  },
);
