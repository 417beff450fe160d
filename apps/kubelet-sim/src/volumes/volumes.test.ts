import { createClient } from '@kubernats/client';
import { realClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { describe, expect, it } from 'vitest';
import { FakeApi } from '../../test/fake-api.ts';
import { apiSources } from '../env/sources.ts';
import { container, podOf } from '../pod/pod.fixture.ts';
import { openHostPath } from './host-path.ts';
import { writePayload } from './payload.ts';
import { mountsOf, setUpVolumes } from './pod-volumes.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = async (files: Files, path: string): Promise<string> => new TextDecoder().decode(await files.read(path));

function surroundings() {
  const api = new FakeApi(realClock);
  const client = createClient(api);
  const node = createMemoryFiles(realClock);
  const place = { podIp: '10.244.0.5', hostIp: '10.0.0.1', nodeName: 'node1', allocatable: {} };
  return {
    api,
    node,
    context: { node, nodeName: 'node1', shared: createMemoryFiles(realClock), client, sources: apiSources(client), place },
  };
}

describe('V2: hostPath', () => {
  it.each([
    ['', '/none', 'hostPath "/none" does not exist on node "node1": create it there, or use type: DirectoryOrCreate'],
    ['', '/dir', undefined],
    ['', '/file', undefined],
    ['DirectoryOrCreate', '/made/here', undefined],
    ['DirectoryOrCreate', '/file', 'hostPath type check failed: /file is not a directory'],
    ['Directory', '/dir', undefined],
    ['Directory', '/none', 'hostPath type check failed: /none is not a directory'],
    ['FileOrCreate', '/made/file', undefined],
    ['FileOrCreate', '/dir', 'hostPath type check failed: /dir is not a file'],
    ['File', '/file', undefined],
    ['File', '/none', 'hostPath type check failed: /none is not a file'],
    ['Socket', '/file', 'hostPath type check failed: /file is not a socket file'],
  ])('type %j at %s', async (type, path, refusal) => {
    const { node } = surroundings();
    await node.mkdir('/dir');
    await node.write('/file', bytes('x'));
    const opening = openHostPath(node, 'node1', path, type);
    if (refusal) await expect(opening).rejects.toThrow(refusal);
    else expect((await (await opening).stat('/'))?.kind).toBe((await node.stat(path))?.kind);
  });
});

describe('volumes of a Pod', () => {
  it('V3: a claim leads to the volume that it is bound to, once it is', async () => {
    const { api, node, context } = surroundings();
    const pod = podOf({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'claim' } }] });
    const failure = 'MountVolume.SetUp failed for volume "data" : persistentvolumeclaim "claim"';
    await expect(setUpVolumes(pod, context)).rejects.toThrow(`${failure} not found`);
    const claim = { metadata: { name: 'claim', namespace: 'default' }, spec: { volumeName: 'pv1' }, status: { phase: 'Pending' } };
    api.put('persistentvolumeclaims', claim);
    await expect(setUpVolumes(pod, context)).rejects.toThrow(`${failure} is not bound`);
    api.put('persistentvolumeclaims', { ...claim, status: { phase: 'Bound' } } as typeof claim);
    const volume = { metadata: { name: 'pv1' }, spec: { hostPath: { path: '/srv/pv1' } } };
    api.put('persistentvolumes', volume);
    await (await setUpVolumes(pod, context)).get('data')?.write('/x', bytes('kept'));
    expect(await text(node, '/srv/pv1/x')).toBe('kept');
  });

  it('a network share is the same on every node', async () => {
    const { api, context } = surroundings();
    api.put('persistentvolumeclaims', {
      metadata: { name: 'c', namespace: 'default' },
      spec: { volumeName: 'pv' },
      status: { phase: 'Bound' },
    } as object);
    api.put('persistentvolumes', { metadata: { name: 'pv' }, spec: { nfs: { server: 'nas', path: '/exports' } } } as object);
    const pod = podOf({ volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'c' } }] });
    await (await setUpVolumes(pod, context)).get('data')?.write('/x', bytes('shared'));
    const elsewhere = { ...context, node: createMemoryFiles(realClock) };
    const folder = (await setUpVolumes(pod, elsewhere)).get('data');
    expect(folder && (await text(folder, '/x'))).toBe('shared');
  });

  it('says which kinds it cannot mount', async () => {
    const { context } = surroundings();
    const pod = podOf({ volumes: [{ name: 'old', flocker: {} }] });
    await expect(setUpVolumes(pod, context)).rejects.toThrow(
      'MountVolume.SetUp failed for volume "old" : volumes of kind flocker are not supported',
    );
  });

  it('a subPath that tries to leave its volume is refused, a link that does stays inside', async () => {
    const { context, node } = surroundings();
    const volumes = await setUpVolumes(podOf({ volumes: [{ name: 'data', emptyDir: {} }] }), context);
    const mount = (subPath: string) =>
      mountsOf(container('main', { volumeMounts: [{ name: 'data', mountPath: '/data', subPath }] }), volumes, {});
    await expect(mount('../../etc')).rejects.toThrow('leads out of the volume');
    await volumes.get('data')?.symlink('/../../../../..', '/out');
    const [inside] = await mount('out');
    await inside?.files.write('/x', bytes('inside'));
    expect(await node.stat('/x')).toBeUndefined();
    const data = volumes.get('data');
    expect(data && (await text(data, '/x'))).toBe('inside');
  });
});

describe('files of a ConfigMap', () => {
  it('change as one: through ..data, as programs expect', async () => {
    const files = createMemoryFiles(realClock);
    const payload = (entries: Record<string, string>) =>
      new Map(Object.entries(entries).map(([path, data]) => [path, { data: bytes(data), mode: 0o644 }]));
    await writePayload(files, payload({ a: '1', 'sub/b': '1' }), 'v1');
    await writePayload(files, payload({ a: '2', c: '2' }), 'v2');
    expect(await files.list('/')).toEqual(['..data', '..v2', 'a', 'c']);
    expect(await files.readlink('/a')).toBe('..data/a');
    expect(await text(files, '/a')).toBe('2');
  });
});
