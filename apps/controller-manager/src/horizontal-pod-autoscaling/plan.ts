import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, MetricStatus } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { type Conditions, type ConditionType, withCondition } from './conditions.ts';
import type { History } from './history.ts';
import type { Why } from './normalize.ts';

/** An event about the autoscaler. */
export interface Said {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** What an autoscaler does now. */
export interface Plan {
  /** Before its target is asked to change. */
  status: HorizontalPodAutoscalerStatus;
  /** What its target is asked for, and why; undefined: it stays as it is. */
  rescale?: { from: number; to: number; reason: string };
  events: Said[];
  history: History;
}

/** A status in the making. */
export class StatusDraft {
  readonly #old: Partial<HorizontalPodAutoscalerStatus>;
  readonly #nowMs: number;
  #conditions: Conditions;

  constructor({ status }: HorizontalPodAutoscaler, nowMs: number) {
    this.#old = status ?? {};
    this.#nowMs = nowMs;
    this.#conditions = status?.conditions ?? [];
  }

  say(type: ConditionType, holds: boolean, why: Why): void {
    this.#conditions = withCondition(this.#conditions, type, holds, why, this.#nowMs);
  }

  /** The status as it was, but for its conditions. */
  unchanged(): HorizontalPodAutoscalerStatus {
    return { desiredReplicas: 0, ...this.#old, conditions: [...this.#conditions] };
  }

  /** `desired` undefined: what it was is still what it should be. */
  finished(current: number, desired: number | undefined, metrics: readonly MetricStatus[]): HorizontalPodAutoscalerStatus {
    const { lastScaleTime, desiredReplicas = 0 } = this.#old;
    return {
      ...(lastScaleTime !== undefined && { lastScaleTime }),
      // None is not told.
      ...(current > 0 && { currentReplicas: current }),
      desiredReplicas: desired ?? desiredReplicas,
      ...(metrics.length > 0 && { currentMetrics: [...metrics] }),
      conditions: [...this.#conditions],
    };
  }
}

/** The status after the target was changed. */
export function afterRescale(status: HorizontalPodAutoscalerStatus, to: number, nowMs: number): HorizontalPodAutoscalerStatus {
  const why = { reason: 'SucceededRescale', message: `the HPA controller was able to update the target scale to ${to}` };
  const conditions = [...withCondition(status.conditions ?? [], 'AbleToScale', true, why, nowMs)];
  return { ...status, lastScaleTime: rfc3339(nowMs), desiredReplicas: to, conditions };
}

/** The status after the target refused to change. */
export function afterRefusal(status: HorizontalPodAutoscalerStatus, problem: string, nowMs: number): HorizontalPodAutoscalerStatus {
  const why = { reason: 'FailedUpdateScale', message: `the HPA controller was unable to update the target scale: ${problem}` };
  return { ...status, conditions: [...withCondition(status.conditions ?? [], 'AbleToScale', false, why, nowMs)] };
}

/** Where the target does not tell its size. */
export function withoutScale(autoscaler: HorizontalPodAutoscaler, problem: string, nowMs: number): Pick<Plan, 'status' | 'events'> {
  const draft = new StatusDraft(autoscaler, nowMs);
  const message = `the HPA controller was unable to get the target's current scale: ${problem}`;
  draft.say('AbleToScale', false, { reason: 'FailedGetScale', message });
  return { status: draft.unchanged(), events: [{ type: 'Warning', reason: 'FailedGetScale', message: problem }] };
}
