import { CSIDrivers, claimKeysOf, Nodes, type PersistentVolume, type Pod, type VolumeAttachment, VolumeAttachments } from '@kubernats/api';
import { sourceOf, uniqueVolumeName } from '@kubernats/volumes';
import type { VolumeControllerContext } from '../context.ts';
import { BY_CLAIM, claimInformer, podInformer, volumeInformer } from '../informers.ts';
import { inlineVolumeOf, inlineVolumesOf, volumeOf } from './attachable.ts';

/** PersistentVolumes, Pods with volumes of their own, and attachments that say themselves where they are: by the volume's key. */
export const BY_KEY = 'attachable';
/** PersistentVolumes: by their driver. */
export const BY_DRIVER = 'driver';
/** Attachments: by their PersistentVolume. */
export const BY_VOLUME = 'volume';
/** Attachments and Pods: by their node. */
export const BY_NODE = 'node';
/** Nodes: by the volumes that they have attached. */
export const BY_REPORTED = 'reported';

/** The informers that both halves of attaching share. Each index is a function of one object, so that an event costs the same in every cluster. */
export function attachInformers({ informers }: Pick<VolumeControllerContext, 'informers'>) {
  const [claims, volumes, pods] = [claimInformer(informers), volumeInformer(informers), podInformer(informers)];
  const attachments = informers.of(VolumeAttachments);
  const nodes = informers.of(Nodes);
  volumes.addIndex(BY_KEY, (volume) => keysOf(volumeOf(volume)));
  volumes.addIndex(BY_DRIVER, (volume) => driversOf(sourceOf(volume)));
  pods.addIndex(BY_KEY, (pod) => inlineVolumesOf(pod).map(({ key }) => key));
  pods.addIndex(BY_NODE, ({ spec }) => (spec?.nodeName ? [spec.nodeName] : []));
  attachments.addIndex(BY_VOLUME, ({ spec }) => (spec?.source?.persistentVolumeName ? [spec.source.persistentVolumeName] : []));
  attachments.addIndex(BY_KEY, (attachment) => inlineKeysOf(attachment));
  attachments.addIndex(BY_NODE, ({ spec }) => [spec?.nodeName ?? '']);
  nodes.addIndex(BY_REPORTED, ({ status }) => (status?.volumesAttached ?? []).map(({ name }) => name));
  const keysOfVolume = (volume: PersistentVolume): string[] => keysOf(volumeOf(volume));
  const keysOfClaim = (claim: string): string[] => volumes.byIndex(BY_CLAIM, claim).flatMap(keysOfVolume);
  return {
    ...{ claims, volumes, pods, attachments, nodes, drivers: informers.of(CSIDrivers), keysOfVolume, keysOfClaim },
    /** The keys of the volumes that a Pod uses. */
    keysOfPod: (pod: Pod): string[] => [...claimKeysOf(pod).flatMap(keysOfClaim), ...inlineVolumesOf(pod).map(({ key }) => key)],
    /** The key of the volume that an attachment is about, as far as that is known. */
    keysOfAttachment(attachment: VolumeAttachment): string[] {
      const volume = volumes.get(attachment.spec?.source?.persistentVolumeName ?? '');
      return volume ? keysOfVolume(volume) : inlineKeysOf(attachment);
    },
    attachmentsOf(key: string): VolumeAttachment[] {
      const ofVolumes = volumes.byIndex(BY_KEY, key).flatMap(({ metadata }) => attachments.byIndex(BY_VOLUME, metadata?.name ?? ''));
      return [...ofVolumes, ...attachments.byIndex(BY_KEY, key)];
    },
  };
}

export type AttachInformers = ReturnType<typeof attachInformers>;

const keysOf = (volume: { key: string } | undefined): string[] => (volume ? [volume.key] : []);
const driversOf = (source: { driver: string } | undefined): string[] => (source ? [source.driver] : []);

function inlineKeysOf(attachment: VolumeAttachment): string[] {
  const source = inlineVolumeOf(attachment);
  return source ? [uniqueVolumeName(source)] : [];
}
