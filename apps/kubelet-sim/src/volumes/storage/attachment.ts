// What is told of a volume that is attached to a node, and by which names. Source: KEP-625 and the VolumeAttachment API.
import { createHash } from 'node:crypto';
import { type Node, VolumeAttachments } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { isForbidden, isNotFound } from '@kubernats/errors';
import type { VolumeSource } from '@kubernats/volumes';

/** What `volumesInUse` and `volumesAttached` of a Node call the volume. */
export const uniqueNameOf = ({ driver, volume }: VolumeSource): string => `kubernetes.io/csi/${driver}^${volume.handle}`;

/** The name of the VolumeAttachment that brings the volume to the node. */
export function attachmentName({ driver, volume }: VolumeSource, node: string): string {
  return `csi-${createHash('sha256').update(`${volume.handle}${driver}${node}`).digest('hex')}`;
}

/** Whether the volume may be mounted: the Node lists it as attached, and it will not be taken away, as the Node says that it is used. */
export function isGivenTo(node: Node | undefined, uniqueName: string): boolean {
  const { volumesInUse = [], volumesAttached = [] } = node?.status ?? {};
  return volumesInUse.includes(uniqueName) && volumesAttached.some(({ name }) => name === uniqueName);
}

/** Whether the volume is attached to the node, and not on its way from there. */
export async function isAttached(client: Client, source: VolumeSource, node: string): Promise<boolean> {
  try {
    const { metadata, status } = await client.kind(VolumeAttachments).get(attachmentName(source, node));
    return status?.attached === true && metadata?.deletionTimestamp === undefined;
  } catch (error) {
    if (isNotFound(error) || isForbidden(error)) return false;
    throw error;
  }
}
