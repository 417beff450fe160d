import {
  claimNameOf,
  notCreatedFor,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  type StorageClass,
  storageClassOf,
  type Volume,
} from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import { splitKey } from '@kubernats/client';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { VolumeLimits } from './node-volume-limits.ts';

/** Where volumes are looked up, with what was decided a moment ago as if it were written already. */
export interface VolumeWorld {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  storageClass(name: string): StorageClass | undefined;
  /** The free volumes of the claim's class, and those set aside for it. */
  candidates(claim: PersistentVolumeClaim): readonly PersistentVolume[];
  /** Whether a Pod that has a node uses the claim. */
  isInUse(namespace: string, claim: string): boolean;
  /** Undefined: nodes take any number of volumes. */
  readonly limits?: VolumeLimits;
}

/** A claim that is bound once a node is chosen (`WaitForFirstConsumer`). */
export interface DelayedClaim {
  claim: PersistentVolumeClaim;
  /** What it may be bound to; where nothing will do, its class may have a volume made. */
  volumes: readonly PersistentVolume[];
  storageClass: StorageClass;
}

/** What a Pod's claims ask of its node. */
export interface VolumeNeeds {
  /** Set: no node will do, and why. */
  refusal?: string;
  /** The volumes of its bound claims; undefined for one that is gone. */
  bound: (PersistentVolume | undefined)[];
  /** Those that ask for the least come first, so that each gets the smallest volume that fits. */
  delayed: DelayedClaim[];
}

const NOTHING: VolumeNeeds = { bound: [], delayed: [] };
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';

/** Looks up the Pod's claims. Messages are kube-scheduler's. */
export function volumeNeedsOf({ pod, claims: keys }: PodInfo, world: VolumeWorld): VolumeNeeds {
  if (keys.length === 0) return NOTHING;
  const namespace = pod.metadata?.namespace ?? '';
  const claims = new Map<string, PersistentVolumeClaim>();
  for (const volume of pod.spec?.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    const claim = world.claim(namespace, name);
    const refusal = claim ? whyNotUsable(pod, volume, claim) : whyMissing(volume, name);
    if (refusal !== undefined) return { ...NOTHING, refusal };
    if (claim) claims.set(name, claim);
  }
  const needs: VolumeNeeds = { bound: [], delayed: [] };
  for (const claim of claims.values()) {
    addNeeds(needs, claim, world);
    if (needs.refusal) return needs;
  }
  needs.delayed.sort((a, b) => requestOf(a.claim) - requestOf(b.claim));
  return needs;
}

function whyMissing({ ephemeral }: Volume, name: string): string {
  return ephemeral
    ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${JSON.stringify(name)}`
    : `persistentvolumeclaim ${JSON.stringify(name)} not found`;
}

function whyNotUsable(pod: Pod, { ephemeral }: Volume, claim: PersistentVolumeClaim): string | undefined {
  const { metadata, spec, status } = claim;
  const name = JSON.stringify(metadata?.name);
  if (status?.phase === 'Lost') {
    return `persistentvolumeclaim ${name} bound to non-existent persistentvolume ${JSON.stringify(spec?.volumeName ?? '')}`;
  }
  if (metadata?.deletionTimestamp !== undefined) return `persistentvolumeclaim ${name} is being deleted`;
  return ephemeral && notCreatedFor(pod, claim);
}

function addNeeds(needs: VolumeNeeds, claim: PersistentVolumeClaim, world: VolumeWorld): void {
  if (isFullyBound(claim)) {
    needs.bound.push(world.volume(claim.spec?.volumeName ?? ''));
    return;
  }
  const className = storageClassOf(claim);
  const storageClass = className === '' ? undefined : world.storageClass(className);
  if (claim.spec?.volumeName || storageClass?.volumeBindingMode !== 'WaitForFirstConsumer') {
    needs.refusal = 'pod has unbound immediate PersistentVolumeClaims';
    return;
  }
  needs.delayed.push({ claim, volumes: world.candidates(claim), storageClass });
}

/** Those of the Pod's claims, as keys, that may be used by one Pod only, and are used by another. */
export function exclusiveClaimsInUse({ claims }: PodInfo, world: VolumeWorld): string[] {
  return claims.filter((key) => {
    const { namespace = '', name } = splitKey(key);
    return world.isInUse(namespace, name) && world.claim(namespace, name)?.spec?.accessModes?.includes('ReadWriteOncePod');
  });
}

/** Whether the claim has its volume, and both sides say so. */
export const isFullyBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  Boolean(spec?.volumeName) && metadata?.annotations?.[BIND_COMPLETED] !== undefined;

const requestOf = ({ spec }: PersistentVolumeClaim): number => quantityValue(spec?.resources?.requests?.storage);
