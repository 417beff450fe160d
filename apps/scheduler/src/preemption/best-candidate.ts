import type { Pod } from '@kubernats/api';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Candidate } from './dry-run.ts';
import { startedAtMs } from './importance.ts';

/** Makes every priority positive, so that many Pods of negative priority do not count for less than few. */
const OFFSET = 2 ** 31;

/**
 * The candidate that does the least harm: the fewest broken budgets, then the least important top victim, the smallest sum of priorities, the fewest victims,
 * the top victims that started last, and then the first. Source: "Pod Priority and Preemption"; kube-scheduler's pickOneNodeForPreemption.
 */
export function bestCandidate(candidates: readonly Candidate[], newest: (info: PodInfo) => Pod): Candidate | undefined {
  const harms: ((candidate: Candidate) => number)[] = [
    ({ violations }) => violations,
    ({ victims }) => topPriority(victims),
    ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + OFFSET, 0),
    ({ victims }) => victims.length,
    ({ victims }) => -earliestStart(victims, newest),
  ];
  let left = candidates;
  for (const harm of harms) {
    if (left.length <= 1) break;
    const amounts = left.map(harm);
    const least = Math.min(...amounts);
    left = left.filter((_, index) => amounts[index] === least);
  }
  return left[0];
}

const topPriority = ([first]: readonly PodInfo[]): number => first?.priority ?? 0;

/** Of the victims of the highest priority, who come first. */
function earliestStart(victims: readonly PodInfo[], newest: (info: PodInfo) => Pod): number {
  const top = topPriority(victims);
  return Math.min(...victims.filter(({ priority }) => priority === top).map((victim) => startedAtMs(newest(victim))));
}
