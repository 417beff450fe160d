import type { CoreEvent, CSINode, Node, PodSpec } from '@kubernats/api';
import { askNodeDisk, createBackends } from '@kubernats/volumes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PoolFixture } from './pool.fixture.ts';
import { attach, driverOf, putClaim } from './storage.fixture.ts';

let pool: PoolFixture;
beforeEach(() => {
  pool = new PoolFixture();
});
afterEach(() => pool[Symbol.asyncDispose]());

const UNIQUE = 'kubernetes.io/csi/disk.example.com^disk-1';
const uses = (claimName = 'data'): Partial<PodSpec> => ({
  restartPolicy: 'Always',
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
});
const inUse = (node = 'node1'): string[] | undefined => pool.node(node)?.status?.volumesInUse;
const statusWrites = (): number => pool.api.requests.filter((request) => request === 'patch nodes/status node1').length;
const waits = (name: string): boolean => pool.pod(name)?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'ContainerCreating';
const nodes = (...names: string[]) => names.map((name) => ({ name }));

describe('a Pod with a disk', () => {
  it('V5: waits in ContainerCreating until the disk is attached, and gives it back before it is gone', async () => {
    await pool.start(nodes('node1'));
    putClaim(pool.api, { driver: 'disk.example.com' });
    pool.bind('web', 'node1', { spec: uses() });
    await pool.until(() => inUse()?.includes(UNIQUE));
    await pool.until(() => waits('web'));
    expect(pool.outside.calls).toEqual([]);
    attach(pool.api, 'node1');
    await pool.until(() => pool.isReady('web'));
    pool.outside.failure = 'the disk is busy';
    pool.api.deletePod('web', 1);
    await pool.clock.advance(1_000);
    await pool.until(() => pool.outside.calls.length > 1);
    expect(pool.pod('web')).toBeDefined();
    pool.outside.failure = undefined;
    await pool.clock.advance(1_000);
    await pool.until(() => !pool.pod('web'));
    expect([...new Set(pool.outside.calls)]).toEqual(['mount node1 disk-1', 'unmount node1 disk-1']);
    await pool.until(() => inUse() === undefined);
  });

  it('V5: gives it back when it has ended, and not only when it is deleted', async () => {
    await pool.start(nodes('node1'));
    putClaim(pool.api);
    pool.bind('job', 'node1', { spec: { ...uses(), restartPolicy: 'Never', activeDeadlineSeconds: 5 } });
    await pool.until(() => pool.isReady('job'));
    await pool.clock.advance(5_000);
    await pool.until(() => pool.pod('job')?.status?.phase === 'Failed' && pool.outside.calls.length === 2);
    expect(pool.outside.calls).toEqual(['mount node1 disk-1', 'unmount node1 disk-1']);
  });

  it('R2: many that come together are told of in few writes, and one more of a disk that is in use in none', async () => {
    await pool.start(nodes('node1'));
    for (let i = 0; i < 40; i++) putClaim(pool.api, { claim: `c${i}`, driver: 'disk.example.com', handle: `disk-${i}` });
    const before = statusWrites();
    for (let i = 0; i < 40; i++) pool.bind(`web-${i}`, 'node1', { spec: uses(`c${i}`) });
    await pool.until(() => inUse()?.length === 40);
    expect(statusWrites() - before).toBeLessThan(10);
    attachAll(40);
    await pool.until(() => Array.from({ length: 40 }, (_, i) => `web-${i}`).every((name) => pool.isReady(name)));
    // What else was to be told of the node is told by now.
    await pool.clock.advance(10_000);
    const known = statusWrites();
    pool.bind('another', 'node1', { spec: uses('c7') });
    await pool.until(() => pool.isReady('another'));
    expect(statusWrites()).toBe(known);
  });

  it.each(['live', 'status'] as const)('R2: on a node of fidelity %s, is there again after the power was cut', async (fidelity) => {
    const { kubelet } = await pool.start(nodes('node1'), { fidelity });
    putClaim(pool.api, { driver: 'disk.example.com' });
    attach(pool.api, 'node1');
    pool.bind('web', 'node1', { spec: uses() });
    await pool.until(() => pool.isReady('web'));
    const known = statusWrites();
    await kubelet.node('node1')?.stop();
    expect(statusWrites()).toBe(known);
    expect(inUse()).toEqual([UNIQUE]);
    const restarts = pool.pod('web')?.status?.containerStatuses?.[0]?.restartCount ?? 0;
    await kubelet.node('node1')?.start();
    await pool.until(() => (pool.pod('web')?.status?.containerStatuses?.[0]?.restartCount ?? 0) > restarts && pool.isReady('web'));
    await pool.until(() => inUse()?.includes(UNIQUE));
    expect(pool.outside.calls).toEqual(fidelity === 'live' ? ['mount node1 disk-1', 'mount node1 disk-1'] : []);
  });

  it('R2: that went while the kubelet was dead: what it had mounted is unmounted, and said to be free', async () => {
    const first = await pool.start(nodes('node1'));
    putClaim(pool.api, { driver: 'disk.example.com' });
    attach(pool.api, 'node1');
    pool.bind('web', 'node1', { spec: uses() });
    await pool.until(() => pool.isReady('web'));
    await first.kill();
    pool.api.deletePod('web', 0);
    await pool.start(nodes('node1'));
    await pool.until(() => pool.outside.calls.at(-1) === 'unmount node1 disk-1');
    await pool.until(() => inUse() === undefined);
  });

  it('R2: that ended while the kubelet was dead is gone only after what it had mounted is unmounted', async () => {
    const first = await pool.start(nodes('node1'));
    putClaim(pool.api);
    pool.bind('web', 'node1', { spec: uses() });
    await pool.until(() => pool.isReady('web'));
    await first.kill();
    pool.api.deletePod('web', 1);
    await pool.start(nodes('node1'));
    await pool.until(() => !pool.pod('web'));
    expect(pool.outside.calls).toEqual(['mount node1 disk-1', 'unmount node1 disk-1']);
  });

  it('V5: tells that a source of old is simulated', async () => {
    await pool.start(nodes('node1'));
    attach(pool.api, 'node1', 'ebs.csi.aws.com', 'vol-1');
    pool.bind('web', 'node1', { spec: { volumes: [{ name: 'data', awsElasticBlockStore: { volumeID: 'vol-1' } }] } });
    await pool.until(() => pool.isReady('web'));
    const said = () => pool.api.list<CoreEvent>('events').map(({ type, reason, message }) => `${type} ${reason} ${message}`);
    await pool.until(() =>
      said().includes('Normal StorageSimulated volume "data": awsElasticBlockStore is simulated by the storage back end "block"'),
    );
  });
});

