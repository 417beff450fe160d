import type { Deployment, ReplicaSet } from '@kubernats/api';
import { DESIRED_REPLICAS, MAX_REPLICAS, replicaAnnotations } from './annotations.ts';

/** A ReplicaSet as this reconciliation wants it to become: strategies change the draft, the plan is the difference. */
export interface Draft {
  /** As it is now; for a ReplicaSet to be created, as it will be. */
  readonly replicaSet: ReplicaSet;
  /** It does not exist yet. */
  readonly isNew: boolean;
  replicas: number;
  annotations: Record<string, string>;
  minReadySeconds: number;
}

export function draftOf(replicaSet: ReplicaSet, isNew = false): Draft {
  return {
    replicaSet,
    isNew,
    replicas: replicaSet.spec?.replicas ?? 1,
    annotations: { ...replicaSet.metadata?.annotations },
    minReadySeconds: replicaSet.spec?.minReadySeconds ?? 0,
  };
}

/** Sets the size, and with it what the proportion of a later scaling is reckoned from. */
export function scaleTo(draft: Draft, replicas: number, deployment: Deployment): void {
  draft.replicas = replicas;
  draft.annotations = { ...draft.annotations, ...replicaAnnotations(deployment) };
}

export function desiredReplicas(draft: Draft): number | undefined {
  return integer(draft.annotations[DESIRED_REPLICAS]);
}

export function maxReplicas(draft: Draft): number | undefined {
  return integer(draft.annotations[MAX_REPLICAS]);
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

export const available = (draft: Draft): number => (draft.isNew ? 0 : (draft.replicaSet.status?.availableReplicas ?? 0));

export const totalReplicas = (drafts: Iterable<Draft>): number => {
  let total = 0;
  for (const { replicas } of drafts) total += replicas;
  return total;
};

/** Oldest first; of the same second by name, as Kubernetes sorts. */
export function byAge(a: { replicaSet: ReplicaSet }, b: { replicaSet: ReplicaSet }): number {
  const [x, y] = [a.replicaSet.metadata, b.replicaSet.metadata];
  return compare(x?.creationTimestamp ?? '', y?.creationTimestamp ?? '') || compare(x?.name ?? '', y?.name ?? '');
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
