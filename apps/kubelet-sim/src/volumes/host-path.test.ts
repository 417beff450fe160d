import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDiskFiles } from '@kubernats/files';
import { beforeEach, describe, expect, it } from 'vitest';
import { bytes, text, VolumesFixture } from '../../test/volumes.fixture.ts';
import { podOf } from '../pod/pod.fixture.ts';
import { openHostPath } from './host-path.ts';

let fixture: VolumesFixture;
beforeEach(async () => {
  fixture = new VolumesFixture();
  await fixture.node.mkdir('/dir');
  await fixture.node.write('/file', bytes('x'));
});

const pod = (path: string, type = '') => podOf({ volumes: [{ name: 'host', hostPath: { path, type } }] });

describe('V2: hostPath', () => {
  it.each([
    ['', '/none', 'hostPath "/none" does not exist on node "node1": create it there, or use type: DirectoryOrCreate'],
    ['', '/dir', undefined],
    ['', '/file', undefined],
    ['DirectoryOrCreate', '/made/here', undefined],
    ['DirectoryOrCreate', '/file', 'hostPath type check failed: /file is not a directory'],
    ['Directory', '/dir', undefined],
    ['Directory', '/none', 'hostPath type check failed: /none is not a directory'],
    ['FileOrCreate', '/dir/file', undefined],
    ['FileOrCreate', '/made/file', 'open /made/file: no such file or directory'],
    ['FileOrCreate', '/dir', 'hostPath type check failed: /dir is not a file'],
    ['File', '/file', undefined],
    ['File', '/none', 'hostPath type check failed: /none is not a file'],
    ['Socket', '/file', 'hostPath type check failed: /file is not a socket file'],
    ['CharDevice', '/file', 'hostPath type check failed: /file is not a character device'],
    ['BlockDevice', '/file', 'hostPath type check failed: /file is not a block device'],
  ])('type %j at %s', async (type, path, refusal) => {
    const { node } = fixture;
    const opening = openHostPath(fixture.deps, path, type);
    if (refusal) await expect(opening).rejects.toThrow(refusal);
    else expect((await (await opening).stat('/'))?.kind).toBe((await node.stat(path))?.kind);
  });

  it('without a type, with the switch of docs/differences.md: it is made', async () => {
    await openHostPath({ ...fixture.deps, missingHostPaths: 'create' }, '/made', '');
    expect(await fixture.node.stat('/made')).toMatchObject({ kind: 'directory', mode: 0o755 });
  });

  it.skipIf(process.platform !== 'linux')('sockets and devices are told apart', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kubernats-host-path-')));
    const server = createServer();
    try {
      await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
      const of = (root: string) => ({ ...fixture.deps, tree: async () => createDiskFiles(root) });
      await openHostPath(of(folder), '/socket', 'Socket');
      await openHostPath(of('/dev'), '/null', 'CharDevice');
      await expect(openHostPath(of('/dev'), '/null', 'File')).rejects.toThrow('/null is not a file');
      await expect(openHostPath(of('/dev'), '/null', 'BlockDevice')).rejects.toThrow('/null is not a block device');
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('is waited for: the Pod is told as soon as what it asks for is there', async () => {
    const { clock, node } = fixture;
    await expect(fixture.setUp(pod('/later', 'File'))).rejects.toThrow(
      'MountVolume.SetUp failed for volume "host" : hostPath type check failed: /later is not a file',
    );
    await clock.advance(5_000);
    expect(fixture.changes).toBe(0);
    await node.mkdir('/later');
    await clock.advance(5_000);
    expect(fixture.changes).toBe(0);
    await node.remove('/later');
    await node.write('/later', bytes('come'));
    await clock.advance(1_000);
    await fixture.until(() => fixture.changes === 1);
    await fixture.setUp(pod('/later', 'File'));
    expect(await text(await fixture.only('host'), '/')).toBe('come');
  });

  it('is not looked for any more when the Pod is gone', async () => {
    await expect(fixture.setUp(pod('/later'))).rejects.toThrow('does not exist');
    await fixture.volumes?.close();
    await fixture.node.mkdir('/later');
    await fixture.clock.advance(10_000);
    expect(fixture.changes).toBe(0);
  });
});

describe('V2: nothing leaves the root folder of the node', () => {
  it.each(['/../../../../etc', '/dir/../../../outside'])('by a path with ".." (%s)', async (path) => {
    await expect(openHostPath(fixture.deps, path, 'Directory')).rejects.toThrow('is not a directory');
  });

  it('by links that a container has planted on its node, absolute or relative', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kubernats-host-path-')));
    try {
      const outside = createDiskFiles(folder);
      await outside.mkdir('/node/shared', { recursive: true });
      await outside.write('/secret', bytes('secret'));
      const node = createDiskFiles(join(folder, 'node'));
      const deps = { ...fixture.deps, node, tree: async () => node };
      const shared = await openHostPath(deps, '/shared', '');
      await shared.symlink(join(folder, 'secret'), '/absolute');
      await shared.symlink('../../secret', '/relative');
      await shared.symlink('../..', '/up');
      for (const path of ['/shared/absolute', '/shared/relative', '/shared/up/secret']) {
        await expect(openHostPath(deps, path, 'File')).rejects.toThrow('is not a file');
      }
      const root = await openHostPath(deps, '/', 'Directory');
      expect(await root.list('/shared/up')).toEqual(['shared']);
      // What is made "outside" is made inside.
      await openHostPath(deps, '/shared/up/made', 'DirectoryOrCreate');
      expect(await outside.list('/')).toEqual(['node', 'secret']);
      expect(await node.list('/')).toEqual(['made', 'shared']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('by a folder that becomes a link after it was mounted', async () => {
    const { node, deps } = fixture;
    await node.mkdir('/pods/one', { recursive: true });
    const mounted = await openHostPath(deps, '/pods/one', 'Directory');
    await node.remove('/pods/one');
    await node.symlink('../../../../..', '/pods/one');
    await expect(mounted.list('/')).rejects.toThrow('ENOENT');
    await expect(mounted.write('/x', bytes('x'))).rejects.toThrow('ENOENT');
  });
});
