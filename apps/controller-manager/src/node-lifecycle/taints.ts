import type { Node, Taint } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { readyCondition } from './health.ts';

const PREFIX = 'node.kubernetes.io/';
const NOT_READY = `${PREFIX}not-ready`;
const UNREACHABLE = `${PREFIX}unreachable`;
const UNSCHEDULABLE = `${PREFIX}unschedulable`;

/** Conditions that keep new Pods away, by their name. */
const BY_CONDITION: Record<string, string> = {
  MemoryPressure: `${PREFIX}memory-pressure`,
  DiskPressure: `${PREFIX}disk-pressure`,
  PIDPressure: `${PREFIX}pid-pressure`,
  NetworkUnavailable: `${PREFIX}network-unavailable`,
};

const OURS = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...Object.values(BY_CONDITION)].map((key) => `${key}:NoSchedule`));
for (const key of [NOT_READY, UNREACHABLE]) OURS.add(`${key}:NoExecute`);

const idOf = ({ key, effect }: Taint): string => `${key}:${effect}`;

/** The taint that Pods have to leave for, if the node is not ready. */
export function noExecuteTaint(node: Node): Taint | undefined {
  const ready = readyCondition(node);
  if (!ready || ready.status === 'True') return undefined;
  return { key: ready.status === 'Unknown' ? UNREACHABLE : NOT_READY, effect: 'NoExecute' };
}

/** Whether Pods have to leave the node already. */
export function isNoExecuteTainted({ spec }: Node): boolean {
  return spec?.taints?.some(({ key, effect }) => effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE)) === true;
}

/**
 * The taints that the node should have by its conditions, beside those that others gave it; undefined: it has them. `evicts`: whether Pods have to leave
 * it, too. Source: the concept "Taints and Tolerations", "Taint nodes by condition".
 */
export function wantedTaints(node: Node, evicts: boolean, nowMs: number): Taint[] | undefined {
  const wanted: Taint[] = [];
  const execute = noExecuteTaint(node);
  if (execute) wanted.push({ key: execute.key, effect: 'NoSchedule' });
  if (execute && evicts) wanted.push(execute);
  for (const { type, status } of node.status?.conditions ?? []) {
    const key = BY_CONDITION[type];
    if (key && status === 'True') wanted.push({ key, effect: 'NoSchedule' });
  }
  if (node.spec?.unschedulable) wanted.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });

  const now = node.spec?.taints ?? [];
  const wantedIds = new Set(wanted.map(idOf));
  const kept = now.filter((taint) => !OURS.has(idOf(taint)) || wantedIds.has(idOf(taint)));
  const keptIds = new Set(kept.map(idOf));
  const added = wanted.filter((taint) => !keptIds.has(idOf(taint))).map((taint) => ({ ...taint, timeAdded: rfc3339(nowMs) }));
  return added.length === 0 && kept.length === now.length ? undefined : [...kept, ...added];
}