describe('what a node says of its drivers', () => {
  const OWN = ['block.kubernats.dev', 'local.kubernats.dev', 'shared.kubernats.dev'];
  const csiNode = (): CSINode | undefined => pool.api.get<CSINode>('csinodes', 'node1');
  const named = (): string[] | undefined => csiNode()?.spec.drivers.map(({ name }) => name);

  it('V5: those of its back ends, and those that somebody installs; what somebody limits stays', async () => {
    const first = await pool.start(nodes('node1'));
    expect(csiNode()?.metadata?.ownerReferences).toMatchObject([{ kind: 'Node', name: 'node1', uid: pool.node('node1')?.metadata?.uid }]);
    expect(csiNode()?.spec.drivers).toEqual([
      { name: 'block.kubernats.dev', nodeID: 'node1' },
      { name: 'local.kubernats.dev', nodeID: 'node1', topologyKeys: ['kubernetes.io/hostname'] },
      { name: 'shared.kubernats.dev', nodeID: 'node1' },
    ]);
    pool.api.put('csidrivers', driverOf('disk.example.com'));
    await pool.until(() => named()?.length === 4);
    expect(named()).toEqual([...OWN, 'disk.example.com']);
    const annotation = (node?: Node) => node?.metadata?.annotations?.['csi.volume.kubernetes.io/nodeid'];
    await pool.until(() => annotation(pool.node('node1'))?.includes('"disk.example.com":"node1"'));
    const limited = csiNode()?.spec.drivers.map((driver) => ({ ...driver, allocatable: { count: 2 } }));
    pool.api.put('csinodes', { ...csiNode(), ...{ spec: { drivers: limited } } });
    await first.kill();
    await pool.start(nodes('node1'));
    expect(csiNode()?.spec.drivers).toEqual(limited);
  });

  it('none where there are none', async () => {
    const without = new PoolFixture();
    Object.assign(without.outside, { backends: createBackends([]) });
    await using _end = without;
    await without.start(nodes('node1'));
    expect(without.api.get<CSINode>('csinodes', 'node1')?.spec).toEqual({ drivers: [] });
  });
});

describe('volumes on the disk of a node', () => {
  it('V5: are made and removed for who asks over the bus, while the node is on', async () => {
    const { kubelet } = await pool.start(nodes('node1', 'node2'));
    const disk = askNodeDisk(pool.otherBus, 'default', 'node1');
    const path = await disk.make('pvc/1');
    expect(pool.disk('node1').lookup(path)).toMatchObject({ kind: 'directory' });
    await pool.disk('node1').write(`${path}/x`, new Uint8Array(1));
    expect(await disk.make('pvc/1')).toBe(path);
    expect(pool.disk('node1').lookup(`${path}/x`)).toMatchObject({ kind: 'file' });
    await kubelet.node('node1')?.stop();
    await expect(disk.remove('pvc/1')).rejects.toThrow('node "node1" is switched off');
    await kubelet.node('node1')?.start();
    await disk.remove('pvc/1');
    expect(pool.disk('node1').lookup(path)).toBeUndefined();
  });

  it('cannot be made where there is no disk', async () => {
    await pool.start(nodes('node1'), { fidelity: 'status' });
    await expect(askNodeDisk(pool.otherBus, 'default', 'node1').make('pvc-1')).rejects.toThrow('node "node1" has no disk');
  });
});

function attachAll(count: number): void {
  const attached: NonNullable<Node['status']>['volumesAttached'] = [];
  for (let i = 0; i < count; i++) {
    attach(pool.api, 'node1', 'disk.example.com', `disk-${i}`);
    attached.push(...(pool.node('node1')?.status?.volumesAttached ?? []));
  }
  const node = pool.node('node1');
  pool.api.put('nodes', { ...node, status: { ...node?.status, volumesAttached: attached } } as Node);
}
