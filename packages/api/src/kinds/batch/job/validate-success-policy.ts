import { type FieldPath, invalidValue, required, tooLong, tooMany } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { JobSpec, SuccessPolicyRule } from '../../../../generated/types.ts';
import { notNegative } from '../../../validation/basics.ts';
import { countIndexes, parseIndexIntervals } from './index-intervals.ts';

const RULES_MAX = 20;
const INDEXES_TEXT_MAX = 64 * 1024;

/** The rules by which an Indexed Job has succeeded before all indexes have. Source: "Success policy" of the concept "Jobs". */
export function checkSuccessPolicy({ successPolicy, completions = 0 }: JobSpec, at: FieldPath, out: Cause[]): void {
  const rules = successPolicy?.rules ?? [];
  const rulesAt = at.child('rules');
  if (rules.length === 0) out.push(required(rulesAt, 'at least one rules must be specified'));
  if (rules.length > RULES_MAX) out.push(tooMany(rulesAt, rules.length, RULES_MAX));
  rules.forEach((rule, i) => {
    checkRule(rule, completions, rulesAt.index(i), out);
  });
}

function checkRule({ succeededCount, succeededIndexes }: SuccessPolicyRule, completions: number, at: FieldPath, out: Cause[]): void {
  if (succeededCount === undefined && succeededIndexes === undefined) {
    out.push(required(at, 'at least one of succeededCount or succeededIndexes must be specified'));
  }
  let named: number | undefined;
  if (succeededIndexes !== undefined) {
    const indexesAt = at.child('succeededIndexes');
    if (succeededIndexes.length > INDEXES_TEXT_MAX) out.push(tooLong(indexesAt, succeededIndexes, INDEXES_TEXT_MAX));
    try {
      named = countIndexes(parseIndexIntervals(succeededIndexes, completions));
    } catch (error) {
      out.push(invalidValue(indexesAt, succeededIndexes, `error parsing succeededIndexes: ${(error as Error).message}`));
    }
  }
  if (succeededCount === undefined) return;
  const countAt = at.child('succeededCount');
  notNegative(succeededCount, countAt, out);
  if (succeededCount > completions) {
    const detail = `must be less than or equal to ${completions} (the number of specified completions)`;
    out.push(invalidValue(countAt, succeededCount, detail));
  }
  if (succeededIndexes !== undefined && succeededCount > (named ?? 0)) {
    const detail = `must be less than or equal to ${named ?? 0} (the number of indexes in the specified succeededIndexes field)`;
    out.push(invalidValue(countAt, succeededCount, detail));
  }
}
