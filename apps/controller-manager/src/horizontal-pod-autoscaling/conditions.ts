import type { HorizontalPodAutoscalerCondition } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import type { Why } from './normalize.ts';

export type Conditions = readonly HorizontalPodAutoscalerCondition[];
export type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';

/** The list with this one in it, in its place. Its time changes with its status alone. */
export function withCondition(conditions: Conditions, type: ConditionType, holds: boolean, why: Why, nowMs: number): Conditions {
  const status = holds ? 'True' : 'False';
  const old = conditions.find((condition) => condition.type === type);
  const lastTransitionTime = old?.status === status ? old.lastTransitionTime : rfc3339(nowMs);
  const next = { type, status, lastTransitionTime, reason: why.reason, message: why.message };
  return old ? conditions.map((condition) => (condition === old ? next : condition)) : [...conditions, next];
}
