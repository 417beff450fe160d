import type { KeyToPath } from '@kubernats/api';
import type { Files } from '@kubernats/files';
import type { SourceData, SourceKind } from '../env/sources.ts';
import { MountError } from './volume.ts';

export type Payload = Map<string, { data: Uint8Array; mode: number }>;

/** As the kubelet says that an object has no such key. */
const MISSING_KEY: Readonly<Record<SourceKind, string>> = {
  configmap: 'configmap references non-existent config key',
  secret: 'references non-existent secret key',
};

/** Which keys of an object become which files. A key that is named but missing is an error, unless all of it is optional. */
export function select(
  kind: SourceKind,
  { files }: SourceData,
  items: readonly KeyToPath[] | undefined,
  defaultMode: number,
  optional: boolean,
): Payload {
  const payload: Payload = new Map();
  if (!items?.length) {
    for (const [key, data] of files) payload.set(key, { data, mode: defaultMode });
    return payload;
  }
  for (const { key, path, mode } of items) {
    const data = files.get(key);
    if (data) payload.set(plain(path), { data, mode: mode ?? defaultMode });
    else if (!optional) throw new MountError(`${MISSING_KEY[kind]}: ${key}`);
  }
  return payload;
}

/** A path without what does not count: `a//./b` → `a/b`. */
export const plain = (path: string): string =>
  path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/');

export function samePayload(a: Payload, b: Payload): boolean {
  if (a.size !== b.size) return false;
  for (const [path, { data, mode }] of a) {
    const other = b.get(path);
    if (!other || other.mode !== mode || (other.data !== data && Buffer.compare(other.data, data) !== 0)) return false;
  }
  return true;
}

/**
 * Writes files so that a reader sees all of one version: they lie in a folder of their own, `..data` leads to it, and each name leads
 * through `..data`. Source: Kubernetes' atomic writer, whose layout programs know.
 */
export async function writePayload(folder: Files, payload: Payload, nowMs: number): Promise<void> {
  const old = folder.lookup('/..data')?.kind === 'symlink' ? await folder.readlink('/..data') : undefined;
  const version = newVersion(folder, nowMs);
  await folder.mkdir(`/${version}`, { mode: 0o755 });
  for (const [path, { data, mode }] of payload) {
    const slash = path.lastIndexOf('/');
    if (slash > 0) await folder.mkdir(`/${version}/${path.slice(0, slash)}`, { recursive: true, mode: 0o755 });
    await folder.write(`/${version}/${path}`, data, { mode });
  }
  await folder.remove('/..data_tmp');
  await folder.symlink(version, '/..data_tmp');
  await folder.rename('/..data_tmp', '/..data');
  const tops = new Set([...payload.keys()].map((path) => path.split('/')[0] ?? ''));
  for (const name of await folder.list('/')) if (!name.startsWith('..') && !tops.has(name)) await folder.remove(`/${name}`);
  for (const name of tops) {
    if (folder.lookup(`/${name}`)?.kind === 'symlink') continue;
    // A folder that was made for a subPath, before there was such a file.
    await folder.remove(`/${name}`);
    await folder.symlink(`..data/${name}`, `/${name}`);
  }
  if (old !== undefined) await folder.remove(`/${old}`);
}

/** `..2026_01_31_12_00_00.1`: a name that is not there yet. */
function newVersion(folder: Files, nowMs: number): string {
  const time = new Date(nowMs).toISOString().slice(0, 19).replace(/\D/g, '_');
  for (let i = 1; ; i++) if (!folder.lookup(`/..${time}.${i}`)) return `..${time}.${i}`;
}
