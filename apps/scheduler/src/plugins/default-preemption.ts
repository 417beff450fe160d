import { type DefaultPreemptionArgs, defaultArgs } from '../config/args.ts';
import { type FailedAttempt, type Plugin, type Refusal, unresolvable } from '../framework/plugin.ts';
import { bestCandidate } from '../preemption/best-candidate.ts';
import { splitterBy } from '../preemption/budgets.ts';
import { findCandidates } from '../preemption/candidates.ts';
import { dryRun, lowerOn, NO_VICTIMS } from '../preemption/dry-run.ts';
import { byImportance } from '../preemption/importance.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';
import { unschedulableMessage } from '../unschedulable-message.ts';

const NOT_HELPFUL = unresolvable('Preemption is not helpful for scheduling');

/**
 * A Pod for which no node will do may take the place of Pods of lower priority. The node where that does the least harm is nominated for it, and the victims
 * there have to go. Source: the concept "Pod Priority and Preemption"; kube-scheduler's plug-in of this name, with its messages.
 */
export function defaultPreemption(args: DefaultPreemptionArgs = defaultArgs('DefaultPreemption')): Plugin {
  let start = 0;
  return {
    name: 'DefaultPreemption',
    postFilter(info, attempt) {
      const why = whyNotEligible(info, attempt);
      if (why !== undefined) return { message: `preemption: ${why}` };
      const { preemption } = attempt.cluster;
      const newest = preemption.newest.bind(preemption);
      const helpful = attempt.cluster.nodes.filter(({ name }) => attempt.refusals.get(name)?.unresolvable === false);
      const run = { priority: info.priority, split: splitterBy(preemption.budgets), order: byImportance(newest), trial: attempt.trial };
      const nobody = info.priority <= attempt.cluster.lowestPriority;
      const found = findCandidates(helpful, start, args, (node) => (nobody ? NO_VICTIMS : dryRun(node, run)));
      start = found.next;
      const best = bestCandidate(found.candidates, newest);
      if (best) return { nominated: best };
      const told = new Map<string, Refusal>();
      for (const name of attempt.refusals.keys()) told.set(name, found.refusals.get(name) ?? NOT_HELPFUL);
      return { message: `preemption: ${unschedulableMessage(told)}`, nominated: 'none' };
    },
    mayMakeRoom(info, node, attempt) {
      const lower = lowerOn(node, info.priority);
      const helps = lower.length > 0 && attempt.trial(node, lower).refusal() === undefined;
      if (node.name !== attempt.nominatedNode) return helps && whyNotEligible(info, attempt) === undefined;
      // It looks anew where those that go have gone in vain, or will.
      return !helps || !isWaitedFor(node, info.priority, attempt.cluster.preemption.isPreempted);
    },
  };
}

/** Why the Pod may not take the place of others, or not now; undefined: it may. */
function whyNotEligible({ pod, priority }: PodInfo, { cluster, nominatedNode, refusals }: FailedAttempt): string | undefined {
  if (pod.spec?.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  // Where no eviction helps any more the Pod need not wait for those that were begun.
  if (nominatedNode === undefined || refusals.get(nominatedNode)?.unresolvable) return undefined;
  const waits = isWaitedFor(cluster.node(nominatedNode), priority, cluster.preemption.isPreempted);
  return waits ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

const isWaitedFor = (node: NodeInfo | undefined, priority: number, isPreempted: (info: PodInfo) => boolean): boolean =>
  node !== undefined && lowerOn(node, priority).some(isPreempted);
