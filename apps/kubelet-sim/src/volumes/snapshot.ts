import type { Clock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';

/** A copy of a folder or a single file, as it is now. Links are followed: it holds files and folders only. In memory: it may be of a Secret. */
export async function snapshotOf(files: Files, clock: Clock): Promise<Files> {
  const memory = createMemoryFiles(clock);
  await copy(files, '', memory, '/copy');
  return memory.scope('/copy');
}

async function copy(from: Files, path: string, to: Files, place: string): Promise<void> {
  const stat = await from.stat(path);
  if (!stat) return;
  if (stat.kind !== 'directory') return to.write(place, await from.read(path), { mode: stat.mode });
  await to.mkdir(place, { mode: stat.mode });
  for (const name of await from.list(path)) await copy(from, `${path}/${name}`, to, `${place}/${name}`);
}
