import type { HorizontalPodAutoscalerBehavior, HPAScalingRules } from '@kubernats/api';

/** How many replicas were asked for, before anything held that back. */
export interface Recommendation {
  replicas: number;
  atMs: number;
}

/** By how many the target grew, or shrank. */
export interface ScaleEvent {
  change: number;
  atMs: number;
}

/** What an autoscaler did lately. A process that begins anew knows nothing: what is there then is its first recommendation. */
export interface History {
  recommendations: readonly Recommendation[];
  ups: readonly ScaleEvent[];
  downs: readonly ScaleEvent[];
}

/** The history of one that looks for the first time. */
export const firstHistory = (currentReplicas: number, nowMs: number): History => ({
  recommendations: [{ replicas: currentReplicas, atMs: nowMs }],
  ups: [],
  downs: [],
});

/** With a recommendation; those that no window reaches back to are forgotten. */
export function recommended(history: History, replicas: number, windowMs: number, nowMs: number): History {
  const kept = history.recommendations.filter(({ atMs }) => atMs >= nowMs - windowMs);
  return { ...history, recommendations: [...kept, { replicas, atMs: nowMs }] };
}

/** With a change of size that was made; only a behavior asks for them. */
export function rescaledHistory(
  history: History,
  behavior: HorizontalPodAutoscalerBehavior | undefined,
  { from, to }: { from: number; to: number },
  nowMs: number,
): History {
  if (!behavior) return history;
  const event = { change: Math.abs(to - from), atMs: nowMs };
  if (to > from) return { ...history, ups: [...recent(history.ups, behavior.scaleUp, nowMs), event] };
  return { ...history, downs: [...recent(history.downs, behavior.scaleDown, nowMs), event] };
}

function recent(events: readonly ScaleEvent[], rules: HPAScalingRules | undefined, nowMs: number): ScaleEvent[] {
  const longestMs = Math.max(0, ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds * 1000));
  return events.filter(({ atMs }) => atMs >= nowMs - longestMs);
}
