import { realClock } from '@kubernats/clock';
import { createMemoryFiles, type Files, Quota } from '@kubernats/files';
import { beforeEach, describe, expect, it } from 'vitest';
import { VolumeSpaces } from './mounts/volume-spaces.ts';
import { createNodeVolumes, type MountRequest, type NodeVolumes } from './node-volumes.ts';
import { BackendError, type NodeSide, type StorageBackend, type VolumeRef } from './port.ts';

const bytes = (count: number): Uint8Array => new Uint8Array(count);

let calls: string[];
let failing: string | undefined;
let storage: Files;
let disks: Map<string, Files>;
let spaces: VolumeSpaces;

const step = async (call: string): Promise<void> => {
  calls.push(call);
  if (call === failing) throw new BackendError(`cannot ${call}`);
};

/** Mounts folders of its storage, and notes in the mount's own folder that it did. */
const backend = {
  name: 'test',
  traits: { onNode: false },
  async mount({ handle, attributes: { at = handle } }: VolumeRef, side: NodeSide) {
    await (await side.folder()).write('/note', bytes(1));
    await step(`mount ${handle} ${side.name}`);
    await side.storage.mkdir(`/${at}`, { recursive: true });
    return side.storage.scope(`/${at}`);
  },
  unmount: ({ handle }: VolumeRef, side: NodeSide) => step(`unmount ${handle} ${side.name}`),
} as StorageBackend;

beforeEach(() => {
  [calls, failing, disks, spaces] = [[], undefined, new Map(), new VolumeSpaces()];
  storage = createMemoryFiles(realClock);
});

/** A kubelet's; a second one for the same node is the next process. */
function node(name: string): NodeVolumes {
  const disk = disks.get(name) ?? createMemoryFiles(realClock);
  disks.set(name, disk);
  const path = async (): Promise<Files> => disk;
  return createNodeVolumes({
    node: name,
    clock: realClock,
    storage,
    disk,
    path,
    spaces,
    backend: (of) => (of === 'test' ? backend : undefined),
  });
}

const request = (pod: string, more: Partial<MountRequest> = {}): MountRequest => ({
  backend,
  volume: { handle: 'v', attributes: {} },
  capacityBytes: 10,
  readOnly: false,
  pod,
  ...more,
});

describe('a volume of a node', () => {
  it('is mounted once for all of its Pods, also when they come at once, and unmounted after the last', async () => {
    const volumes = node('node1');
    const [first] = await Promise.all([volumes.mount(request('p1')), volumes.mount(request('p2'))]);
    await first?.write('/x', bytes(1));
    expect(volumes.mounted()).toEqual([{ backend: 'test', handle: 'v', pods: ['p1', 'p2'] }]);
    await volumes.release('p1');
    await volumes.release('p1');
    expect(calls).toEqual(['mount v node1']);
    await volumes.release('p2');
    expect(calls).toEqual(['mount v node1', 'unmount v node1']);
    expect(volumes.mounted()).toEqual([]);
    expect(await disks.get('node1')?.list('/var/lib/kubelet/plugins/kubernats.dev/test')).toEqual([]);
    const again = await volumes.mount(request('p3'));
    expect(await again.list('/')).toEqual(['x']);
  });

  it('has one border for all who write to it, on every node of the process', async () => {
    const [one, two] = [node('node1'), node('node2')];
    const mounts = [await one.mount(request('p1')), await one.mount(request('p2')), await two.mount(request('p3'))];
    await mounts[0]?.write('/a', bytes(4));
    await mounts[1]?.write('/b', bytes(4));
    await expect(mounts[2]?.write('/c', bytes(3))).rejects.toMatchObject({ code: 'ENOSPC' });
    await mounts[2]?.write('/c', bytes(2));
    for (const mount of mounts) await expect(mount.append('/a', bytes(1))).rejects.toMatchObject({ code: 'ENOSPC' });
    two.grow('test', { handle: 'v', attributes: {} }, 11);
    await mounts[0]?.append('/a', bytes(1));
    await expect(mounts[0]?.append('/a', bytes(1))).rejects.toMatchObject({ code: 'ENOSPC' });
  });

  it('is another one when it says something else beside the same handle', async () => {
    const volumes = node('node1');
    const of = (pod: string, attributes: Record<string, string>): Promise<Files> =>
      volumes.mount(request(pod, { volume: { handle: 'v', attributes } }));
    const [first, second] = [await of('p1', { at: 'a', b: 'b' }), await of('p2', { at: 'c', b: 'b' })];
    await of('p3', { b: 'b', at: 'a' });
    await first.write('/x', bytes(9));
    await second.write('/y', bytes(9));
    expect([await first.list('/'), await second.list('/')]).toEqual([['x'], ['y']]);
    expect(calls).toEqual(['mount v node1', 'mount v node1']);
    volumes.grow('test', { handle: 'v', attributes: {} }, 20);
    await first.append('/x', bytes(10));
    await second.append('/y', bytes(10));
    for (const pod of ['p1', 'p2', 'p3']) await volumes.release(pod);
    expect(calls.slice(2)).toEqual(['unmount v node1', 'unmount v node1']);
    expect(await disks.get('node1')?.list('/var/lib/kubelet/plugins/kubernats.dev/test')).toEqual([]);
  });

  it('is read only for those who ask for that', async () => {
    const volumes = node('node1');
    const [reader, writer] = [await volumes.mount(request('p1', { readOnly: true })), await volumes.mount(request('p2'))];
    await writer.write('/x', bytes(1));
    await expect(reader.write('/x', bytes(1))).rejects.toMatchObject({ code: 'EROFS' });
    expect(await reader.list('/')).toEqual(['x']);
    const unbounded = await volumes.mount(request('p3', { capacityBytes: undefined, readOnly: true }));
    await expect(unbounded.write('/x', bytes(1))).rejects.toMatchObject({ code: 'EROFS' });
  });

  it('stays where it is when it cannot be unmounted, and goes at the next attempt', async () => {
    const volumes = node('node1');
    await volumes.mount(request('p1'));
    failing = 'unmount v node1';
    await expect(volumes.release('p1')).rejects.toThrow('cannot unmount v node1');
    expect(volumes.mounted()).toHaveLength(1);
    failing = undefined;
    await volumes.release('p1');
    expect(volumes.mounted()).toEqual([]);
  });

  it('of one Pod that fails does not keep the others', async () => {
    const volumes = node('node1');
    await volumes.mount(request('p1'));
    await volumes.mount(request('p1', { volume: { handle: 'w', attributes: {} } }));
    failing = 'unmount v node1';
    await expect(volumes.release('p1')).rejects.toThrow('cannot unmount v node1');
    expect(volumes.mounted().map(({ handle }) => handle)).toEqual(['v']);
  });
});

