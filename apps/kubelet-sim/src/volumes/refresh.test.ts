import type { Volume } from '@kubernats/api';
import { StatusError } from '@kubernats/errors';
import type { Files } from '@kubernats/files';
import { beforeEach, describe, expect, it } from 'vitest';
import { text, VolumesFixture } from '../../test/volumes.fixture.ts';
import { podOf } from '../pod/pod.fixture.ts';

let fixture: VolumesFixture;
beforeEach(() => {
  fixture = new VolumesFixture();
});

const HOUR_MS = 3600 * 1000;
const shows = async (files: Files | undefined, path: string, wanted: string | undefined): Promise<void> =>
  fixture.until(async () => {
    const kind = (await files?.stat(path))?.kind;
    return kind === 'file' ? (await text(files, path)) === wanted : kind === undefined && wanted === undefined;
  });

async function follow(...volumes: Volume[]): Promise<Files | undefined> {
  await fixture.setUp(podOf({ volumes }));
  return fixture.only(volumes[0]?.name ?? '');
}

describe('a volume follows', () => {
  it('a ConfigMap: keys change, come and go as one', async () => {
    fixture.put('configmaps', 'c', { a: '1', 'b.gone': '1' });
    const files = await follow({ name: 'v', configMap: { name: 'c' } });
    const before = await files?.readlink('/..data');
    fixture.put('configmaps', 'c', { a: '2', c: '2' });
    await shows(files, '/a', '2');
    expect((await files?.list('/'))?.filter((name) => !name.startsWith('..'))).toEqual(['a', 'c']);
    expect(await files?.readlink('/..data')).not.toBe(before);
    expect(await files?.stat(`/${before}`)).toBeUndefined();
  });

  it('a Secret, and nothing is written where nothing has changed', async () => {
    fixture.put('secrets', 's', { a: '1' });
    fixture.put('configmaps', 'c', { x: '1' });
    await fixture.setUp(
      podOf({
        volumes: [
          { name: 'v', secret: { secretName: 's' } },
          { name: 'w', configMap: { name: 'c' } },
        ],
      }),
    );
    const [secret, config] = [await fixture.only('v'), await fixture.only('w')];
    const version = await config?.readlink('/..data');
    fixture.put('secrets', 's', { a: '2' });
    await shows(secret, '/a', '2');
    expect(await config?.readlink('/..data')).toBe(version);
  });

  it('what is optional comes when it is there and goes when it is not', async () => {
    const files = await follow({ name: 'v', configMap: { name: 'late', optional: true } });
    expect(await files?.list('/')).toContain('..data');
    fixture.put('configmaps', 'late', { a: '1' });
    await shows(files, '/a', '1');
    fixture.api.remove('configmaps', 'late', 'default');
    await shows(files, '/a', undefined);
  });

  it('what must be there stays as it was when it goes, and that is said', async () => {
    fixture.put('configmaps', 'c', { a: '1' });
    const files = await follow({ name: 'v', configMap: { name: 'c' } });
    fixture.api.remove('configmaps', 'c', 'default');
    await fixture.until(() => fixture.failures.length > 0);
    expect(fixture.failures).toEqual(['MountVolume.SetUp failed for volume "v" : configmap "c" not found']);
    expect(await text(files, '/a')).toBe('1');
    fixture.put('configmaps', 'c', { a: '2' });
    await shows(files, '/a', '2');
  });

  it("the Pod's labels", async () => {
    const volume = { name: 'v', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } };
    const files = await follow(volume);
    expect(await text(files, '/labels')).toBe('');
    fixture.update(podOf({ volumes: [volume] }, { labels: { app: 'web' } }));
    await shows(files, '/labels', 'app="web"');
  });

  it('not what is immutable: nobody watches it', async () => {
    fixture.put('configmaps', 'c', { a: '1' }, { immutable: true });
    const files = await follow({ name: 'v', configMap: { name: 'c' } });
    expect(fixture.api.followers).toBe(0);
    expect(await text(files, '/a')).toBe('1');
  });

  it('not where it is mounted by subPath, before the container starts again', async () => {
    fixture.put('configmaps', 'c', { a: '1' });
    const whole = await follow({ name: 'v', configMap: { name: 'c' } });
    const one = await fixture.only('v', { subPath: 'a' });
    fixture.put('configmaps', 'c', { a: '2' });
    await shows(whole, '/a', '2');
    expect(await text(one, '/')).toBe('1');
    expect(await text(await fixture.only('v', { subPath: 'a' }), '/')).toBe('2');
  });

  it('a subPath of a key that is not there is an empty folder, and the key comes all the same', async () => {
    fixture.put('configmaps', 'c', { a: '1' });
    const whole = await follow({ name: 'v', configMap: { name: 'c' } });
    const folder = await fixture.only('v', { subPath: 'late' });
    expect(await folder?.list('/')).toEqual([]);
    fixture.put('configmaps', 'c', { a: '1', late: '2' });
    await shows(whole, '/late', '2');
  });
});

