import { type HorizontalPodAutoscaler, type HorizontalPodAutoscalerStatus, HorizontalPodAutoscalers } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { referenceTo } from '@kubernats/client';
import type { ActContext } from '../context.ts';
import { type History, rescaledHistory } from './history.ts';
import { afterRefusal, afterRescale, type Plan, type Said } from './plan.ts';
import type { Target } from './target.ts';

/** Carries a plan out: the target first, then the status. Gives what is to be remembered. */
export async function apply(autoscaler: HorizontalPodAutoscaler, plan: Plan, target: Target, act: ActContext): Promise<History> {
  const { clock } = act;
  const { rescale, history } = plan;
  say(autoscaler, plan.events, act);
  if (!rescale) {
    await writeStatus(autoscaler, plan.status, act);
    return history;
  }
  const { to, reason } = rescale;
  try {
    await target.kind.updateScale({ ...target.scale, spec: { ...target.scale.spec, replicas: to } });
  } catch (error) {
    const problem = textOf(error);
    say(autoscaler, [{ type: 'Warning', reason: 'FailedRescale', message: `New size: ${to}; reason: ${reason}; error: ${problem}` }], act);
    await writeStatus(autoscaler, afterRefusal(plan.status, problem, clock.now()), act);
    return history;
  }
  say(autoscaler, [{ type: 'Normal', reason: 'SuccessfulRescale', message: `New size: ${to}; reason: ${reason}` }], act);
  await writeStatus(autoscaler, afterRescale(plan.status, to, clock.now()), act);
  return rescaledHistory(history, autoscaler.spec.behavior, rescale, clock.now());
}

/** Writes a status that is another one. What is in the way is told; the next look writes it again. */
export async function writeStatus(
  autoscaler: HorizontalPodAutoscaler,
  status: HorizontalPodAutoscalerStatus,
  act: ActContext,
): Promise<void> {
  if (deepEqual(status, autoscaler.status)) return;
  try {
    await act.client.kind(HorizontalPodAutoscalers).updateStatus({ ...autoscaler, status });
  } catch (error) {
    say(autoscaler, [{ type: 'Warning', reason: 'FailedUpdateStatus', message: textOf(error) }], act);
  }
}

export function say(autoscaler: HorizontalPodAutoscaler, events: readonly Said[], { events: recorder }: ActContext): void {
  const about = referenceTo(HorizontalPodAutoscalers, autoscaler);
  for (const { type, reason, message } of events) recorder.event(about, type, reason, message);
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
