import {
  CSINodes,
  type PersistentVolumeClaim,
  PersistentVolumes,
  StorageClasses,
  storageClassOf,
  type VolumeAttachment,
  VolumeAttachments,
} from '@kubernats/api';
import { type InformerSet, keyOf, splitKey } from '@kubernats/client';
import { driverOfProvisioner, sourceOf, uniqueVolumeName } from '@kubernats/volumes';
import type { CountedVolume, VolumeLimits } from '../plugins/node-volume-limits.ts';
import type { VolumeWorld } from '../plugins/volume-needs.ts';

const BY_NODE = 'node';

/** How many volumes nodes take and have, from what they say and from what is attached to them. `changed` is told of nodes that may take more now. */
export function volumeLimits(
  informers: InformerSet,
  world: Pick<VolumeWorld, 'claim'>,
  changed: (node: string) => void,
): VolumeLimits & { synced: Promise<unknown> } {
  const [csiNodes, attachments] = [informers.of(CSINodes), informers.of(VolumeAttachments)];
  const [volumes, classes] = [informers.of(PersistentVolumes), informers.of(StorageClasses)];
  attachments.addIndex(BY_NODE, ({ spec }) => [spec?.nodeName ?? '']);
  const look = ({ metadata }: { metadata?: { name?: string } }): void => changed(metadata?.name ?? '');
  csiNodes.addHandler({ add: look, update: look, delete: look });
  attachments.addHandler({ delete: ({ spec }) => changed(spec?.nodeName ?? '') });
  return {
    synced: Promise.all([csiNodes.synced, attachments.synced]),
    limitOf: (node, driver) => csiNodes.get(node)?.spec?.drivers?.find(({ name }) => name === driver)?.allocatable?.count,
    volumesOf: (claims) => claims.flatMap(volumeOfClaim),
    attachedTo: (node) => attachments.byIndex(BY_NODE, node).flatMap(volumeOfAttachment),
  };

  function volumeOfClaim(key: string): CountedVolume[] {
    const { namespace = '', name } = splitKey(key);
    const claim = world.claim(namespace, name);
    if (!claim) return [];
    return claim.spec?.volumeName ? volumeOf(claim.spec.volumeName) : volumeToBe(claim);
  }

  function volumeOf(name: string): CountedVolume[] {
    const volume = volumes.get(name);
    const source = volume && sourceOf(volume);
    return source ? [{ driver: source.driver, key: uniqueVolumeName(source) }] : [];
  }

  /** What will be made for a claim counts as well. */
  function volumeToBe(claim: PersistentVolumeClaim): CountedVolume[] {
    const driver = driverOfProvisioner(classes.get(storageClassOf(claim))?.provisioner ?? '');
    return driver ? [{ driver, key: `${driver}-${keyOf(claim)}` }] : [];
  }

  function volumeOfAttachment({ spec }: VolumeAttachment): CountedVolume[] {
    return volumeOf(spec?.source?.persistentVolumeName ?? '');
  }
}
