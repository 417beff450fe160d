import { type FileStat, FilesError } from '@kubernats/files';
import type { BufferEncoding, CpOptions, FileContent, FsStat, IFileSystem, MkdirOptions, RmOptions } from 'just-bash';
import { yieldToOthers } from '../../../adapters/yield.ts';
import { absolute } from './paths.ts';
import type { Tree } from './tree.ts';

/** A container's file tree as the programs of just-bash see it. */
export function bashFiles(files: Tree): IFileSystem {
  const statOf = async (path: string, verb: 'stat' | 'lstat'): Promise<FsStat> => {
    const stat = await files[verb](path);
    if (!stat) throw said('ENOENT', verb, path);
    return fsStat(stat);
  };
  const read = async (path: string): Promise<Uint8Array> => {
    // The interpreter runs the content of what it can read in /bin; what it cannot is a program of its own.
    if (await files.isProgram(path)) throw said('ENOENT', 'open', path);
    return telling('open', path, () => files.read(path));
  };
  const remove = async (path: string, options: RmOptions = {}): Promise<void> => {
    const stat = await files.lstat(path);
    if (!stat) {
      if (options.force) return;
      throw said('ENOENT', 'rm', path);
    }
    if (stat.kind === 'directory' && !options.recursive && (await files.list(path)).length > 0) throw said('ENOTEMPTY', 'rm', path);
    await telling('rm', path, () => files.remove(path));
  };
  const copy = async (from: string, to: string, options: CpOptions = {}): Promise<void> => {
    const stat = await statOf(from, 'stat');
    if (!stat.isDirectory) return telling('cp', to, async () => files.write(to, await read(from), { mode: stat.mode }));
    if (!options.recursive) throw said('EISDIR', 'cp', from);
    await telling('mkdir', to, () => files.mkdir(to, { recursive: true }));
    for (const name of await files.list(from)) await copy(`${from}/${name}`, `${to}/${name}`, options);
  };

  return {
    readFile: async (path, options) => Buffer.from(await read(path)).toString(encodingOf(options)),
    readFileBuffer: read,
    writeFile: (path, content, options) => telling('open', path, () => files.write(path, bytesOf(content, options))),
    appendFile: (path, content, options) => telling('open', path, () => files.append(path, bytesOf(content, options))),
    exists: async (path) => (await files.stat(path).catch(() => undefined)) !== undefined,
    stat: (path) => statOf(path, 'stat'),
    lstat: (path) => statOf(path, 'lstat'),
    mkdir: (path, options?: MkdirOptions) => telling('mkdir', path, () => files.mkdir(path, options)),
    readdir: (path) => telling('scandir', path, () => files.list(path)),
    async readdirWithFileTypes(path) {
      const names = await telling('scandir', path, () => files.list(path));
      return Promise.all(
        names.map(async (name) => {
          const kind = (await files.lstat(`${path}/${name}`))?.kind;
          return { name, isFile: kind === 'file', isDirectory: kind === 'directory', isSymbolicLink: kind === 'symlink' };
        }),
      );
    },
    rm: remove,
    cp: copy,
    mv: (from, to) => telling('rename', from, () => files.rename(from, to)),
    resolvePath: absolute,
    getAllPaths: () => [],
    chmod: (path, mode) => telling('chmod', path, () => files.chmod(path, mode)),
    symlink: (target, path) => telling('symlink', path, () => files.symlink(target, path)),
    // There are no hard links: a copy is the nearest thing.
    link: (existing, path) => copy(existing, path),
    readlink: (path) => telling('readlink', path, () => files.readlink(path)),
    realpath: (path) => telling('realpath', path, () => files.realpath(path)),
    utimes: (path, _accessed, modified) => telling('utime', path, () => files.setModified(path, modified.getTime())),
  };
}

function fsStat({ kind, sizeBytes, mode, modifiedMs, identity }: FileStat): FsStat {
  return {
    isFile: kind === 'file' || kind === 'charDevice' || kind === 'other',
    isDirectory: kind === 'directory',
    isSymbolicLink: kind === 'symlink',
    mode,
    size: sizeBytes,
    mtime: new Date(modifiedMs),
    identity,
  };
}

function encodingOf(options: { encoding?: BufferEncoding | null } | BufferEncoding | undefined): BufferEncoding {
  return (typeof options === 'string' ? options : options?.encoding) ?? 'utf8';
}

function bytesOf(content: FileContent, options: { encoding?: BufferEncoding } | BufferEncoding | undefined): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content, encodingOf(options)) : content;
}

const TEXTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EEXIST: 'file already exists',
  EISDIR: 'illegal operation on a directory',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left on device',
  EACCES: 'permission denied',
  EBUSY: 'resource busy or locked',
  EPERM: 'operation not permitted',
  ELOOP: 'too many symbolic links encountered',
};

// The shell's programs look for the system's code at the front of a message.
function said(code: string, verb: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${TEXTS[code] ?? 'operation failed'}, ${verb} '${path}'`), { code });
}

const CALLS_PER_TURN = 64;
let calls = 0;

/** An operation, with its failure in the words that the programs know. Others have their turn between many of them. */
async function telling<T>(verb: string, path: string, work: () => Promise<T>): Promise<T> {
  calls += 1;
  if (calls % CALLS_PER_TURN === 0) await yieldToOthers();
  try {
    return await work();
  } catch (error) {
    throw error instanceof FilesError ? said(error.code, verb, path) : error;
  }
}
