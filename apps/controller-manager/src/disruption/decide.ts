import type { Condition, Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { isReady, isTerminating, timeMs } from '../pods/pod.ts';

/** How long an eviction may take before the Pod counts again. */
const DELETION_TIMEOUT_MS = 120_000;

export interface BudgetSnapshot {
  budget: PodDisruptionBudget;
  /** The Pods that it selects. */
  pods: readonly Pod[];
  /** How many Pods their controllers want. Asked only where a percentage or `maxUnavailable` needs it. */
  scale: number;
  nowMs: number;
}

export interface BudgetPlan {
  status: PodDisruptionBudgetStatus;
  /** Pods that were to be evicted and are still there. */
  notDeleted: Pod[];
  /** When the next of them counts again. Milliseconds from now. */
  requeueAfterMs?: number;
}

/** How many Pods may be evicted now. Source: "Specifying a Disruption Budget for your Application". */
export function decide({ budget, pods, scale, nowMs }: BudgetSnapshot): BudgetPlan {
  const { expectedPods, desiredHealthy } = wanted(budget, pods.length, scale);
  const { disruptedPods, notDeleted, requeueAfterMs } = disruptedOf(budget, pods, nowMs);
  const counts = (pod: Pod): boolean => !isTerminating(pod) && isReady(pod) && !Object.hasOwn(disruptedPods, pod.metadata?.name ?? '');
  const currentHealthy = pods.filter(counts).length;
  const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const conditions = withAllowed(budget, disruptionsAllowed > 0 ? 'SufficientPods' : 'InsufficientPods', '', nowMs);
  return {
    status: {
      ...(Object.keys(disruptedPods).length > 0 && { disruptedPods }),
      ...{ conditions, currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods },
      observedGeneration: budget.metadata?.generation,
    },
    notDeleted,
    ...(requeueAfterMs !== undefined && { requeueAfterMs }),
  };
}

/** Nothing may be evicted while it is not known how many Pods there should be. */
export function failSafe(budget: PodDisruptionBudget, message: string, nowMs: number): PodDisruptionBudgetStatus {
  const zero = { currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
  return { ...zero, ...budget.status, disruptionsAllowed: 0, conditions: withAllowed(budget, 'SyncFailed', message, nowMs) };
}

/** Whether the number of Pods follows from what their controllers want. */
export const needsScale = ({ spec }: PodDisruptionBudget): boolean =>
  spec?.maxUnavailable !== undefined || typeof spec?.minAvailable === 'string';

function wanted({ spec }: PodDisruptionBudget, count: number, scale: number): { expectedPods: number; desiredHealthy: number } {
  if (spec?.maxUnavailable !== undefined) {
    return { expectedPods: scale, desiredHealthy: Math.max(0, scale - amount(spec.maxUnavailable, scale)) };
  }
  if (typeof spec?.minAvailable === 'number') return { expectedPods: count, desiredHealthy: spec.minAvailable };
  if (spec?.minAvailable !== undefined) return { expectedPods: scale, desiredHealthy: amount(spec.minAvailable, scale) };
  return { expectedPods: 0, desiredHealthy: 0 };
}

const amount = (value: number | string, of: number): number =>
  typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * of) / 100);

/** The evictions that the API server granted and whose Pods are still there. */
function disruptedOf({ status }: PodDisruptionBudget, pods: readonly Pod[], nowMs: number) {
  const disruptedPods: Record<string, string> = {};
  const notDeleted: Pod[] = [];
  let requeueAfterMs: number | undefined;
  for (const pod of pods) {
    const name = pod.metadata?.name ?? '';
    const since = Object.hasOwn(status?.disruptedPods ?? {}, name) ? status?.disruptedPods?.[name] : undefined;
    if (since === undefined || isTerminating(pod)) continue;
    const leftMs = (timeMs(since) ?? 0) + DELETION_TIMEOUT_MS - nowMs;
    if (leftMs <= 0) {
      notDeleted.push(pod);
      continue;
    }
    disruptedPods[name] = since;
    requeueAfterMs = Math.min(requeueAfterMs ?? leftMs, leftMs);
  }
  return { disruptedPods, notDeleted, requeueAfterMs };
}

function withAllowed({ metadata, status }: PodDisruptionBudget, reason: string, message: string, nowMs: number): Condition[] {
  const conditions = status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === 'DisruptionAllowed');
  const next = { type: 'DisruptionAllowed', status: reason === 'SufficientPods' ? 'True' : 'False', reason, message };
  const lastTransitionTime = old?.status === next.status ? old.lastTransitionTime : rfc3339(nowMs);
  const condition = { ...next, lastTransitionTime, observedGeneration: metadata?.generation };
  return [...conditions.filter((each) => each !== old), condition];
}
