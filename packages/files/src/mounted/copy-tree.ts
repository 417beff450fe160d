import { type Files, FilesError } from '../port.ts';

interface Spot {
  files: Files;
  path: string;
}

const PIECE_BYTES = 1024 * 1024;

/** Copies a file, a link or a tree to another folder, over what is there. Large files go piece by piece. */
export async function copyTree(from: Spot, to: Spot): Promise<void> {
  const stat = await from.files.lstat(from.path);
  if (!stat) throw new FilesError('ENOENT', from.path);
  if (stat.kind === 'directory') {
    await to.files.mkdir(to.path, { recursive: true, mode: stat.mode });
    const below = (spot: Spot, name: string): Spot => ({ files: spot.files, path: `${spot.path}/${name}` });
    for (const name of await from.files.list(from.path)) await copyTree(below(from, name), below(to, name));
    return;
  }
  if (to.files.lookup(to.path)?.kind === 'directory') throw new FilesError('EISDIR', to.path);
  await to.files.remove(to.path);
  if (stat.kind === 'symlink') return to.files.symlink(await from.files.readlink(from.path), to.path);
  const isLong = stat.sizeBytes > PIECE_BYTES;
  // What may not be written to gets its mode when all of it is there.
  const mode = isLong ? stat.mode | 0o200 : stat.mode;
  await to.files.write(to.path, await from.files.readRange(from.path, 0, PIECE_BYTES), { mode });
  if (!isLong) return;
  for (let at = PIECE_BYTES; at < stat.sizeBytes; at += PIECE_BYTES) {
    await to.files.append(to.path, await from.files.readRange(from.path, at, PIECE_BYTES));
  }
  await to.files.chmod(to.path, stat.mode);
}
