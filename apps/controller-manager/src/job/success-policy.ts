import { countIndexes, type JobSpec, parseIndexIntervals } from '@kubernats/api';
import type { IndexSet } from './index-set.ts';

/** The first rule that says that the Job has succeeded. Source: KEP-3998. */
export function metSuccessRule({ successPolicy, completions = 0 }: JobSpec, succeeded: IndexSet): number | undefined {
  if (!successPolicy || succeeded.size === 0) return undefined;
  const met = successPolicy.rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && succeeded.size >= succeededCount;
    const wanted = parseIndexIntervals(succeededIndexes, completions);
    return succeeded.countIn(wanted) >= (succeededCount ?? countIndexes(wanted));
  });
  return met < 0 ? undefined : met;
}