describe('R2: what was begun', () => {
  it('and failed is undone with its Pod', async () => {
    const volumes = node('node1');
    failing = 'mount v node1';
    await expect(volumes.mount(request('p1'))).rejects.toThrow('cannot mount v node1');
    expect(volumes.mounted()).toEqual([]);
    await volumes.release('p1');
    expect(calls).toEqual(['mount v node1', 'unmount v node1']);
  });

  it('is written down before it begins, also where the node has had no room for that at first', async () => {
    const disk = createMemoryFiles(realClock);
    let roomBytes = 10;
    disks.set('node1', disk.scope('/', { quotaBytes: new Quota(() => roomBytes) }));
    const volumes = node('node1');
    for (let attempt = 0; attempt < 2; attempt++) await expect(volumes.mount(request('p1'))).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(calls).toEqual([]);
    roomBytes = 1000;
    await volumes.mount(request('p1'));
    await node('node1').release('p1');
    expect(calls).toEqual(['mount v node1', 'unmount v node1']);
  });

  it('by a process that died is mounted again, or undone when its Pod went meanwhile', async () => {
    await node('node1').mount(request('p1'));
    await node('node1').mount(request('p2', { volume: { handle: 'w', attributes: { a: 'b' } } }));
    const next = node('node1');
    await next.mount(request('p1'));
    await next.release('p2');
    await next.release('p1');
    expect(calls.slice(2)).toEqual(['mount v node1', 'unmount w node1', 'unmount v node1']);
    expect(await disks.get('node1')?.list('/var/lib/kubelet/plugins/kubernats.dev/test')).toEqual([]);
  });

  it('is not believed when it makes no sense', async () => {
    const disk = createMemoryFiles(realClock);
    disks.set('node1', disk);
    for (const [name, text] of [
      ['a', '{'],
      ['b', 'null'],
      ['c', '{"backend":"test","volume":{"handle":1},"pods":["p1"]}'],
      ['d', '[]'],
    ]) {
      await disk.mkdir(`/var/lib/kubelet/plugins/kubernats.dev/test/${name}`, { recursive: true });
      await disk.write(`/var/lib/kubelet/plugins/kubernats.dev/test/${name}/vol_data.json`, new TextEncoder().encode(text));
    }
    const volumes = node('node1');
    await volumes.release('p1');
    await volumes.mount(request('p1'));
    expect(calls).toEqual(['mount v node1']);
  });
});
