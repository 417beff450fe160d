import type { NodeSelector, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '@kubernats/api';

/** Where volumes are looked up. */
export interface VolumeWorld {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  storageClass(name: string): StorageClass | undefined;
}

/** What a Pod's claims ask of its node. */
export interface VolumeNeeds {
  /** Set: no node will do, and why. */
  refusal?: string;
  /** A bound claim's volume is missing. */
  missingVolume: boolean;
  /** Where the bound volumes can be reached from: all must hold. */
  affinities: NodeSelector[];
  /** Claims that are bound once a node is chosen (`WaitForFirstConsumer`). */
  delayed: PersistentVolumeClaim[];
}

const NOTHING: VolumeNeeds = { missingVolume: false, affinities: [], delayed: [] };
const BOUND_BY = 'pv.kubernetes.io/bind-completed';

/** Looks up the Pod's claims. Messages are kube-scheduler's. */
export function volumeNeedsOf(pod: Pod, world: VolumeWorld): VolumeNeeds {
  const volumes = pod.spec?.volumes;
  if (!volumes?.some((volume) => volume.persistentVolumeClaim || volume.ephemeral)) return NOTHING;
  const needs: VolumeNeeds = { missingVolume: false, affinities: [], delayed: [] };
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
  const className = claim.spec?.storageClassName;
  const delayed = className ? world.storageClass(className)?.volumeBindingMode === 'WaitForFirstConsumer' : false;
  if (delayed && !volumeName) needs.delayed.push(claim);
  else needs.refusal = 'pod has unbound immediate PersistentVolumeClaims';
}

const isBound = (claim: PersistentVolumeClaim): boolean =>
  claim.status?.phase === 'Bound' || claim.metadata?.annotations?.[BOUND_BY] !== undefined;
