import { type PersistentVolume, type PersistentVolumeClaim, PersistentVolumeClaims, PersistentVolumes } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, PROVISIONER_FINALIZER, PROVISIONERS, SELECTED_NODE } from '../annotations.ts';
import type { VolumeControllerContext } from '../context.ts';
import type { OwnWrites } from '../own-writes.ts';
import { volumeNameFor } from '../provision/decide.ts';
import type { ClaimDecision, Note, Waiting } from './decide.ts';

/** What the part that talks gets. */
export interface ActContext extends VolumeControllerContext {
  ownClaims: OwnWrites<PersistentVolumeClaim>;
  ownVolumes: OwnWrites<PersistentVolume>;
  tell(claim: PersistentVolumeClaim, note: Note): void;
}

/**
 * Carries a decision out. The volume is written first, on the version that was decided on: whoever comes second gets a conflict and decides
 * anew, so that two claims never get one volume; and whatever stops half way is seen, and finished, by the next look.
 */
export async function apply(decision: ClaimDecision, claim: PersistentVolumeClaim, context: ActContext): Promise<void> {
  switch (decision.do) {
    case 'bind':
    case 'keep': {
      const volume = await setAside(decision.volume, claim, context);
      const bound = await nameVolume(claim, volume, context);
      return writeStatus(bound, boundStatus(bound, volume), context);
    }
    case 'classify':
      await update({ ...claim, spec: { ...claim.spec, storageClassName: decision.className } }, context);
      return;
    case 'wait': {
      const current = await annotate(claim, decision, context);
      if (decision.note) context.tell(current, decision.note);
      return writeStatus(current, unboundStatus(current, 'Pending'), context);
    }
    case 'lose':
      // A claim that is lost already has said so.
      if (claim.status?.phase !== 'Lost') context.tell(claim, decision.note);
      return writeStatus(claim, unboundStatus(claim, 'Lost'), context);
  }
}

/**
 * Writes on the claim who is to make its volume, which is how a provisioner learns of it, and takes off the node that will not do. Where a back end is to
 * make it, the same write says that it may have begun.
 */
async function annotate(
  claim: PersistentVolumeClaim,
  { provisioner, unselect }: Waiting,
  { client, ownClaims, storage }: ActContext,
): Promise<PersistentVolumeClaim> {
  const { name = '', namespace, resourceVersion, annotations = {}, finalizers = [] } = claim.metadata ?? {};
  const wanted: Record<string, string | null> = {};
  if (provisioner !== undefined) for (const key of PROVISIONERS) if (annotations[key] !== provisioner) wanted[key] = provisioner;
  if (unselect && annotations[SELECTED_NODE] !== undefined) wanted[SELECTED_NODE] = null;
  if (Object.keys(wanted).length === 0) return claim;
  const isOurs = provisioner !== undefined && storage.ofDriver(provisioner) !== undefined;
  const promise = isOurs && !finalizers.includes(PROVISIONER_FINALIZER) ? { finalizers: [...finalizers, PROVISIONER_FINALIZER] } : {};
  const patch = { metadata: { resourceVersion, annotations: wanted, ...promise } };
  return ownClaims.remember(await client.kind(PersistentVolumeClaims).patch(name, namespace, 'merge', patch));
}

async function setAside(
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
  { client, ownVolumes }: ActContext,
): Promise<PersistentVolume> {
  const { name, namespace, uid, resourceVersion } = claim.metadata ?? {};
  const reference = volume.spec?.claimRef;
  if (reference?.uid && reference.uid === uid) return volume;
  // A person who set it aside by name did the choosing.
  const annotations = reference ? volume.metadata?.annotations : { ...volume.metadata?.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
  const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion };
  const taken = await client.kind(PersistentVolumes).update({
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...volume.spec, claimRef: { ...reference, ...claimRef } },
  });
  return ownVolumes.remember(taken);
}

async function nameVolume(claim: PersistentVolumeClaim, volume: PersistentVolume, context: ActContext): Promise<PersistentVolumeClaim> {
  const volumeName = volume.metadata?.name;
  const { annotations, finalizers } = claim.metadata ?? {};
  if (claim.spec?.volumeName === volumeName && annotations?.[BIND_COMPLETED] !== undefined) return claim;
  const chosen: Record<string, string> = claim.spec?.volumeName ? {} : { [BOUND_BY_CONTROLLER]: 'yes' };
  const named = {
    ...claim,
    metadata: {
      ...claim.metadata,
      annotations: { ...annotations, [BIND_COMPLETED]: 'yes', ...chosen },
      // The volume that was made for it tells of itself now.
      finalizers: volumeName === volumeNameFor(claim) ? finalizers?.filter((each) => each !== PROVISIONER_FINALIZER) : finalizers,
    },
    spec: { ...claim.spec, volumeName },
  };
  return update(named, context);
}

const update = async (claim: PersistentVolumeClaim, { client, ownClaims }: ActContext): Promise<PersistentVolumeClaim> =>
  ownClaims.remember(await client.kind(PersistentVolumeClaims).update(claim));

/** What it holds is told when it gets its volume; later it may differ, while the file system follows the volume's growth. */
function boundStatus({ status }: PersistentVolumeClaim, { spec }: PersistentVolume): PersistentVolumeClaim['status'] {
  const storage = status?.phase === 'Bound' ? status.capacity?.storage : spec?.capacity?.storage;
  const capacity = storage === undefined ? status?.capacity : { ...status?.capacity, storage };
  const bound = { ...status, phase: 'Bound', accessModes: spec?.accessModes, capacity };
  const attributes = status?.phase === 'Bound' ? undefined : spec?.volumeAttributesClassName;
  return attributes ? { ...bound, currentVolumeAttributesClassName: attributes } : bound;
}

function unboundStatus({ status }: PersistentVolumeClaim, phase: 'Pending' | 'Lost'): PersistentVolumeClaim['status'] {
  const { accessModes: _modes, capacity: _capacity, ...rest } = status ?? {};
  return { ...rest, phase };
}

async function writeStatus(
  claim: PersistentVolumeClaim,
  status: PersistentVolumeClaim['status'],
  { client, ownClaims }: ActContext,
): Promise<void> {
  if (deepEqual(status, claim.status)) return;
  ownClaims.remember(await client.kind(PersistentVolumeClaims).updateStatus({ ...claim, status }));
}
