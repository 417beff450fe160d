import {
  bestVolume,
  isReservedFor,
  type Node,
  namesClass,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  type StorageClass,
  storageClassOf,
  volumeMismatch,
} from '@kubernats/api';
import { driverOfProvisioner } from '@kubernats/volumes';
import { BIND_COMPLETED, SELECTED_NODE } from '../annotations.ts';

/** What a decision about a claim looks at. */
export interface ClaimWorld {
  volume(name: string): PersistentVolume | undefined;
  /** The volumes of the claim's class, and those set aside for it. */
  candidates(claim: PersistentVolumeClaim): Iterable<PersistentVolume>;
  storageClass(name: string): StorageClass | undefined;
  /** The class that claims without one get. */
  defaultClass(): StorageClass | undefined;
  node(name: string): Node | undefined;
  /** The Pods that use the claim. */
  pods(claim: PersistentVolumeClaim): Iterable<Pod>;
}

export interface Note {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** Nothing can be done about the claim now. */
export interface Waiting {
  do: 'wait';
  note?: Note;
  /** Who is to make the volume. */
  provisioner?: string;
  /** The node that was chosen has no volume for it: another is to be chosen. */
  unselect?: boolean;
}

/** What is to become of a claim. */
export type ClaimDecision =
  | { do: 'bind'; volume: PersistentVolume }
  /** It has its volume: both sides and its status are to say so. */
  | { do: 'keep'; volume: PersistentVolume }
  /** It named no class when there was no default one; now there is. */
  | { do: 'classify'; className: string }
  | Waiting
  | { do: 'lose'; note: Note };

const normal = (reason: string, message: string): Waiting => ({ do: 'wait', note: { type: 'Normal', reason, message } });
const warning = (reason: string, message: string): Waiting => ({ do: 'wait', note: { type: 'Warning', reason, message } });
const lost = (reason: string, message: string): ClaimDecision => ({ do: 'lose', note: { type: 'Warning', reason, message } });

/** V3: decides about one claim. The reasons and messages are kube-controller-manager's. */
export function decide(claim: PersistentVolumeClaim, world: ClaimWorld): ClaimDecision {
  if (claim.metadata?.annotations?.[BIND_COMPLETED] !== undefined) return decideBound(claim, world);
  return claim.spec?.volumeName ? decideChosen(claim, claim.spec.volumeName, world) : decideFree(claim, world);
}

function decideBound(claim: PersistentVolumeClaim, world: ClaimWorld): ClaimDecision {
  const name = claim.spec?.volumeName;
  if (!name) return lost('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
  const volume = world.volume(name);
  if (!volume) return lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  if (!volume.spec?.claimRef || volume.spec.claimRef.uid === claim.metadata?.uid) return { do: 'keep', volume };
  return lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}

/** A person named the volume. */
function decideChosen(claim: PersistentVolumeClaim, name: string, world: ClaimWorld): ClaimDecision {
  const volume = world.volume(name);
  if (!volume) return { do: 'wait' };
  if (volume.spec?.claimRef && !isReservedFor(volume, claim)) {
    return warning('FailedBinding', `volume ${JSON.stringify(name)} already bound to a different claim.`);
  }
  // A volume that the binder set aside was looked at then; what it says now must not undo half a binding.
  const mismatch = volume.spec?.claimRef ? undefined : volumeMismatch(claim, volume);
  if (mismatch) return warning('VolumeMismatch', `Cannot bind to requested volume ${JSON.stringify(name)}: ${mismatch}`);
  return { do: 'bind', volume };
}

function decideFree(claim: PersistentVolumeClaim, world: ClaimWorld): ClaimDecision {
  const className = storageClassOf(claim);
  const storageClass = className === '' ? undefined : world.storageClass(className);
  const nodeName = claim.metadata?.annotations?.[SELECTED_NODE];
  const node = nodeName === undefined ? undefined : world.node(nodeName);
  const delayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !node;
  // One that is set aside for the claim is its own wherever the node is.
  const reserved = bestVolume(claim, world.candidates(claim), { reservedOnly: true });
  const volume = reserved ?? (delayed ? undefined : bestVolume(claim, world.candidates(claim), { node }));
  if (volume) return { do: 'bind', volume };
  const defaultClass = namesClass(claim) ? undefined : world.defaultClass()?.metadata?.name;
  if (defaultClass !== undefined) return { do: 'classify', className: defaultClass };
  const unselect = nodeName !== undefined;
  if (delayed) return { ...waitForPod(claim, world), unselect };
  if (className === '') return normal('FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
  if (!storageClass) return warning('ProvisioningFailed', `storageclass.storage.k8s.io ${JSON.stringify(className)} not found`);
  const provisioner = driverOfProvisioner(storageClass.provisioner);
  if (provisioner === undefined)
    return { ...warning('ProvisioningFailed', `no volume plugin matched name: ${storageClass.provisioner}`), unselect };
  const text =
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. ` +
    'If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
  return { do: 'wait', provisioner, note: { type: 'Normal', reason: 'ExternalProvisioning', message: text } };
}

/** The volume is chosen with the node of the first Pod in mind. */
function waitForPod(claim: PersistentVolumeClaim, world: ClaimWorld): Waiting {
  const names: string[] = [];
  for (const { metadata, spec, status } of world.pods(claim)) {
    if (!spec?.nodeName && status?.phase !== 'Succeeded' && status?.phase !== 'Failed') names.push(metadata?.name ?? '');
  }
  if (names.length === 0) return normal('WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  const who = `${names.length === 1 ? 'pod' : 'pods'} ${names.sort().join(',')}`;
  return normal('WaitForPodScheduled', `waiting for ${who} to be scheduled`);
}
