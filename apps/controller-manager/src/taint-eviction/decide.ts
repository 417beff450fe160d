import { type Pod, type Taint, tolerates } from '@kubernats/api';
import { podCondition, timeMs } from '../pods/pod.ts';

/** A taint and since when the node has it. */
export interface SeenTaint {
  taint: Taint;
  sinceMs: number;
}

/**
 * When a Pod has to leave a node with these NoExecute taints, by wall time; undefined: never. A taint that it does not tolerate counts from the
 * beginning; of several limited tolerations the first to run out counts, each from when both the taint and the Pod were there.
 * Source: the concept "Taints and Tolerations", "Taint based evictions".
 */
export function evictionTimeMs(pod: Pod, taints: readonly SeenTaint[]): number | undefined {
  let earliest: number | undefined;
  for (const { taint, sinceMs } of taints) {
    const toleration = pod.spec?.tolerations?.find((each) => tolerates(each, taint));
    if (toleration && toleration.tolerationSeconds === undefined) continue;
    const seconds = Math.max(0, toleration?.tolerationSeconds ?? 0);
    const dueMs = Math.max(sinceMs, placedMs(pod)) + seconds * 1000;
    earliest = Math.min(earliest ?? dueMs, dueMs);
  }
  return earliest;
}

/** Since when the Pod is on its node, as far as it says. */
function placedMs(pod: Pod): number {
  return timeMs(podCondition(pod, 'PodScheduled')?.lastTransitionTime) ?? timeMs(pod.metadata?.creationTimestamp) ?? 0;
}
