import type { Files } from '@kubernats/files';
import { honouredParameters, withoutEffect } from '../parameters.ts';
import { BackendError, type StorageBackend, type VolumeRef } from '../port.ts';
import { Disk } from './attachment.ts';
import { diskType, sizeOf } from './disk-types.ts';
import { BLOCK_DRIVERS, BLOCK_PARAMETERS, CHANGEABLE_PARAMETERS, TYPE_PARAMETERS } from './drivers.ts';
import { latencyOf } from './latency.ts';
import { PERFORMANCE_PARAMETERS, type Performance, performanceOf } from './performance.ts';
import { slowFiles } from './slow-files.ts';

/** Among the attributes: the disk was made for a claim. Another one is an administrator's, who cannot make one beforehand: it is made when it is attached. */
const MADE = 'kubernats.dev/made';

/**
 * A cloud's disk: attached to one node at a time, which alone can mount it. How long everything takes is said by its class (docs/volumes.md).
 * Source: Kubernetes, "Volumes", "awsElasticBlockStore" and others; the Container Storage Interface, ControllerPublishVolume.
 */
export const blockBackend: StorageBackend = {
  name: 'block',
  drivers: BLOCK_DRIVERS,
  traits: { attach: true, onNode: false, accessModes: ['ReadWriteOnce', 'ReadWriteOncePod'], expansion: 'online' },
  parametersWithoutEffect(parameters) {
    const honoured = honouredParameters('block', parameters, BLOCK_PARAMETERS);
    const types = TYPE_PARAMETERS.filter((name) => honoured.has(name) && !diskType(honoured.get(name) ?? ''));
    return [...types, ...withoutEffect(parameters, BLOCK_PARAMETERS)];
  },

  async create({ name, driver, capacityBytes, parameters }, { storage, clock }) {
    const attributes = attributesOf(honouredParameters('block', parameters, BLOCK_PARAMETERS));
    const { createMs } = performanceOf((key) => attributes[key], attributes.type);
    const type = diskType(attributes.type ?? '');
    const size = type ? sizeOf(attributes.type ?? '', type, capacityBytes) : capacityBytes;
    const disk = new Disk(storage, { handle: name, driver });
    if (createMs > 0 && !disk.isThere()) await clock.sleep(createMs);
    await disk.make();
    return { handle: name, driver, attributes: { ...attributes, [MADE]: 'true' }, capacityBytes: size };
  },
  async delete(volume, { storage }) {
    const disk = new Disk(storage, volume);
    const node = await disk.attachedTo();
    if (node !== undefined) throw new BackendError(`disk "${volume.handle}" is still attached to node "${node}"`);
    await disk.remove();
  },
  async expand(volume, capacityBytes, { storage }) {
    const { type: typeName = '' } = await attributesNow(new Disk(storage, volume), volume);
    const type = diskType(typeName);
    // Says when that is too much.
    if (type) sizeOf(typeName, type, capacityBytes);
    return { onNode: true };
  },
  async modify(volume, parameters, { storage }) {
    const disk = await existing(storage, volume);
    const changed = { ...(await disk.changes()), ...attributesOf(honouredParameters('block', parameters, CHANGEABLE_PARAMETERS)) };
    const attributes: VolumeRef['attributes'] = { ...volume.attributes, ...changed };
    // Says what is wrong with them.
    performanceOf((name) => attributes[name], attributes.type);
    await disk.change(changed);
  },
  async attach(volume, node, { storage, clock }) {
    const disk = await existing(storage, volume);
    const { attachMs } = await timesOf(disk, volume);
    if (await isHad(disk, volume, node)) return;
    if (attachMs > 0) {
      await clock.sleep(attachMs);
      if (await isHad(disk, volume, node)) return;
    }
    await disk.attach(node);
  },
  async detach(volume, node, { storage, clock }) {
    const disk = new Disk(storage, volume);
    if (!(await disk.isAttachedTo(node))) return;
    const { detachMs } = await timesOf(disk, volume);
    if (detachMs > 0) await clock.sleep(detachMs);
    if (await disk.isAttachedTo(node)) await disk.detach(node);
  },
  async mount(volume, { name, storage, clock }) {
    const disk = new Disk(storage, volume);
    const isMine = (): Promise<boolean> => disk.isAttachedTo(name);
    if (!(await isMine())) throw new BackendError(`disk "${volume.handle}" is not attached to node "${name}"`, isMine);
    const times = (): Promise<Performance> => timesOf(disk, volume);
    return slowFiles(disk.open(name), clock, latencyOf(await times(), times, clock));
  },
  async unmount() {},
};

/** What a disk with these parameters is, as its attributes say it. */
function attributesOf(honoured: ReadonlyMap<string, string>): Record<string, string> {
  const type = TYPE_PARAMETERS.map((parameter) => honoured.get(parameter)).find((value) => value !== undefined);
  const performance = Object.fromEntries([...honoured].filter(([key]) => PERFORMANCE_PARAMETERS.includes(key)));
  return { ...performance, ...(type && { type }) };
}

const attributesNow = async (disk: Disk, { attributes }: VolumeRef): Promise<VolumeRef['attributes']> => ({
  ...attributes,
  ...(await disk.changes()),
});

async function timesOf(disk: Disk, volume: VolumeRef): Promise<Performance> {
  const attributes = await attributesNow(disk, volume);
  return performanceOf((name) => attributes[name], attributes.type);
}

/** Throws `BackendError` for one that was made, and is gone. */
async function existing(storage: Files, volume: VolumeRef): Promise<Disk> {
  const disk = new Disk(storage, volume);
  if (!disk.isThere() && volume.attributes[MADE] === 'true') throw new BackendError(`disk "${volume.handle}" does not exist`);
  await disk.make();
  return disk;
}

/** Whether the node has the disk. Throws `BackendError` when another one has. */
async function isHad(disk: Disk, { handle }: VolumeRef, node: string): Promise<boolean> {
  if (await disk.isAttachedTo(node)) return true;
  const other = await disk.attachedTo();
  if (other !== undefined) throw new BackendError(`disk "${handle}" is already attached to node "${other}"`);
  return false;
}
