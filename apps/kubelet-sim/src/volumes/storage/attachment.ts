// What is told of a volume that is attached to a node. Source: the VolumeAttachment API.
import { type Node, VolumeAttachments } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { isForbidden, isNotFound } from '@kubernats/errors';
import { attachmentName, type VolumeSource } from '@kubernats/volumes';

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
