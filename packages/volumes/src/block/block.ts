import { honouredParameters, withoutEffect } from '../parameters.ts';
import { BackendError, type StorageBackend, type VolumeRef } from '../port.ts';
import { Disk } from './attachment.ts';
import { diskType, sizeOf } from './disk-types.ts';
import { BLOCK_DRIVERS, BLOCK_PARAMETERS, TYPE_PARAMETERS } from './drivers.ts';
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
    const honoured = honouredParameters('block', parameters, BLOCK_PARAMETERS);
    const typeName = TYPE_PARAMETERS.map((parameter) => honoured.get(parameter)).find((value) => value !== undefined);
    const { createMs } = performanceOf((key) => honoured.get(key), typeName);
    const type = diskType(typeName ?? '');
    const size = type ? sizeOf(typeName ?? '', type, capacityBytes) : capacityBytes;
    const disk = new Disk(storage, { handle: name, driver });
    if (createMs > 0 && !disk.isThere()) await clock.sleep(createMs);
    await disk.make();
    const attributes = Object.fromEntries([...honoured].filter(([key]) => PERFORMANCE_PARAMETERS.includes(key)));
    const made = { handle: name, driver, attributes: { ...attributes, ...(typeName && { type: typeName }), [MADE]: 'true' } };
    return { ...made, capacityBytes: size };
  },
  async delete(volume, { storage }) {
    const disk = new Disk(storage, volume);
    const node = await disk.attachedTo();
    if (node !== undefined) throw new BackendError(`disk "${volume.handle}" is still attached to node "${node}"`);
    await disk.remove();
  },
  async expand({ attributes: { type: typeName = '' } }, capacityBytes) {
    const type = diskType(typeName);
    // Says when that is too much.
    if (type) sizeOf(typeName, type, capacityBytes);
    return { onNode: true };
  },
  async attach(volume, node, { storage, clock }) {
    const disk = new Disk(storage, volume);
    const { attachMs } = timesOf(volume);
    if (!disk.isThere() && volume.attributes[MADE] === 'true') throw new BackendError(`disk "${volume.handle}" does not exist`);
    await disk.make();
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
    const { detachMs } = timesOf(volume);
    if (detachMs > 0) await clock.sleep(detachMs);
    if (await disk.isAttachedTo(node)) await disk.detach(node);
  },
  async mount(volume, { name, storage, clock }) {
    const disk = new Disk(storage, volume);
    const isMine = (): Promise<boolean> => disk.isAttachedTo(name);
    if (!(await isMine())) throw new BackendError(`disk "${volume.handle}" is not attached to node "${name}"`, isMine);
    const { latencyMs } = timesOf(volume);
    const files = disk.open(name);
    return latencyMs > 0 ? slowFiles(files, clock, latencyMs) : files;
  },
  async unmount() {},
};

const timesOf = ({ attributes }: VolumeRef): Performance => performanceOf((name) => attributes[name], attributes.type);

/** Whether the node has the disk. Throws `BackendError` when another one has. */
async function isHad(disk: Disk, { handle }: VolumeRef, node: string): Promise<boolean> {
  if (await disk.isAttachedTo(node)) return true;
  const other = await disk.attachedTo();
  if (other !== undefined) throw new BackendError(`disk "${handle}" is already attached to node "${other}"`);
  return false;
}
