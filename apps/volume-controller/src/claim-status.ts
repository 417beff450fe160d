import { type PersistentVolumeClaim, type PersistentVolumeClaimCondition, PersistentVolumeClaims } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Client } from '@kubernats/client';

export type ClaimStatus = NonNullable<PersistentVolumeClaim['status']>;

/** The status with one condition of these types, or none; the others stay. `now` is for one that was not there before. */
export function withCondition(
  status: ClaimStatus,
  types: readonly string[],
  condition: Pick<PersistentVolumeClaimCondition, 'type' | 'message'> | undefined,
  now: string,
): ClaimStatus {
  const before = status.conditions ?? [];
  const others = before.filter(({ type }) => !types.includes(type));
  const { conditions: _conditions, ...rest } = status;
  if (!condition) return others.length > 0 ? { ...rest, conditions: others } : rest;
  const same = before.find(({ type }) => type === condition.type);
  const lastTransitionTime = same?.status === 'True' ? same.lastTransitionTime : now;
  return { ...rest, conditions: [...others, { ...condition, status: 'True', lastTransitionTime }] };
}

/** Writes the status, if it says anything new, on the version that it was made from. Answers the claim as it is then. */
export async function writeClaimStatus(client: Client, claim: PersistentVolumeClaim, status: ClaimStatus): Promise<PersistentVolumeClaim> {
  return deepEqual(status, claim.status) ? claim : client.kind(PersistentVolumeClaims).updateStatus({ ...claim, status });
}
