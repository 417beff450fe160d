import { type ControllerRevision, type DaemonSet, type Pod, Pods } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import type { RevisionState } from '../revisions/keeper.ts';
import { keeps, REVISION_LABEL } from '../revisions/revision.ts';
import { hashOf } from './daemon-pod.ts';

/** Older revisions of the template that the newest one keeps: whoever adopts revisions may get them. */
export function duplicatesOf({ spec }: DaemonSet, { revisions, newest }: RevisionState): ControllerRevision[] {
  const template = spec?.template ?? {};
  return revisions.filter((revision) => revision.metadata?.uid !== newest.metadata?.uid && keeps(revision, template));
}

/** The Pods of duplicates that are not labelled with the newest revision's `hash`: they are of it as they are. */
export function podsOfDuplicates(pods: readonly Pod[], duplicates: readonly ControllerRevision[], hash: string): Pod[] {
  if (duplicates.length === 0) return [];
  const hashes = new Set(duplicates.map(({ metadata }) => metadata?.labels?.[REVISION_LABEL]));
  return pods.filter((pod) => hashes.has(hashOf(pod)) && hashOf(pod) !== hash && pod.metadata?.deletionTimestamp === undefined);
}

/** Makes the Pods count as those of another revision. */
export async function relabel(pods: readonly Pod[], hash: string, client: Client): Promise<void> {
  for (const { metadata: { name = '', namespace, uid } = {} } of pods) {
    await client.kind(Pods).patch(name, namespace, 'merge', { metadata: { uid, labels: { [REVISION_LABEL]: hash } } });
  }
}
