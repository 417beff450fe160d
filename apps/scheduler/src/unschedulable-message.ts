import type { Refusal } from './framework/plugin.ts';
import type { PodInfo } from './snapshot/pod-info.ts';

/** What a Pod waits for when the cluster has no node at all. */
export const noNodes = 'no nodes available to schedule pods';

/**
 * Why no node will do, in kube-scheduler's words. `whole` is what refused the Pod before any node was looked at. The last sentence
 * is what kube-scheduler says of preemption; kubernats evicts nobody, so it never finds victims (docs/differences.md).
 */
export function unschedulableMessage(info: PodInfo, refusals: ReadonlyMap<string, Refusal>, whole?: string): string {
  const nodes = `0/${refusals.size} nodes are available:`;
  const reasons = whole ?? histogram([...refusals.values()].flatMap((refusal) => refusal.reasons));
  if (info.pod.spec?.preemptionPolicy === 'Never') return `${nodes} ${reasons}. preemption: not eligible due to preemptionPolicy=Never.`;
  const preemption = [...refusals.values()].map((refusal) =>
    refusal.unresolvable ? 'Preemption is not helpful for scheduling' : 'No preemption victims found for incoming pod',
  );
  return `${nodes} ${reasons}. preemption: ${nodes} ${histogram(preemption)}.`;
}

/** `1 this, 2 that`: sorted as texts, count included, as Kubernetes does. */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join(', ');
}
