import type { KubeObject } from '@kubernats/api';
import type { Member } from './ownership-graph.ts';

export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';

/**
 * `present`: it exists, or nobody can tell. `leaving`: it is being deleted and waits for what depends on it. `absent`: it is gone,
 * or never was there.
 */
export type OwnerState = 'present' | 'leaving' | 'absent';

export interface GarbageSnapshot {
  object: KubeObject;
  /** By the uid of an owner reference. Not asked for objects that are being deleted. */
  ownerStates: ReadonlyMap<string, OwnerState>;
  /** What names the object as its owner. */
  dependents: readonly Member[];
}

export type GarbagePlan =
  | { do: 'nothing' }
  /** Its last owner is gone or leaving. */
  | { do: 'delete'; policy: 'Background' | 'Foreground' | 'Orphan' }
  /** Other owners keep it: it forgets those that are gone. */
  | { do: 'disown'; ownerUids: string[] }
  /** Objects that own each other in a circle would wait for each other for ever. */
  | { do: 'unblock' }
  /** Those who depend on it are to be looked at: it waits for them. */
  | { do: 'collect'; dependents: Member[] }
  /** Those who depend on it are to forget it, and then it may go. */
  | { do: 'orphan'; dependents: Member[] }
  /** It need not wait any longer. */
  | { do: 'release'; finalizer: string };

/** What garbage collection does about one object. Source: the concepts "Garbage Collection" and "Cascading deletion". */
export function decide({ object, ownerStates, dependents }: GarbageSnapshot): GarbagePlan {
  if (object.metadata?.deletionTimestamp !== undefined) return decideLeaving(object, dependents);
  const ownerUids = (object.metadata?.ownerReferences ?? []).map(({ uid }) => uid);
  if (ownerUids.length === 0) return { do: 'nothing' };
  const lost = ownerUids.filter((uid) => (ownerStates.get(uid) ?? 'present') !== 'present');
  if (lost.length === 0) return { do: 'nothing' };
  if (lost.length < ownerUids.length) return { do: 'disown', ownerUids: lost };
  const waitedFor = lost.some((uid) => ownerStates.get(uid) === 'leaving');
  if (waitedFor && blocksAny(object) && dependents.some((dependent) => isLeaving(dependent.object))) return { do: 'unblock' };
  if (waitedFor && dependents.length > 0) return { do: 'delete', policy: 'Foreground' };
  return { do: 'delete', policy: policyOf(object) };
}

function decideLeaving(object: KubeObject, dependents: readonly Member[]): GarbagePlan {
  const finalizers = object.metadata?.finalizers ?? [];
  if (finalizers.includes(ORPHAN)) return { do: 'orphan', dependents: [...dependents] };
  if (!finalizers.includes(FOREGROUND)) return { do: 'nothing' };
  const blocking = dependents.filter((dependent) => blocks(dependent.object, object.metadata?.uid));
  return blocking.length === 0 ? { do: 'release', finalizer: FOREGROUND } : { do: 'collect', dependents: blocking };
}

/** Whether the object is being deleted and waits for what depends on it. */
export function isLeaving({ metadata }: KubeObject): boolean {
  return metadata?.deletionTimestamp !== undefined && metadata.finalizers?.includes(FOREGROUND) === true;
}

function blocks(dependent: KubeObject, ownerUid: string | undefined): boolean {
  return (dependent.metadata?.ownerReferences ?? []).some(({ uid, blockOwnerDeletion }) => uid === ownerUid && blockOwnerDeletion === true);
}

function blocksAny({ metadata }: KubeObject): boolean {
  return (metadata?.ownerReferences ?? []).some(({ blockOwnerDeletion }) => blockOwnerDeletion === true);
}

/** A finalizer that somebody put on the object says how it wants to be deleted. */
function policyOf({ metadata }: KubeObject): 'Background' | 'Foreground' | 'Orphan' {
  if (metadata?.finalizers?.includes(ORPHAN)) return 'Orphan';
  return metadata?.finalizers?.includes(FOREGROUND) ? 'Foreground' : 'Background';
}
