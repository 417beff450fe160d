import type { Volume } from '@kubernats/api';
import { createMemoryFiles } from '@kubernats/files';
import { beforeEach, describe, expect, it } from 'vitest';
import { putClaim } from '../../test/storage.fixture.ts';
import { bytes, text, VolumesFixture } from '../../test/volumes.fixture.ts';
import { container, podOf } from '../pod/pod.fixture.ts';

let fixture: VolumesFixture;
beforeEach(() => {
  fixture = new VolumesFixture();
});

const with_ = (...volumes: Volume[]) => podOf({ volumes });

describe('volumes of a Pod', () => {
  it("V1: an emptyDir is the Pod's own; on the disk its size limit stops nobody from writing, as the Pod is evicted", async () => {
    await fixture.setUp(with_({ name: 'small', emptyDir: { sizeLimit: '8' } }));
    await (await fixture.only('small'))?.write('/a', bytes('123456789'));
    expect(await fixture.volumes?.usage()).toEqual([{ name: 'small', bytes: 9, inMemory: false }]);
  });

  it('V1: all users may write to it; after a boot of the node what was on its disk is there, and what was in its memory is not', async () => {
    const pod = with_({ name: 'disk', emptyDir: {} }, { name: 'memory', emptyDir: { medium: 'Memory' } });
    await fixture.setUp(pod);
    for (const name of ['disk', 'memory']) {
      const files = await fixture.only(name);
      expect((await files?.stat('/'))?.mode).toBe(0o777);
      await files?.write('/x', bytes(name));
    }
    await fixture.volumes?.close();
    await fixture.setUp(pod);
    expect(await text(await fixture.only('disk'), '/x')).toBe('disk');
    expect(await (await fixture.only('memory'))?.list('/')).toEqual([]);
  });

  it.each([
    ['1Ki', '2Ki', 1024],
    [undefined, '2Ki', 2048],
    ['4Ki', '2Ki', 2048],
    ['3Ki', undefined, 3072],
  ])('one in memory with sizeLimit %s, in a Pod with %s of memory, holds %d bytes', async (sizeLimit, memory, holds) => {
    const containers = [container('main', memory ? { resources: { limits: { memory } } } : {})];
    await fixture.setUp(podOf({ containers, volumes: [{ name: 'm', emptyDir: { medium: 'Memory', sizeLimit } }] }));
    const files = await fixture.only('m');
    await files?.write('/a', new Uint8Array(holds));
    await expect(files?.append('/a', bytes('1'))).rejects.toThrow('ENOSPC');
    expect(await fixture.volumes?.usage()).toEqual([{ name: 'm', bytes: holds, inMemory: true }]);
  });

  it('V3: a claim leads to the volume that it is bound to, once it is', async () => {
    const { api, node } = fixture;
    const pod = with_({ name: 'data', persistentVolumeClaim: { claimName: 'claim' } });
    const failure =
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error processing PVC default/claim';
    await expect(fixture.setUp(pod)).rejects.toThrow(
      `${failure}: failed to fetch PVC from API server: persistentvolumeclaims "claim" not found`,
    );
    putClaim(api, { claim: 'claim', spec: { hostPath: { path: '/srv/pv1' } }, status: { phase: 'Pending' } });
    await expect(fixture.setUp(pod)).rejects.toThrow(`${failure}: PVC is not bound`);
    putClaim(api, { claim: 'claim', spec: { hostPath: { path: '/srv/pv1' } } });
    await fixture.setUp(pod);
    await (await fixture.only('data'))?.write('/x', bytes('kept'));
    expect(await text(node, '/srv/pv1/x')).toBe('kept');
  });

  it('a network share is the same on every node', async () => {
    const { api, clock } = fixture;
    putClaim(api, { claim: 'c', spec: { nfs: { server: 'nas', path: '/exports' } } });
    const pod = with_({ name: 'data', persistentVolumeClaim: { claimName: 'c' } });
    await fixture.setUp(pod);
    await (await fixture.only('data'))?.write('/x', bytes('shared'));
    await fixture.volumes?.close();
    const elsewhere = createMemoryFiles(clock);
    await fixture.setUp(pod, { ...fixture.deps, node: elsewhere, nodeName: 'node2', storage: fixture.boot('node2', elsewhere) });
    expect(await text(await fixture.only('data'), '/x')).toBe('shared');
  });

  it('says of each what cannot be mounted, and why', async () => {
    const pod = with_(
      { name: 'old', image: {} },
      { name: 'fine', emptyDir: {} },
      { name: 'config', configMap: { name: 'none' } },
      { name: 'secret', secret: { secretName: 'none' } },
      { name: 'both', projected: { sources: [{ configMap: { name: 'a' } }, { secret: { name: 'b' } }] } },
    );
    await expect(fixture.setUp(pod)).rejects.toMatchObject({
      messages: [
        'MountVolume.SetUp failed for volume "old" : volumes of kind image are not supported',
        'MountVolume.SetUp failed for volume "config" : configmap "none" not found',
        'MountVolume.SetUp failed for volume "secret" : secret "none" not found',
        'MountVolume.SetUp failed for volume "both" : [configmap "a" not found, secret "b" not found]',
      ],
    });
  });
});

