import { realClock } from '@kubernats/clock';
import { beforeEach, expect, it } from 'vitest';
import { createMemoryFiles } from '../adapters/memory.ts';
import { type Files, FilesError } from '../port.ts';
import { createMountedFiles } from './mounted-files.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = async (files: Files, path: string): Promise<string> => new TextDecoder().decode(await files.read(path));
const code = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof FilesError ? error.code : String(error)),
  );

let root: Files;
let data: Files;
let config: Files;
let opened: number;
beforeEach(async () => {
  [root, data, config] = [createMemoryFiles(realClock), createMemoryFiles(realClock), createMemoryFiles(realClock)];
  await config.write('/key', bytes('value'));
  opened = 0;
});

const mount = (path: string, files: Files, readOnly = false) => ({ path, files, readOnly });
const tree = (...mounts: ReturnType<typeof mount>[]): Promise<Files> =>
  createMountedFiles(async () => {
    opened += 1;
    return root;
  }, mounts);

it('makes its root, with the mount points, when something beside the mounts is touched', async () => {
  const files = await tree(mount('/srv/data', data), mount('/etc/config', config, true));
  await files.write('/srv/data/x', bytes('x'));
  expect(await text(files, '/etc/config/key')).toBe('value');
  expect(opened).toBe(0);
  await Promise.all([files.write('/own', bytes('own')), files.mkdir('/tmp')]);
  expect(opened).toBe(1);
  expect(await files.list('/')).toEqual(['etc', 'own', 'srv', 'tmp']);
  expect(await root.list('/srv')).toEqual(['data']);
  expect(await data.list('/')).toEqual(['x']);
});

it('tries again when its root could not be made', async () => {
  let full = true;
  const files = await createMountedFiles(async () => {
    if (full) throw new FilesError('ENOSPC', '/');
    return root;
  }, []);
  expect(await code(files.write('/x', bytes('x')))).toBe('ENOSPC');
  full = false;
  await files.write('/x', bytes('x'));
});

it('links lead through the whole tree: from the root into a volume, out of a volume, and up again', async () => {
  const files = await tree(mount('/data', data), mount('/etc/config', config, true));
  await files.symlink('/data', '/link');
  await files.write('/link/x', bytes('x'));
  expect(await text(data, '/x')).toBe('x');
  await files.symlink('/etc/config/key', '/data/absolute');
  await files.symlink('../etc/config/key', '/data/relative');
  expect(await text(files, '/data/absolute')).toBe('value');
  expect(await text(files, '/link/relative')).toBe('value');
  expect(await text(files, '/link/../data/../etc/config/key')).toBe('value');
  expect(await files.realpath('/link/absolute')).toBe('/etc/config/key');
  // Within the volume alone, as another container has it, the same link leads nowhere.
  expect(await code(data.read('/absolute'))).toBe('ENOENT');
});

it('refuses to write to what is mounted to be read only, also through a link', async () => {
  const files = await tree(mount('/data', data), mount('/config', config, true));
  await files.symlink('/config', '/data/way');
  expect(await code(files.write('/config/key', bytes('x')))).toBe('EROFS');
  expect(await code(files.write('/data/way/new', bytes('x')))).toBe('EROFS');
  expect(await code(files.remove('/config/key'))).toBe('EROFS');
  expect(await code(files.chmod('/config', 0o777))).toBe('EROFS');
});

it('mounts within mounts: the innermost wins, and its mount point is made in the outer one', async () => {
  const files = await tree(mount('/data/config', config), mount('/data', data));
  expect(await files.list('/data')).toEqual(['config']);
  expect(await text(files, '/data/config/key')).toBe('value');
  expect(await data.list('/config')).toEqual([]);
  await expect(tree(mount('/config', config, true), mount('/config/inner', data))).rejects.toMatchObject({
    code: 'EROFS',
    path: '/config/inner',
  });
  expect(opened).toBe(0);
});

it('a single file is mounted over a file', async () => {
  await root.mkdir('/etc');
  await root.write('/etc/app.conf', bytes('of the image'));
  const files = await tree(mount('/etc/app.conf', config.scope('/key')), mount('/etc/new.conf', config.scope('/key'), true));
  expect(await text(files, '/etc/app.conf')).toBe('value');
  expect(await files.list('/etc')).toEqual(['app.conf', 'new.conf']);
  await files.write('/etc/app.conf', bytes('changed'));
  expect(await text(config, '/key')).toBe('changed');
  expect(await code(files.write('/etc/new.conf', bytes('x')))).toBe('EROFS');
  expect(await code(files.read('/etc/app.conf/x'))).toBe('ENOTDIR');
});

it('a mount point stays where it is', async () => {
  const files = await tree(mount('/srv/data', data));
  await files.mkdir('/other');
  for (const path of ['/srv/data', '/srv']) {
    expect(await code(files.remove(path))).toBe('EBUSY');
    expect(await code(files.rename(path, '/moved'))).toBe('EBUSY');
    expect(await code(files.rename('/other', path))).toBe('EBUSY');
  }
});

it('moves trees from one mount to another', async () => {
  const files = await tree(mount('/data', data));
  await files.mkdir('/dir/sub', { recursive: true, mode: 0o700 });
  await files.write('/dir/sub/x', new Uint8Array(2_500_000).fill(7), { mode: 0o600 });
  await files.symlink('sub/x', '/dir/link');
  await files.rename('/dir', '/data/dir');
  expect(await data.stat('/dir/sub/x')).toMatchObject({ sizeBytes: 2_500_000, mode: 0o600 });
  expect(await data.stat('/dir/sub')).toMatchObject({ mode: 0o700 });
  expect(await data.readlink('/dir/link')).toBe('sub/x');
  expect(await files.stat('/dir')).toBeUndefined();
});

it('loses nothing that is moved from one mount of a folder to another of it, and moves no folder into itself', async () => {
  const files = await tree(mount('/a', data.scope('/')), mount('/b', data.scope('/')));
  await files.write('/a/x', bytes('x'));
  await files.rename('/a/x', '/b/x');
  expect(await text(files, '/a/x')).toBe('x');
  await files.mkdir('/a/d/e', { recursive: true });
  expect(await code(files.rename('/a/d', '/b/d/e/f'))).toBe('EINVAL');
  await files.rename('/a/x', '/b/d/e/x');
  expect([await data.list('/'), await data.list('/d/e')]).toEqual([['d'], ['x']]);
});