describe('what cannot be had yet', () => {
  it('is told when it is there', async () => {
    const pod = podOf({ volumes: [{ name: 'v', configMap: { name: 'c' } }] });
    await expect(fixture.setUp(pod)).rejects.toThrow('configmap "c" not found');
    expect(fixture.changes).toBe(0);
    fixture.put('configmaps', 'c', { a: '1' });
    expect(fixture.changes).toBe(1);
    await fixture.setUp(pod);
    expect(await text(await fixture.only('v'), '/a')).toBe('1');
  });

  it('an API server that says nothing holds the Pod up for a second, and the Pod hears of what it says then', async () => {
    const follow = fixture.api.follow.bind(fixture.api);
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    fixture.api.follow = async (...args) => opened.then(() => follow(...args));
    fixture.put('secrets', 's', { a: '1' });
    const pod = podOf({ volumes: [{ name: 'v', secret: { secretName: 's' } }] });
    const refused = expect(fixture.setUp(pod)).rejects.toThrow('failed to sync secret cache: timed out waiting for the condition');
    await fixture.until(() => fixture.clock.waiting > 0);
    await fixture.clock.advance(1000);
    await refused;
    open();
    await fixture.until(() => fixture.changes === 1);
    await fixture.setUp(pod);
    expect(await text(await fixture.only('v'), '/a')).toBe('1');
  });

  it('five hundred Pods that refer to one object watch it once, until the last has gone', async () => {
    fixture.put('configmaps', 'c', { a: '1' });
    const pods = Array.from({ length: 500 }, (_, i) => podOf({ volumes: [{ name: 'v', configMap: { name: 'c' } }] }, { uid: `u${i}` }));
    let told = 0;
    const releases = pods.map((pod) =>
      fixture.sources.follow(pod, () => {
        told += 1;
      }),
    );
    expect(fixture.api.followers).toBe(1);
    await fixture.sources.read('configmap', 'c', 'default');
    expect(told).toBe(0);
    fixture.put('configmaps', 'c', { a: '2' });
    expect(told).toBe(500);
    for (const release of releases) release();
    await fixture.until(() => fixture.api.followers === 0);
    expect(fixture.api.requests).toEqual([]);
    await expect(fixture.sources.read('configmap', 'c', 'default')).rejects.toThrow('object "default"/"c" not registered');
  });
});

describe('R1: the token of a Pod', () => {
  const token = (seconds: number, name = 'v'): Volume => ({
    name,
    projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: seconds } }] },
  });
  const asked = (): number => fixture.api.requests.filter((request) => request === 'create serviceaccounts/token default').length;

  it('is asked for once for all volumes, and replaced when a fifth of its time is left', async () => {
    await fixture.setUp(podOf({ volumes: [token(3600), token(3600, 'w')] }));
    const [files, other] = [await fixture.only('v'), await fixture.only('w')];
    expect(await text(files, '/token')).toBe('web-token1-api');
    await fixture.clock.advance(0.8 * HOUR_MS - 10_001);
    expect([asked(), await text(files, '/token')]).toEqual([1, 'web-token1-api']);
    await fixture.clock.advance(10_001);
    await shows(files, '/token', 'web-token2-api');
    await shows(other, '/token', 'web-token2-api');
    await fixture.clock.advance(0.8 * HOUR_MS);
    await shows(files, '/token', 'web-token3-api');
    expect(asked()).toBe(3);
  });

  it('is replaced after a day, however long it is good', async () => {
    const files = await follow(token(100 * 24 * 3600));
    await fixture.clock.advance(24 * HOUR_MS);
    await shows(files, '/token', 'web-token2-api');
  });

  it('stays when it cannot be replaced, as long as it is good', async () => {
    const files = await follow(token(3600));
    fixture.api.before = () => Promise.reject(new StatusError('ServiceUnavailable', 'down'));
    await fixture.clock.advance(0.8 * HOUR_MS);
    await fixture.until(() => asked() === 2);
    expect(await text(files, '/token')).toBe('web-token1-api');
    fixture.api.before = () => undefined;
    await fixture.until(() => fixture.clock.waiting > 0);
    await fixture.clock.advance(60_000);
    await shows(files, '/token', 'web-token2-api');
  });

  it('keeps the Pod waiting when there is none', async () => {
    fixture.api.before = () => Promise.reject(new StatusError('Forbidden', 'no'));
    await expect(follow(token(3600))).rejects.toThrow('MountVolume.SetUp failed for volume "v" : failed to fetch token: no');
  });

  it('nothing is asked for once the Pod is gone', async () => {
    await follow(token(3600));
    await fixture.volumes?.close();
    await fixture.clock.advance(10 * HOUR_MS);
    expect([asked(), fixture.clock.waiting]).toEqual([1, 0]);
  });
});
