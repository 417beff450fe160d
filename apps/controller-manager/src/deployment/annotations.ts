import type { Deployment, ReplicaSet } from '@kubernats/api';
import { maxSurgeOf } from './fenceposts.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const ROLLBACK_TO = 'deprecated.deployment.rollback.to';
const REVISION_HISTORY_LENGTH_MAX = 2000;

/** Annotations that a ReplicaSet has by itself, and those that would only repeat what it is. */
const NOT_COPIED = new Set([LAST_APPLIED, REVISION, REVISION_HISTORY, DESIRED_REPLICAS, MAX_REPLICAS, ROLLBACK_TO]);

/** The revision that the annotation carries; 0 when it carries none. */
export function revisionOf(object: ReplicaSet | Deployment | undefined): number {
  const revision = Number(object?.metadata?.annotations?.[REVISION] ?? 0);
  return Number.isSafeInteger(revision) && revision > 0 ? revision : 0;
}

/** How many replicas the Deployment had and could have when this ReplicaSet was last scaled. */
export function replicaAnnotations(deployment: Deployment): Record<string, string> {
  const replicas = deployment.spec?.replicas ?? 1;
  return { [DESIRED_REPLICAS]: `${replicas}`, [MAX_REPLICAS]: `${replicas + maxSurgeOf(deployment)}` };
}

/**
 * The annotations that the newest ReplicaSet should have: the Deployment's, and the revision, which counts on with every change of template.
 * A ReplicaSet that becomes the newest again (a rollback) remembers the revisions that it had.
 */
export function newestAnnotations(
  deployment: Deployment,
  replicaSet: ReplicaSet | undefined,
  newRevision: number,
  isNew: boolean,
): Record<string, string> {
  const current = replicaSet?.metadata?.annotations ?? {};
  const annotations: Record<string, string> = { ...current };
  for (const [key, value] of Object.entries(deployment.metadata?.annotations ?? {})) {
    if (!NOT_COPIED.has(key)) annotations[key] = value;
  }
  const oldRevision = revisionOf(replicaSet);
  if (oldRevision < newRevision) {
    annotations[REVISION] = `${newRevision}`;
    if (oldRevision > 0) {
      const history = current[REVISION_HISTORY];
      annotations[REVISION_HISTORY] = appendHistory(history, `${oldRevision}`);
    }
  }
  return isNew ? { ...annotations, ...replicaAnnotations(deployment) } : annotations;
}

function appendHistory(history: string | undefined, revision: string): string {
  const all = history ? [...history.split(','), revision] : [revision];
  while (all.join(',').length > REVISION_HISTORY_LENGTH_MAX && all.length > 1) all.shift();
  return all.join(',');
}
