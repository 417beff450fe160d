import type { KeyToPath } from '@kubernats/api';
import type { Files } from '@kubernats/files';
import { ConfigError } from '../env/sources.ts';

export type Payload = Map<string, { data: Uint8Array; mode: number }>;

/** Which keys of an object become which files. A key that is named but missing is an error, unless all of it is optional. */
export function select(
  data: ReadonlyMap<string, Uint8Array>,
  items: readonly KeyToPath[] | undefined,
  defaultMode: number,
  optional: boolean,
): Payload {
  const payload: Payload = new Map();
  if (!items) {
    for (const [key, bytes] of data) payload.set(key, { data: bytes, mode: defaultMode });
    return payload;
  }
  for (const { key, path, mode } of items) {
    const bytes = data.get(key);
    if (bytes) payload.set(path, { data: bytes, mode: mode ?? defaultMode });
    else if (!optional) throw new ConfigError(`references non-existent config key: ${key}`);
  }
  return payload;
}

/**
 * Writes files so that a reader sees all of one version: they lie in a folder of their own, `..data` leads to it, and each name leads
 * through `..data`. Source: Kubernetes' atomic writer, whose layout programs know.
 */
export async function writePayload(folder: Files, payload: Payload, version: string): Promise<void> {
  const home = `/..${version}`;
  await folder.mkdir(home, { recursive: true, mode: 0o755 });
  for (const [path, { data, mode }] of payload) {
    const slash = path.lastIndexOf('/');
    if (slash > 0) await folder.mkdir(`${home}/${path.slice(0, slash)}`, { recursive: true });
    await folder.write(`${home}/${path}`, data, { mode });
  }
  await folder.remove('/..data_tmp');
  await folder.symlink(`..${version}`, '/..data_tmp');
  const old = (await folder.lstat('/..data')) ? await folder.readlink('/..data') : undefined;
  await folder.rename('/..data_tmp', '/..data');
  const tops = new Set([...payload.keys()].map((path) => path.split('/')[0] ?? ''));
  for (const name of await folder.list('/')) if (!name.startsWith('..') && !tops.has(name)) await folder.remove(`/${name}`);
  for (const name of tops) if (!(await folder.lstat(`/${name}`))) await folder.symlink(`..data/${name}`, `/${name}`);
  if (old !== undefined && old !== `..${version}`) await folder.remove(`/${old}`);
}
