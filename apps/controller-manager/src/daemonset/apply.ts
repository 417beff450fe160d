import { type DaemonSet, DaemonSets, type Pod } from '@kubernats/api';
import { keyOf, referenceTo } from '@kubernats/client';
import type { ActContext } from '../context.ts';
import type { OwnDeletions } from '../own-deletions.ts';
import type { OwnWrites } from '../own-writes.ts';
import { createPods, deletePods } from '../pods/owned-pods.ts';
import { daemonPod, nodeOf } from './daemon-pod.ts';
import type { FailedPods } from './failed-pods.ts';
import type { Changes, Removal } from './manage.ts';

/** What this loop did and its informer does not show yet. */
export interface Memory {
  created: OwnWrites;
  deleted: OwnDeletions<Pod>;
  failed: FailedPods;
}

/** Creates and deletes Pods. Answers the first error. */
export async function apply(plan: Changes, daemonSet: DaemonSet, hash: string, memory: Memory, context: ActContext): Promise<unknown> {
  const owner = referenceTo(DaemonSets, daemonSet);
  const key = keyOf(daemonSet);
  for (const removal of plan.remove) tellWhy(removal, daemonSet, memory, context);
  const wanted = plan.create.map((node) => daemonPod(daemonSet, node, hash));
  const created = await createPods(wanted, owner, context, (pod) => memory.created.wrote(key, pod));
  const gone = plan.remove.map(({ pod }) => pod);
  const deleted = await deletePods(gone, owner, context, (pod) => memory.deleted.deleted(pod));
  return created.error ?? deleted.error;
}

function tellWhy({ pod, because }: Removal, daemonSet: DaemonSet, { failed }: Memory, { events, clock }: ActContext): void {
  if (!because) return;
  const node = nodeOf(pod) ?? '';
  const found = `Found ${because} daemon pod ${keyOf(pod)} on node ${node}, will try to`;
  const owner = referenceTo(DaemonSets, daemonSet);
  if (because === 'succeeded') return events.event(owner, 'Normal', 'SucceededDaemonPod', `${found} delete it`);
  failed.replaced(keyOf(daemonSet), node, clock.now());
  events.event(owner, 'Warning', 'FailedDaemonPod', `${found} kill it`);
}
