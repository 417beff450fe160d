import { createMountedFiles, type Files } from '@kubernats/files';
import { beforeEach, describe, expect, it } from 'vitest';
import { bytes, text, VolumesFixture } from '../../test/volumes.fixture.ts';
import { podOf } from '../pod/pod.fixture.ts';
import { containerRoot } from './container-root.ts';

let fixture: VolumesFixture;
let data: Files;
beforeEach(async () => {
  fixture = new VolumesFixture();
  await fixture.setUp(podOf({ volumes: [{ name: 'data', emptyDir: {} }] }));
  const files = await fixture.only('data');
  if (!files) throw new Error('no volume');
  data = files;
});

const PREPARE = 'failed to prepare subPath for volumeMount "data" of container "main"';
const CREATE = 'failed to create subPath directory for volumeMount "data" of container "main"';
const sub = (subPath: string): Promise<Files | undefined> => fixture.only('data', { subPath });

describe('a mount', () => {
  it('needs its volume', async () => {
    await expect(fixture.only('none')).rejects.toThrow('cannot find volume "none" to mount into container "main"');
  });

  it('by subPath makes what is missing, as its volume is', async () => {
    await data.chmod('/', 0o750);
    const files = await sub('a/b');
    await files?.write('/x', bytes('x'));
    expect(await text(data, '/a/b/x')).toBe('x');
    expect([(await data.stat('/a'))?.mode, (await data.stat('/a/b'))?.mode]).toEqual([0o750, 0o750]);
  });

  it('by subPath may be a single file', async () => {
    await data.write('/file', bytes('1'));
    const file = await sub('file');
    await data.write('/file', bytes('2'));
    expect(await text(file, '/')).toBe('2');
    await expect(sub('file/x')).rejects.toThrow(CREATE);
  });

  it('by subPathExpr has variables in it, all of which must have a value', async () => {
    const mount = (subPathExpr: string) => ({ name: 'main', image: 'x', volumeMounts: [{ name: 'data', mountPath: '/m', subPathExpr }] });
    const [mounted] = await fixture.mounts(mount('logs/$(POD)/$$(POD)'), { POD: 'web' });
    await mounted?.files.write('/x', bytes('x'));
    expect(await text(data, '/logs/web/$(POD)/x')).toBe('x');
    await expect(fixture.mounts(mount('$(B)/$(A)/$(POD)'), { POD: 'web', A: '' })).rejects.toThrow('missing value for A, B');
    await expect(fixture.mounts(mount('$(POD)'), { POD: '../../x' })).rejects.toThrow(
      "unable to provision SubPath `../../x`: must not contain '..'",
    );
    await expect(fixture.mounts(mount('$(POD)'), { POD: '/etc' })).rejects.toThrow('error SubPath `/etc` must not be an absolute path');
  });
});

describe('links that a container has put into its volume', () => {
  it.each([
    ['/etc', PREPARE],
    ['/', PREPARE],
    ['..', PREPARE],
    ['../../..', PREPARE],
    ['dir/../../x', PREPARE],
    ['link', PREPARE],
    ['none', CREATE],
    ['dir/none', CREATE],
  ])('to %j are refused as a subPath', async (target, message) => {
    await data.mkdir('/dir');
    await data.symlink(target, '/link');
    await expect(sub('link')).rejects.toThrow(message);
    await expect(sub('link/deeper')).rejects.toThrow(message);
    await fixture.node.write('/secret', bytes('secret'));
    expect(await data.list('/dir')).toEqual([]);
  });

  it('that stay in the volume are followed', async () => {
    await data.mkdir('/dir/inner', { recursive: true });
    await data.symlink('dir/../dir/inner', '/link');
    await (await sub('link'))?.write('/x', bytes('x'));
    expect(await text(data, '/dir/inner/x')).toBe('x');
  });

  it('are not followed when they come after the look: the mount is empty then, and leads nowhere', async () => {
    await data.mkdir('/other');
    await data.write('/other/x', bytes('not for this mount'));
    const files = await sub('dir/inner');
    await data.rename('/dir', '/moved');
    await data.mkdir('/dir');
    await data.symlink('../other', '/dir/inner');
    await expect(files?.read('/x')).rejects.toThrow('ENOENT');
    await expect(files?.write('/y', bytes('y'))).rejects.toThrow('ENOENT');
    expect(await data.list('/other')).toEqual(['x']);
  });
});

describe('what a container writes beside its volumes', () => {
  const HOME = '/var/lib/kubelet/pods/u1/roots/main';

  it('costs nothing as long as it writes nothing', async () => {
    const files = await createMountedFiles(containerRoot(fixture.node, 'u1', 'main', 0), [{ path: '/data', files: data, readOnly: false }]);
    await files.write('/data/x', bytes('x'));
    expect(await fixture.node.stat('/var/lib/kubelet/pods/u1/roots')).toBeUndefined();
  });

  it('lies on the disk of the node, and each run begins empty', async () => {
    const first = await createMountedFiles(containerRoot(fixture.node, 'u1', 'main', 0), []);
    await first.write('/x', bytes('first'));
    expect(await text(fixture.node, `${HOME}/0/x`)).toBe('first');
    const second = await createMountedFiles(containerRoot(fixture.node, 'u1', 'main', 1), []);
    expect(await second.list('/')).toEqual([]);
    expect(await fixture.node.list(HOME)).toEqual(['1']);
  });
});
