import { type FieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Job, JobStatus } from '../../../../generated/types.ts';
import { type IndexInterval, parseIndexIntervals } from './index-intervals.ts';

/** Which indexes of an Indexed Job succeeded and failed. */
export function checkStatusIndexes({ spec, status = {} }: Job, before: JobStatus, at: FieldPath, out: Cause[]): void {
  const { completedIndexes = '', failedIndexes } = status;
  const completedChanged = completedIndexes !== (before.completedIndexes ?? '');
  const failedChanged = failedIndexes !== before.failedIndexes;
  const [completedAt, failedAt] = [at.child('completedIndexes'), at.child('failedIndexes')];
  const { completions, backoffLimitPerIndex: perIndex } = spec ?? {};
  const limit = completions ?? Number.POSITIVE_INFINITY;
  const completed = parsed('completedIndexes', completedIndexes, limit);
  const failed = parsed('failedIndexes', failedIndexes ?? '', limit);
  if (completedChanged && completed.problem !== undefined) out.push(invalidValue(completedAt, completedIndexes, completed.problem));
  if (failedChanged && perIndex !== undefined && failed.problem !== undefined)
    out.push(invalidValue(failedAt, failedIndexes, failed.problem));
  if (completedChanged && completedIndexes !== '' && spec?.completionMode !== 'Indexed') {
    out.push(invalidValue(completedAt, completedIndexes, 'cannot set non-empty completedIndexes when non-indexed completion mode'));
  }
  if (failedChanged && failedIndexes !== undefined && perIndex === undefined) {
    out.push(invalidValue(failedAt, failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'));
  }
  const both = completedChanged || failedChanged ? firstOfBoth(completed.intervals, failed.intervals) : undefined;
  if (both !== undefined) {
    out.push(invalidValue(failedAt, failedIndexes, `failedIndexes and completedIndexes overlap at index: ${both}`));
  }
}

interface Parsed {
  intervals: readonly IndexInterval[];
  problem: string | undefined;
}

function parsed(field: string, text: string, completions: number): Parsed {
  try {
    return { intervals: parseIndexIntervals(text, completions), problem: undefined };
  } catch (error) {
    return { intervals: [], problem: `error parsing ${field}: ${(error as Error).message}` };
  }
}

/** The first index that is in both lists. Each is in order, so that they are walked side by side. */
function firstOfBoth(a: readonly IndexInterval[], b: readonly IndexInterval[]): number | undefined {
  for (let [i, j] = [0, 0]; i < a.length && j < b.length; ) {
    const [one, other] = [a[i] as IndexInterval, b[j] as IndexInterval];
    if (one[1] < other[0]) i++;
    else if (other[1] < one[0]) j++;
    else return Math.max(one[0], other[0]);
  }
  return undefined;
}
