import { type FileStat, type Files, FilesError } from '@kubernats/files';
import type { BufferEncoding, CpOptions, FileContent, FsStat, IFileSystem, MkdirOptions, RmOptions } from 'just-bash';

type Write = (text: Uint8Array) => void;

/** Paths that are no files: what is written there goes to the container's streams. */
export interface Devices {
  stdout: Write;
  stderr: Write;
  /** Names under /bin and /usr/bin that the shell has itself. */
  isProgram(name: string): boolean;
}

/** The container's streams, as files. */
export const OUT = '/proc/1/fd/1';
export const ERR = '/proc/1/fd/2';

/** A container's files as the shell sees them. */
export function shellFiles(files: Files, devices: Devices): IFileSystem {
  const streams = new Map<string, Write>([
    ['/dev/null', () => {}],
    ...['/dev/stdout', '/proc/self/fd/1', OUT].map((path): [string, Write] => [path, devices.stdout]),
    ...['/dev/stderr', '/proc/self/fd/2', ERR].map((path): [string, Write] => [path, devices.stderr]),
  ]);
  const isProgram = (path: string): boolean => {
    const name = /^\/(?:usr\/)?bin\/([^/]+)$/.exec(path)?.[1];
    return name !== undefined && devices.isProgram(name);
  };
  const special = (path: string): FsStat | undefined => {
    if (streams.has(path)) return fsStat({ kind: 'file', sizeBytes: 0, mode: 0o666, modifiedMs: 0 });
    return isProgram(path) ? fsStat({ kind: 'file', sizeBytes: 0, mode: 0o755, modifiedMs: 0 }) : undefined;
  };
  const statOf = async (path: string, verb: 'stat' | 'lstat'): Promise<FsStat> => {
    const device = special(path);
    if (device) return device;
    const stat = await files[verb](path);
    if (!stat) throw said('ENOENT', verb, path);
    return fsStat(stat);
  };
  const read = async (path: string): Promise<Uint8Array> => {
    if (streams.has(path)) return new Uint8Array();
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
    async writeFile(path, content, options) {
      const stream = streams.get(path);
      if (stream) return content.length > 0 ? stream(bytesOf(content, options)) : undefined;
      await telling('open', path, () => files.write(path, bytesOf(content, options)));
    },
    async appendFile(path, content, options) {
      const stream = streams.get(path);
      if (stream) return content.length > 0 ? stream(bytesOf(content, options)) : undefined;
      await telling('open', path, () => files.append(path, bytesOf(content, options)));
    },
    exists: async (path) => special(path) !== undefined || (await files.stat(path).catch(() => undefined)) !== undefined,
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
    resolvePath: (base, path) => joined(base, path),
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

function joined(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function fsStat({ kind, sizeBytes, mode, modifiedMs }: FileStat): FsStat {
  return {
    isFile: kind === 'file',
    isDirectory: kind === 'directory',
    isSymbolicLink: kind === 'symlink',
    mode,
    size: sizeBytes,
    mtime: new Date(modifiedMs),
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
  EBUSY: 'resource busy or locked',
  ELOOP: 'too many symbolic links encountered',
};

// The shell's programs look for the system's code at the front of a message.
function said(code: string, verb: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${TEXTS[code] ?? 'operation failed'}, ${verb} '${path}'`), { code });
}

async function telling<T>(verb: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof FilesError ? said(error.code, verb, path) : error;
  }
}
