import { isReservedFor, type PersistentVolume, type PersistentVolumeClaim } from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import type { StorageBackend } from '@kubernats/volumes';

export interface ExpansionWorld {
  /** The claim's volume. */
  volume: PersistentVolume | undefined;
  /** The back end that holds it, and its driver. */
  held: { backend: StorageBackend; driver: string } | undefined;
  /** Whether a Pod uses the claim. */
  inUse: boolean;
}

/** What is to be done for a claim that asks for more than it holds. */
export type ExpansionDecision =
  | { do: 'nothing' }
  /** Somebody else's program sees to it. */
  | { do: 'leave' }
  /** It cannot be done, or not now. */
  | { do: 'refuse'; message: string; size: string }
  /** The volume is to hold so much. */
  | { do: 'expand'; size: string };

/**
 * V6: decides about one claim. What was begun is finished before anything else is, except that what the volume never became is given up when the claim asks
 * for less again. Source: the Persistent Volumes concept, "Expanding Persistent Volumes Claims"; KEP-1790 (Recover from volume expansion failure).
 */
export function decide(claim: PersistentVolumeClaim, { volume, held, inUse }: ExpansionWorld): ExpansionDecision {
  const { spec, status, metadata } = claim;
  const request = spec?.resources?.requests?.storage;
  if (status?.phase !== 'Bound' || request === undefined || quantityValue(request) <= quantityValue(status.capacity?.storage)) {
    return { do: 'nothing' };
  }
  if (!volume?.spec?.claimRef?.uid || !isReservedFor(volume, claim)) return { do: 'nothing' };
  if (!held) return { do: 'leave' };
  const size = sizeOf(request, volume, status);
  if (size === undefined) return { do: 'nothing' };
  const name = `${metadata?.namespace}/${metadata?.name}`;
  const { expansion } = held.backend.traits;
  if (expansion === 'none') return { do: 'refuse', size, message: `CSI driver ${held.driver} does not support volume expansion` };
  if (expansion === 'offline' && inUse) {
    const why = `CSI driver ${held.driver} only supports offline expansion and volume is currently in-use`;
    return { do: 'refuse', size, message: `Unable to expand ${name} because ${why}` };
  }
  return { do: 'expand', size };
}

/** How much the volume is to hold; undefined: it is the node's turn. */
function sizeOf(
  request: string,
  volume: PersistentVolume,
  { allocatedResources, allocatedResourceStatuses }: NonNullable<PersistentVolumeClaim['status']>,
): string | undefined {
  const begun = allocatedResources?.storage;
  const isOnNode = allocatedResourceStatuses?.storage?.startsWith('NodeResize') ?? false;
  const holds = quantityValue(volume.spec?.capacity?.storage);
  if (isOnNode && begun !== undefined && holds >= quantityValue(begun)) return undefined;
  // The volume grew already, and the claim does not say so yet: that is finished, whatever is asked for by now.
  if (holds >= quantityValue(request)) return begun ?? request;
  return request;
}
