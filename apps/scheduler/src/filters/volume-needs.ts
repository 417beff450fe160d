import {
  type NodeSelector,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  type StorageClass,
  storageClassOf,
} from '@kubernats/api';
import type { VolumeLimits } from './node-volume-limits.ts';

/** Where volumes are looked up. */
export interface VolumeWorld {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  storageClass(name: string): StorageClass | undefined;
  /** Volumes of that class. */
  volumesOf(className: string): readonly PersistentVolume[];
  /** Whether a Pod that has a node uses the claim. */
  isInUse(namespace: string, claim: string): boolean;
  /** Undefined: nodes take any number of volumes. */
  readonly limits?: VolumeLimits;
}

/** A claim that is bound once a node is chosen (`WaitForFirstConsumer`). */
export interface DelayedClaim {
  claim: PersistentVolumeClaim;
  /** What it may be bound to; undefined: a provisioner makes a volume where it is needed. */
  volumes: readonly PersistentVolume[] | undefined;
}

/** What a Pod's claims ask of its node. */
export interface VolumeNeeds {
  /** Set: no node will do, and why. */
  refusal?: string;
  /** A bound claim's volume is missing. */
  missingVolume: boolean;
  /** Where the bound volumes can be reached from: all must hold. */
  affinities: NodeSelector[];
  delayed: DelayedClaim[];
  /** A claim that only one Pod may use has one. */
  exclusiveInUse: boolean;
}

const NOTHING: VolumeNeeds = { missingVolume: false, affinities: [], delayed: [], exclusiveInUse: false };
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';
const BOUND_BY = 'pv.kubernetes.io/bind-completed';

/** Looks up the Pod's claims. Messages are kube-scheduler's. */
export function volumeNeedsOf(pod: Pod, world: VolumeWorld): VolumeNeeds {
  const volumes = pod.spec?.volumes;
  if (!volumes?.some((volume) => volume.persistentVolumeClaim || volume.ephemeral)) return NOTHING;
  const needs: VolumeNeeds = { missingVolume: false, affinities: [], delayed: [], exclusiveInUse: false };
  const namespace = pod.metadata?.namespace ?? '';
  for (const volume of volumes) {
    const name = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${pod.metadata?.name}-${volume.name}` : undefined);
    if (name === undefined) continue;
    const claim = world.claim(namespace, name);
    if (!claim) {
      needs.refusal = volume.ephemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${JSON.stringify(name)}`
        : `persistentvolumeclaim ${JSON.stringify(name)} not found`;
      return needs;
    }
    if (claim.metadata?.deletionTimestamp) {
      needs.refusal = `persistentvolumeclaim ${JSON.stringify(name)} is being deleted`;
      return needs;
    }
    if (claim.status?.phase === 'Lost') {
      needs.refusal = `persistentvolumeclaim ${JSON.stringify(name)} bound to non-existent persistentvolume ${JSON.stringify(claim.spec?.volumeName ?? '')}`;
      return needs;
    }
    if (claim.spec?.accessModes?.includes('ReadWriteOncePod') && world.isInUse(namespace, name)) needs.exclusiveInUse = true;
    addNeeds(needs, claim, world);
    if (needs.refusal) return needs;
  }
  return needs;
}

function addNeeds(needs: VolumeNeeds, claim: PersistentVolumeClaim, world: VolumeWorld): void {
  const volumeName = claim.spec?.volumeName;
  if (volumeName && isBound(claim)) {
    const volume = world.volume(volumeName);
    if (!volume) needs.missingVolume = true;
    else if (volume.spec?.nodeAffinity?.required) needs.affinities.push(volume.spec.nodeAffinity.required);
    return;
  }
  const className = storageClassOf(claim);
  const storageClass = className === '' ? undefined : world.storageClass(className);
  if (volumeName || storageClass?.volumeBindingMode !== 'WaitForFirstConsumer') {
    needs.refusal = 'pod has unbound immediate PersistentVolumeClaims';
    return;
  }
  needs.delayed.push({ claim, volumes: storageClass.provisioner === NO_PROVISIONER ? world.volumesOf(className) : undefined });
}

const isBound = (claim: PersistentVolumeClaim): boolean =>
  claim.status?.phase === 'Bound' || claim.metadata?.annotations?.[BOUND_BY] !== undefined;
