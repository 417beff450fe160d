import type { Node, PersistentVolumeClaim, Pod, VolumeAttachment } from '@kubernats/api';
import { isControlledBy } from '@kubernats/apimachinery';
import { keyOf } from '@kubernats/client';
import { attachmentName, type VolumeSource } from '@kubernats/volumes';
import type { VolumeControllerContext } from '../context.ts';
import { BY_CLAIM } from '../informers.ts';
import { type AttachableVolume, inlineVolumeOf, inlineVolumesOf, needsAttach, volumeOf } from './attachable.ts';
import type { Attachment, NodeView } from './decide.ts';
import { type AttachInformers, BY_KEY, BY_REPORTED } from './indexes.ts';
import type { LostNodes } from './lost-nodes.ts';
import { wantsVolumes } from './wants.ts';

/** A volume as it is now. */
export interface Look {
  /** Undefined: nobody can say any more which volume it is, or it needs no attaching. */
  volume: AttachableVolume | undefined;
  /** The Pods that are to have it, by node. */
  pods: ReadonlyMap<string, readonly Pod[]>;
  attachments: Attachment[];
  reportedOn: string[];
}

const MANAGED = 'volumes.kubernetes.io/controller-managed-attach-detach';
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

export function lookAt(key: string, of: AttachInformers, { backends, clock }: Pick<VolumeControllerContext, 'backends' | 'clock'>): Look {
  const users = [...usersOf(key, of)];
  const all = [...of.volumes.byIndex(BY_KEY, key).flatMap((each) => volumeOf(each) ?? []), ...users.flatMap(({ volume }) => volume ?? [])];
  const [first] = all;
  const needed = first && needsAttach(first.source, backends, of.drivers.get(first.source.driver));
  const pods = new Map<string, Pod[]>();
  for (const { pod } of needed ? users : []) {
    const node = pod.spec?.nodeName ?? '';
    if (of.nodes.get(node)?.metadata?.annotations?.[MANAGED] === 'true' && wantsVolumes(pod))
      pods.set(node, [...(pods.get(node) ?? []), pod]);
  }
  return {
    // Of several names for one volume the strictest counts.
    volume: first && { ...first, exclusive: all.some(({ exclusive }) => exclusive) },
    pods,
    attachments: of
      .attachmentsOf(key)
      .filter((each) => isOwn(each, first?.source ?? inlineVolumeOf(each)))
      .map((each) => attachmentOf(each, clock.now())),
    reportedOn: of.nodes.byIndex(BY_REPORTED, key).map(({ metadata }) => metadata?.name ?? ''),
  };
}

/** The Pods that use the volume, through a claim that has it or by naming it themselves. */
function* usersOf(key: string, of: AttachInformers): Iterable<{ pod: Pod; volume?: AttachableVolume | undefined }> {
  for (const { metadata, spec } of of.volumes.byIndex(BY_KEY, key)) {
    const { name = '', namespace, uid } = spec?.claimRef ?? {};
    const claim = of.claims.get(name, namespace);
    if (!claim || claim.metadata?.uid !== uid || claim.spec?.volumeName !== metadata?.name) continue;
    for (const pod of of.pods.byIndex(BY_CLAIM, keyOf(claim))) if (isTheirs(claim, pod)) yield { pod };
  }
  for (const pod of of.pods.byIndex(BY_KEY, key)) yield { pod, volume: inlineVolumesOf(pod).find((volume) => volume.key === key) };
}

/** A claim of the name that an ephemeral volume's would have may be somebody else's. */
const isTheirs = (claim: PersistentVolumeClaim, { metadata, spec }: Pod): boolean =>
  (spec?.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata?.name) ||
  isControlledBy(claim, metadata?.uid ?? '');

/** What others attach by names of their own is theirs to take away, and no Pod's. */
const isOwn = ({ metadata, spec }: VolumeAttachment, source: VolumeSource | undefined): boolean =>
  source !== undefined && metadata?.name === attachmentName(source, spec.nodeName);

function attachmentOf({ metadata = {}, spec, status }: VolumeAttachment, nowMs: number): Attachment {
  return {
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    node: spec?.nodeName ?? '',
    attached: status?.attached ?? false,
    going: metadata.deletionTimestamp !== undefined,
    error: status?.attachError,
    ageMs: nowMs - Date.parse(metadata.creationTimestamp ?? ''),
  };
}

export function viewOf(name: string, node: Node | undefined, key: string, lost: LostNodes): NodeView {
  if (!node) return { reported: false, used: lost.mayUse(name, key), healthy: false, outOfService: false };
  return {
    reported: (node.status?.volumesAttached ?? []).some((each) => each.name === key),
    used: (node.status?.volumesInUse ?? []).includes(key),
    healthy: isHealthy(node),
    outOfService: isOutOfService(node),
  };
}

export const isHealthy = ({ status }: Node): boolean => status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
export const isOutOfService = ({ spec }: Node): boolean => spec?.taints?.some((taint) => taint.key === OUT_OF_SERVICE) ?? false;
