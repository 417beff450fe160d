import type { Files } from '@kubernats/files';

/** A copy of a folder or a single file at `place` of the node, instead of what was there. Links are followed: it holds files and folders only. */
export async function copyOf(files: Files, node: Files, place: string): Promise<Files> {
  await node.remove(place);
  await node.mkdir(place.slice(0, place.lastIndexOf('/')), { recursive: true });
  await copy(files, '/', node, place);
  return node.scope(place);
}

async function copy(from: Files, path: string, to: Files, place: string): Promise<void> {
  const stat = await from.stat(path);
  if (!stat) return;
  if (stat.kind !== 'directory') return to.write(place, await from.read(path), { mode: stat.mode });
  await to.mkdir(place, { mode: stat.mode });
  for (const name of await from.list(path)) await copy(from, `${path}/${name}`, to, `${place}/${name}`);
}
