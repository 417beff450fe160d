import type { HPAScalingPolicy, HPAScalingRules } from '@kubernats/api';
import type { History, ScaleEvent } from './history.ts';

type Choice = (...limits: number[]) => number;

/** How many replicas the rules let there be at most now. */
export function upLimit(current: number, history: History, rules: HPAScalingRules | undefined, nowMs: number): number {
  const grown = ({ type, value }: HPAScalingPolicy, start: number): number =>
    type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  return limit(current, history, rules, nowMs, grown, { most: Math.max, least: Math.min });
}

/** How many replicas the rules let there be at least now. */
export function downLimit(current: number, history: History, rules: HPAScalingRules | undefined, nowMs: number): number {
  const shrunk = ({ type, value }: HPAScalingPolicy, start: number): number =>
    type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  return limit(current, history, rules, nowMs, shrunk, { most: Math.min, least: Math.max });
}

function limit(
  current: number,
  { ups, downs }: History,
  { selectPolicy, policies = [] }: HPAScalingRules = {},
  nowMs: number,
  reach: (policy: HPAScalingPolicy, start: number) => number,
  choice: { most: Choice; least: Choice },
): number {
  if (selectPolicy === 'Disabled') return current;
  const reached = policies.map((policy) => {
    const sinceMs = nowMs - policy.periodSeconds * 1000;
    return reach(policy, current - changesSince(ups, sinceMs) + changesSince(downs, sinceMs));
  });
  if (reached.length === 0) return current;
  return selectPolicy === 'Min' ? choice.least(...reached) : choice.most(...reached);
}

const changesSince = (events: readonly ScaleEvent[], sinceMs: number): number =>
  events.reduce((sum, { change, atMs }) => (atMs > sinceMs ? sum + change : sum), 0);
