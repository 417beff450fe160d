import type { Pod, StatefulSet } from '@kubernats/api';
import { scaled } from '../count-or-percent.ts';
import { isTerminating } from '../pods/pod.ts';
import { isRunningAndAvailable } from './health.ts';
import { replicasOf, revisionOf } from './identity.ts';

/** How many Pods a roll-out may take at a time, one at least. Source: KEP-961; a percentage is rounded down, as Kubernetes does. */
export function maxUnavailableOf(set: StatefulSet): number {
  const { maxUnavailable = 1 } = set.spec?.updateStrategy?.rollingUpdate ?? {};
  return Math.max(1, scaled(maxUnavailable, replicasOf(set), Math.floor));
}

/**
 * The Pods of an old template to take away now, from the highest ordinal down to the partition; their successors come of the new one. `replicas` has a
 * place for each ordinal, undefined where no Pod is. Source: the StatefulSet concept, "Rolling Updates".
 */
export function outdatedPods(set: StatefulSet, replicas: readonly (Pod | undefined)[], updateRevision: string, nowMs: number): Pod[] {
  const minReadySeconds = set.spec?.minReadySeconds ?? 0;
  const isOut = (pod: Pod | undefined): boolean => !pod || isTerminating(pod) || !isRunningAndAvailable(pod, minReadySeconds, nowMs);
  let allowed = maxUnavailableOf(set) - replicas.filter(isOut).length;
  const outdated: Pod[] = [];
  const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let i = replicas.length - 1; i >= partition && allowed > 0; i--) {
    const pod = replicas[i];
    if (!pod || revisionOf(pod) === updateRevision || isTerminating(pod)) continue;
    outdated.push(pod);
    allowed--;
  }
  return outdated;
}
