import { SteppedClock } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import { beforeEach, expect, it } from 'vitest';
import type { ControllerSide, CreatedVolume, NodeSide } from '../port.ts';
import { blockBackend } from './block.ts';

const GIB = 1024 ** 3;

let clock: SteppedClock;
let side: ControllerSide;
beforeEach(() => {
  clock = new SteppedClock();
  side = { storage: createMemoryFiles(clock), clock, node: unused };
});

const unused = (): never => {
  throw new Error('a disk lies on no node');
};

const create = (parameters: Record<string, string>, capacityBytes = GIB): Promise<CreatedVolume> =>
  blockBackend.create({ name: 'pvc-1', capacityBytes, parameters, node: undefined }, side);

it.each([
  [{}, 100, 100],
  [{ type: 'gp3' }, 100, GIB],
  [{ type: 'GP3', fsType: 'ext4' }, GIB + 1, 2 * GIB],
  [{ skuName: 'Premium_LRS' }, GIB, GIB],
  [{ type: 'st1' }, GIB, 125 * GIB],
  [{ type: 'a cloud of its own' }, 100, 100],
])('with %j, a disk for %d bytes holds %d', async (parameters, asked, holds) =>
  expect((await create(parameters, asked)).capacityBytes).toBe(holds),
);

it.each([
  [{ type: 'standard' }, 2000 * GIB, 'disks of type "standard" hold at most 1024Gi, not 2000Gi'],
  [{ latency: 'soon' }, GIB, 'parameter "latency": "soon" is no duration'],
  [{ realistic: 'true' }, GIB, 'parameter "realistic": the type must be one of gp2'],
  [{ realistic: 'yes' }, GIB, 'parameter "realistic": "yes" is none of false, true'],
])('refuses %j for %d bytes', async (parameters, asked, message) =>
  expect(create(parameters as Record<string, string>, asked)).rejects.toThrow(message),
);

it('tells what does nothing here: what only real clouds have, and types that only they know', () => {
  expect(blockBackend.parametersWithoutEffect?.({ type: 'gp3', iops: '3000', latency: '1ms' })).toEqual(['iops']);
  expect(blockBackend.parametersWithoutEffect?.({ type: 'fast', encrypted: 'true' })).toEqual(['type', 'encrypted']);
});

it('a disk that was made and is gone does not come back empty; one that an administrator names is there at once', async () => {
  const volume = await create({});
  await blockBackend.delete(volume, side);
  await expect(blockBackend.attach(volume, 'node1', side)).rejects.toThrow('disk "pvc-1" does not exist');
  await blockBackend.attach({ handle: 'vol-1', attributes: {} }, 'node1', side);
  await expect(blockBackend.delete({ handle: 'vol-1', attributes: {} }, side)).rejects.toThrow(
    'disk "vol-1" is still attached to node "node1"',
  );
});

const nodeSide = (): NodeSide => ({ ...side, name: 'node1', path: unused, folder: unused });

it('V6: a disk that is changed is slower from the next second on, also where it is mounted, and stays so', async () => {
  const volume = await create({ type: 'gp3' });
  await blockBackend.attach(volume, 'node1', side);
  const files = await blockBackend.mount(volume, nodeSide());
  await files.write('/x', new Uint8Array(1));
  await blockBackend.modify?.(volume, { latency: '50ms', iops: '4000' }, side);
  await blockBackend.modify?.(volume, { skuName: 'io2' }, side);
  await clock.advance(1_000);
  await files.read('/x');
  await clock.advance(0);
  let isRead = false;
  const reading = files.read('/x').then(() => {
    isRead = true;
  });
  await clock.advance(49);
  expect(isRead).toBe(false);
  await clock.advance(1);
  await reading;
  await blockBackend.detach(volume, 'node1', side);
  expect(JSON.parse(new TextDecoder().decode(await side.storage.read('/pvc-1/changes.json')))).toEqual({ latency: '50ms', type: 'io2' });
});

it.each([
  [{ latency: 'soon' }, 'parameter "latency": "soon" is no duration'],
  [{ createTime: '1s' }, 'unknown parameter "createTime"'],
  [{ realistic: 'true' }, 'parameter "realistic": the type must be one of gp2'],
])('V6: a disk cannot be changed to %j', async (parameters, message) => {
  const volume = await create({});
  await expect(blockBackend.modify?.(volume, parameters, side)).rejects.toThrow(message);
  expect(side.storage.lookup('/pvc-1/changes.json')).toBeUndefined();
});

it('V6: a disk that is gone is not made anew by changing it', async () => {
  const volume = await create({});
  await blockBackend.delete(volume, side);
  await expect(blockBackend.modify?.(volume, { latency: '1ms' }, side)).rejects.toThrow('disk "pvc-1" does not exist');
});

it('disks of two drivers are two disks, whatever they are called', async () => {
  const [own, other] = [await create({}), { handle: 'pvc-1', driver: 'ebs.csi.aws.com', attributes: {} }];
  for (const disk of [own, other]) await blockBackend.attach(disk, 'node1', side);
  await (await blockBackend.mount(own, nodeSide())).write('/secret', new Uint8Array(1));
  expect(await (await blockBackend.mount(other, nodeSide())).list('/')).toEqual([]);
  await blockBackend.detach(other, 'node1', side);
  await blockBackend.delete(other, side);
  expect(await (await blockBackend.mount(own, nodeSide())).list('/')).toEqual(['secret']);
  const made = await blockBackend.create(
    { name: 'pvc-1', driver: 'ebs.csi.aws.com', capacityBytes: 1, parameters: {}, node: undefined },
    side,
  );
  await blockBackend.attach(made, 'node2', side);
});
