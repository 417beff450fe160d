import { type PersistentVolume, type PersistentVolumeClaim, PersistentVolumeClaims, PersistentVolumes } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { referenceTo } from '@kubernats/client';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, PROVISIONERS, SELECTED_NODE } from '../annotations.ts';
import type { ActContext } from '../context.ts';
import type { ClaimDecision, Note, Waiting } from './decide.ts';

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
    case 'wait': {
      const current = await annotate(claim, decision, context);
      tell(current, decision.note, context);
      return writeStatus(current, { ...current.status, phase: 'Pending' }, context);
    }
    case 'lose':
      // A claim that is lost already has said so.
      if (claim.status?.phase !== 'Lost') tell(claim, decision.note, context);
      return writeStatus(claim, { ...claim.status, phase: 'Lost' }, context);
  }
}

function tell(claim: PersistentVolumeClaim, note: Note | undefined, { events }: ActContext): void {
  if (note) events.event(referenceTo(PersistentVolumeClaims, claim), note.type, note.reason, note.message);
}

/** Writes on the claim who is to make its volume, which is how a provisioner learns of it, and takes off the node that will not do. */
async function annotate(
  claim: PersistentVolumeClaim,
  { provisioner, unselect }: Waiting,
  { client }: ActContext,
): Promise<PersistentVolumeClaim> {
  const { name = '', namespace, resourceVersion, annotations = {} } = claim.metadata ?? {};
  const wanted: Record<string, string | null> = {};
  if (provisioner !== undefined) for (const key of PROVISIONERS) if (annotations[key] !== provisioner) wanted[key] = provisioner;
  if (unselect && annotations[SELECTED_NODE] !== undefined) wanted[SELECTED_NODE] = null;
  if (Object.keys(wanted).length === 0) return claim;
  return client.kind(PersistentVolumeClaims).patch(name, namespace, 'merge', { metadata: { resourceVersion, annotations: wanted } });
}

async function setAside(volume: PersistentVolume, claim: PersistentVolumeClaim, { client }: ActContext): Promise<PersistentVolume> {
  const { name, namespace, uid, resourceVersion } = claim.metadata ?? {};
  const reference = volume.spec?.claimRef;
  if (reference?.uid && reference.uid === uid) return volume;
  // A person who set it aside by name did the choosing.
  const annotations = reference ? volume.metadata?.annotations : { ...volume.metadata?.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
  const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion };
  return client.kind(PersistentVolumes).update({
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: { ...volume.spec, claimRef: { ...reference, ...claimRef } },
  });
}

async function nameVolume(claim: PersistentVolumeClaim, volume: PersistentVolume, { client }: ActContext): Promise<PersistentVolumeClaim> {
  const volumeName = volume.metadata?.name;
  const { annotations } = claim.metadata ?? {};
  if (claim.spec?.volumeName === volumeName && annotations?.[BIND_COMPLETED] !== undefined) return claim;
  const chosen: Record<string, string> = claim.spec?.volumeName ? {} : { [BOUND_BY_CONTROLLER]: 'yes' };
  return client.kind(PersistentVolumeClaims).update({
    ...claim,
    metadata: { ...claim.metadata, annotations: { ...annotations, [BIND_COMPLETED]: 'yes', ...chosen } },
    spec: { ...claim.spec, volumeName },
  });
}

function boundStatus({ status }: PersistentVolumeClaim, { spec }: PersistentVolume): PersistentVolumeClaim['status'] {
  return { ...status, phase: 'Bound', accessModes: spec?.accessModes, capacity: status?.capacity ?? spec?.capacity };
}

async function writeStatus(claim: PersistentVolumeClaim, status: PersistentVolumeClaim['status'], { client }: ActContext): Promise<void> {
  if (!deepEqual(status, claim.status)) await client.kind(PersistentVolumeClaims).updateStatus({ ...claim, status });
}
