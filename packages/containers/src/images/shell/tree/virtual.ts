// What stands in a container's file tree without being a file of it: `/dev`, `/proc`, `/sys/fs/cgroup`, and the programs in `/bin`.
import { FilesError } from '@kubernats/files';
import { Process } from '../process/process.ts';
import { OpenFile, type Wait } from '../streams/open-file.ts';
import type { System } from '../system.ts';
import { cgroupFiles } from './cgroup.ts';
import { DEVICES } from './devices.ts';
import { processFiles, procFiles } from './proc.ts';

export type VirtualNode =
  | { kind: 'directory'; names: readonly string[] }
  | { kind: 'text'; text(): string }
  | { kind: 'device'; open(process: Process | undefined): OpenFile }
  | { kind: 'link'; target: string };

/** What stands at a path, if it is none of the container's files. */
export function virtualAt(system: System, path: string): VirtualNode | undefined {
  const [, top, ...rest] = path.split('/');
  if (top === 'dev') return deviceAt(system, rest);
  if (top === 'proc') return processAt(system, rest);
  if (top === 'sys') return sysAt(system, rest);
  return undefined;
}

/** Names that a folder has beside its files. */
export function virtualNames(system: System, path: string): readonly string[] {
  if (path === '/') return ['proc', 'sys'];
  if (path === '/dev') return [...DEVICES.keys(), 'fd', 'stderr', 'stdin', 'stdout'];
  const node = virtualAt(system, path);
  return node?.kind === 'directory' ? node.names : [];
}

function deviceAt(system: System, [name, ...rest]: readonly string[]): VirtualNode | undefined {
  if (name === 'fd' && rest.length === 0) return { kind: 'link', target: '/proc/self/fd' };
  const device = rest.length === 0 && name !== undefined ? DEVICES.get(name) : undefined;
  return device && { kind: 'device', open: (process) => device(system, process) };
}

function processAt(system: System, [name, ...rest]: readonly string[]): VirtualNode | undefined {
  const files = procFiles(system);
  if (name === undefined) {
    return { kind: 'directory', names: [...system.processes.list().map(({ pid }) => String(pid)), ...Object.keys(files), 'self'] };
  }
  const path = [name, ...rest].join('/');
  const text = Object.hasOwn(files, path) ? files[path] : undefined;
  if (text) return { kind: 'text', text };
  if (Object.keys(files).some((file) => file.startsWith(`${path}/`))) return { kind: 'directory', names: namesUnder(files, path) };
  return /^\d+$/.test(name) ? ofProcess(system, Number(name), rest) : undefined;
}

function ofProcess(system: System, pid: number, [name, ...rest]: readonly string[]): VirtualNode | undefined {
  const entry = system.processes.get(pid);
  if (!entry) return undefined;
  const files = processFiles(entry);
  if (name === undefined) return { kind: 'directory', names: [...Object.keys(files), 'fd', 'cwd', 'root'] };
  if (rest.length === 0 && name === 'cwd') return { kind: 'link', target: entry instanceof Process ? entry.cwd : '/' };
  if (rest.length === 0 && name === 'root') return { kind: 'link', target: '/' };
  if (name !== 'fd') {
    const text = rest.length === 0 && Object.hasOwn(files, name) ? files[name] : undefined;
    return text && { kind: 'text', text };
  }
  const [fd] = rest;
  const open = entry instanceof Process ? entry.files : undefined;
  if (fd === undefined) return { kind: 'directory', names: open ? [...open.keys()].map(String) : ['1', '2'] };
  const file = open?.get(Number(fd));
  if (file) return { kind: 'device', open: () => file.retain() };
  const { write } = entry;
  if (!write || (fd !== '1' && fd !== '2')) return undefined;
  return { kind: 'device', open: () => new StreamOf(`/proc/${pid}/fd/${fd}`, (bytes) => write(fd === '1' ? 1 : 2, bytes)) };
}

/** A stream of a program that is none of the shell's. */
class StreamOf extends OpenFile {
  readonly #write: (bytes: Uint8Array) => Promise<void> | void;
  constructor(name: string, write: (bytes: Uint8Array) => Promise<void> | void) {
    super(name);
    this.#write = write;
  }
  override read(): Promise<never> {
    return Promise.reject(new FilesError('EBADF', this.name));
  }
  override write(bytes: Uint8Array, wait: Wait): Promise<void> | void {
    const room = this.#write(bytes);
    if (room) return wait(room);
  }
}

function sysAt(system: System, rest: readonly string[]): VirtualNode | undefined {
  const path = rest.join('/');
  const files = cgroupFiles(system);
  const name = path.startsWith('fs/cgroup/') ? path.slice('fs/cgroup/'.length) : undefined;
  const text = name !== undefined && Object.hasOwn(files, name) ? files[name] : undefined;
  if (text) return { kind: 'text', text };
  if (path === '') return { kind: 'directory', names: ['fs'] };
  if (path === 'fs') return { kind: 'directory', names: ['cgroup'] };
  return path === 'fs/cgroup' ? { kind: 'directory', names: Object.keys(files) } : undefined;
}

function namesUnder(files: Readonly<Record<string, unknown>>, folder: string): string[] {
  const names = Object.keys(files).filter((file) => file.startsWith(`${folder}/`));
  return [...new Set(names.map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''))];
}
