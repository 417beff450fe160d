import type { Refusal } from './framework/plugin.ts';

/** What a Pod waits for when the cluster has no node at all. */
export const noNodes = 'no nodes available to schedule pods';

/** Why no node will do, in kube-scheduler's words. `whole` is what refused the Pod before any node was looked at. */
export function unschedulableMessage(refusals: ReadonlyMap<string, Refusal>, whole?: string): string {
  const reasons = whole ?? histogram([...refusals.values()].flatMap((refusal) => refusal.reasons));
  return `0/${refusals.size} nodes are available: ${reasons}.`;
}

/** `1 this, 2 that`: sorted as texts, count included, as Kubernetes does. */
export function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join(', ');
}