describe('files of ConfigMaps and Secrets', () => {
  const data = { a: '1', b: '2' };
  beforeEach(() => {
    fixture.put('configmaps', 'config', data, { binaryData: { bin: btoa('\0\x01') } });
    fixture.put('secrets', 'secret', { password: 'hunter2' });
  });

  it('hold every key, or the ones that are named, each with its mode', async () => {
    const items = [
      { key: 'a', path: 'sub//./dir/a', mode: 0o400 },
      { key: 'b', path: 'b' },
    ];
    await fixture.setUp(
      with_(
        { name: 'all', configMap: { name: 'config', defaultMode: 0o640 } },
        { name: 'some', configMap: { name: 'config', items } },
        { name: 'secret', secret: { secretName: 'secret', defaultMode: 0o400 } },
      ),
    );
    const all = await fixture.only('all');
    expect(await all?.list('/')).toEqual(['..2026_01_01_00_00_00.1', '..data', 'a', 'b', 'bin']);
    expect([...((await all?.read('/bin')) ?? [])]).toEqual([0, 1]);
    expect((await all?.stat('/a'))?.mode).toBe(0o640);
    expect(await all?.readlink('/a')).toBe('..data/a');
    const some = await fixture.only('some');
    expect(await text(some, '/sub/dir/a')).toBe('1');
    expect((await some?.stat('/sub/dir/a'))?.mode).toBe(0o400);
    expect((await some?.stat('/b'))?.mode).toBe(0o644);
    expect(await some?.stat('/bin')).toBeUndefined();
    expect(await text(await fixture.only('secret'), '/password')).toBe('hunter2');
    await expect(all?.write('/a', bytes('x'))).rejects.toThrow('EROFS');
  });

  it.each<[Volume, string]>([
    [{ name: 'v', configMap: { name: 'config', items: [{ key: 'z', path: 'z' }] } }, 'configmap references non-existent config key: z'],
    [{ name: 'v', secret: { secretName: 'secret', items: [{ key: 'z', path: 'z' }] } }, 'references non-existent secret key: z'],
  ])('a key that is named must be there: %j', async (volume, why) => {
    await expect(fixture.setUp(with_(volume))).rejects.toThrow(`MountVolume.SetUp failed for volume "v" : ${why}`);
  });

  it('sources are joined into one folder, a later one over an earlier', async () => {
    const sources = [
      { configMap: { name: 'config' } },
      { secret: { name: 'secret', items: [{ key: 'password', path: 'a' }] } },
      { configMap: { name: 'none', optional: true } },
      { configMap: { name: 'config', optional: true, items: [{ key: 'z', path: 'z' }] } },
      {
        downwardAPI: {
          items: [
            { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
            { path: 'cpu', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu', divisor: '1m' }, mode: 0o600 },
          ],
        },
      },
      { serviceAccountToken: { path: 'tokens/vault', audience: 'vault' } },
    ];
    await fixture.setUp(
      podOf({ volumes: [{ name: 'all', projected: { sources, defaultMode: 0o444 } }] }, { labels: { app: 'web', tier: 'x"y' } }),
    );
    const files = await fixture.only('all');
    expect((await files?.list('/'))?.filter((name) => !name.startsWith('..'))).toEqual(['a', 'b', 'bin', 'cpu', 'labels', 'tokens']);
    expect(await text(files, '/a')).toBe('hunter2');
    expect(await text(files, '/labels')).toBe('app="web"\ntier="x\\"y"');
    expect(await text(files, '/cpu')).toBe('8000');
    expect((await files?.stat('/cpu'))?.mode).toBe(0o600);
    expect(await text(files, '/tokens/vault')).toBe('web-token1-vault');
    expect((await files?.stat('/tokens/vault'))?.mode).toBe(0o444);
  });
});
