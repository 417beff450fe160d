import { type Pod, Pods } from '@kubernats/api';
import { isConflict, isNotFound } from '@kubernats/errors';
import { podLogFolder } from '../logs/log-files.ts';
import { removeLinksOf } from '../logs/log-links.ts';
import { podFolder } from '../volumes/pod-folder.ts';
import { namesOf, type PodContext } from './pod-context.ts';

/** Removes what a Pod has on its node's disk: its volumes, and with `logs` what it wrote. */
export async function removeFolders(pod: Pod, { files }: PodContext, { logs }: { logs: boolean }): Promise<void> {
  const names = namesOf(pod);
  await files?.remove(podFolder(names.uid));
  if (!logs || !files) return;
  await files.remove(podLogFolder(names));
  await removeLinksOf(files, names);
}

/** The deletion that the API waits for, once nothing of the Pod runs any more. */
export async function confirmDeletion(pod: Pod, { client }: PodContext): Promise<void> {
  const { name, namespace, uid } = namesOf(pod);
  try {
    await client.kind(Pods).delete(name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
