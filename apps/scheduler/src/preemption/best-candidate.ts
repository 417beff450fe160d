import type { Pod } from '@kubernats/api';
import type { PodInfo } from '../snapshot/pod-info.ts';
import type { Candidate } from './dry-run.ts';
import { startedAt } from './importance.ts';

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
  ];
  let left = candidates;
  for (const harm of harms) {
    if (left.length <= 1) break;
    left = thoseOf(left, harm, (a, b) => a < b);
  }
  return thoseOf(
    left,
    ({ victims }) => earliestStart(victims, newest),
    (a, b) => a > b,
  )[0];
}

/** Those with the best value. */
function thoseOf<T>(candidates: readonly Candidate[], of: (candidate: Candidate) => T, isBetter: (a: T, b: T) => boolean): Candidate[] {
  let best: { value: T; candidates: Candidate[] } | undefined;
  for (const candidate of candidates) {
    const value = of(candidate);
    if (!best || isBetter(value, best.value)) best = { value, candidates: [candidate] };
    else if (value === best.value) best.candidates.push(candidate);
  }
  return best?.candidates ?? [];
}

const topPriority = ([first]: readonly PodInfo[]): number => first?.priority ?? 0;

/** Of the victims of the highest priority, who come first. */
function earliestStart(victims: readonly PodInfo[], newest: (info: PodInfo) => Pod): string {
  const top = topPriority(victims);
  const [first = ''] = victims
    .filter(({ priority }) => priority === top)
    .map((victim) => startedAt(newest(victim)))
    .sort();
  return first;
}
