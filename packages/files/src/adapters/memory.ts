import type { Clock } from '@kubernats/clock';
import type { Backend, Place } from '../backend.ts';
import { JailedFiles } from '../jailed-files.ts';
import { type FileStat, type Files, FilesError } from '../port.ts';

interface Meta {
  mode: number;
  modifiedMs: number;
}
interface MemoryFile extends Meta {
  kind: 'file';
  /** Grown by doubling, so that a log can be appended to line by line; `length` bytes of it count. */
  buffer: Uint8Array;
  length: number;
}
interface MemoryDirectory extends Meta {
  kind: 'directory';
  entries: Map<string, MemoryNode>;
}
interface MemoryLink extends Meta {
  kind: 'symlink';
  target: string;
}
type MemoryNode = MemoryFile | MemoryDirectory | MemoryLink;

/** A folder that lives in memory, for tests, for simulation, and for the root of a simulated container. */
export function createMemoryFiles(clock: Clock): Files {
  return new JailedFiles({ backend: memoryBackend(clock), path: [], borders: [], readOnly: false });
}

function memoryBackend(clock: Clock): Backend {
  const directory = (mode = 0o755): MemoryDirectory => ({ kind: 'directory', entries: new Map(), mode, modifiedMs: clock.now() });
  const top = directory();

  const find = (place: Place): MemoryNode | undefined => {
    let node: MemoryNode | undefined = top;
    for (const name of place) {
      if (node?.kind !== 'directory') return undefined;
      node = node.entries.get(name);
    }
    return node;
  };
  const existing = (place: Place): MemoryNode => {
    const node = find(place);
    if (!node) throw fail('ENOENT', place);
    return node;
  };
  const parentOf = (place: Place): MemoryDirectory => {
    const node = find(place.slice(0, -1));
    if (!node) throw fail('ENOENT', place);
    if (node.kind !== 'directory') throw fail('ENOTDIR', place);
    return node;
  };
  const put = (place: Place, node: MemoryNode): void => {
    const parent = parentOf(place);
    parent.entries.set(place.at(-1) ?? '', node);
    parent.modifiedMs = clock.now();
  };
  const fileAt = (place: Place): MemoryFile => {
    const node = existing(place);
    if (node.kind === 'directory') throw fail('EISDIR', place);
    if (node.kind === 'symlink') throw fail('ELOOP', place);
    return node;
  };
  const openForWriting = (place: Place, mode: number | undefined): MemoryFile => {
    if (find(place)) {
      const file = fileAt(place);
      if (mode !== undefined) file.mode = mode;
      return file;
    }
    const file: MemoryFile = { kind: 'file', buffer: new Uint8Array(), length: 0, mode: mode ?? 0o644, modifiedMs: clock.now() };
    put(place, file);
    return file;
  };
  const usageOf = (node: MemoryNode | undefined): number => {
    if (node?.kind === 'file') return node.length;
    let bytes = 0;
    if (node?.kind === 'directory') for (const entry of node.entries.values()) bytes += usageOf(entry);
    return bytes;
  };

  return {
    lookup(place) {
      const node = find(place);
      if (!node) return undefined;
      if (node.kind === 'symlink') return { kind: 'symlink', target: node.target };
      return node.kind === 'file' ? { kind: 'file', sizeBytes: node.length } : { kind: 'directory' };
    },
    async read(place) {
      const file = fileAt(place);
      return file.buffer.slice(0, file.length);
    },
    async readRange(place, offset, length) {
      const file = fileAt(place);
      return file.buffer.slice(Math.min(offset, file.length), Math.min(offset + length, file.length));
    },
    async write(place, data, mode) {
      const file = openForWriting(place, mode);
      file.buffer = copied(data);
      file.length = data.length;
      file.modifiedMs = clock.now();
    },
    async append(place, data) {
      const file = openForWriting(place, undefined);
      const length = file.length + data.length;
      if (length > file.buffer.length) {
        const grown = new Uint8Array(Math.max(length, file.buffer.length * 2));
        grown.set(file.buffer.subarray(0, file.length));
        file.buffer = grown;
      }
      file.buffer.set(data, file.length);
      file.length = length;
      file.modifiedMs = clock.now();
    },
    async replace(place, data) {
      if (find(place)?.kind === 'directory') throw fail('EISDIR', place);
      put(place, { kind: 'file', buffer: copied(data), length: data.length, mode: 0o644, modifiedMs: clock.now() });
    },
    async stat(place) {
      const node = find(place);
      return node && fileStat(node);
    },
    async list(place) {
      const node = existing(place);
      if (node.kind !== 'directory') throw fail('ENOTDIR', place);
      return [...node.entries.keys()];
    },
    async mkdir(place, mode) {
      put(place, directory(mode));
    },
    async rename(from, to) {
      const node = existing(from);
      const target = find(to);
      if (target === node) return;
      if (target?.kind === 'directory') {
        if (node.kind !== 'directory') throw fail('EISDIR', to);
        if (target.entries.size > 0) throw fail('ENOTEMPTY', to);
      } else if (target && node.kind === 'directory') {
        throw fail('ENOTDIR', to);
      }
      put(to, node);
      parentOf(from).entries.delete(from.at(-1) ?? '');
    },
    async symlink(target, place) {
      put(place, { kind: 'symlink', target, mode: 0o777, modifiedMs: clock.now() });
    },
    async chmod(place, mode) {
      existing(place).mode = mode;
    },
    async setModified(place, modifiedMs) {
      existing(place).modifiedMs = modifiedMs;
    },
    async remove(place) {
      const parent = find(place.slice(0, -1));
      if (parent?.kind === 'directory') parent.entries.delete(place.at(-1) ?? '');
    },
    async usage(place) {
      return usageOf(find(place));
    },
    hostPath: () => undefined,
  };
}

/** Not `slice`: of a Buffer that would be the same memory. */
const copied = (data: Uint8Array): Uint8Array => new Uint8Array(data);

function fail(code: string, place: Place): FilesError {
  return new FilesError(code, `/${place.join('/')}`);
}

const identities = new WeakMap<MemoryNode, string>();
let identitiesGiven = 0;

function identityOf(node: MemoryNode): string {
  const identity = identities.get(node) ?? `memory:${++identitiesGiven}`;
  identities.set(node, identity);
  return identity;
}

function fileStat(node: MemoryNode): FileStat {
  const sizeBytes = node.kind === 'file' ? node.length : node.kind === 'symlink' ? node.target.length : 0;
  return { kind: node.kind, sizeBytes, mode: node.mode, modifiedMs: node.modifiedMs, identity: identityOf(node) };
}
