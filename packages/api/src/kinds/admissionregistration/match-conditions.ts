import { duplicate, type FieldPath, qualifiedName, required, tooMany } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { requiredText } from '../../validation/basics.ts';

const CONDITIONS_MAX = 64;

interface MatchCondition {
  name?: string;
  expression?: string;
}

/** What is wrong with the conditions under which a webhook is called. */
export function checkMatchConditions(conditions: readonly MatchCondition[], at: FieldPath, out: Cause[]): void {
  if (conditions.length > CONDITIONS_MAX) out.push(tooMany(at, conditions.length, CONDITIONS_MAX));
  const names = new Set<string>();
  for (const [i, { name, expression = '' }] of conditions.entries()) {
    const each = at.index(i);
    if (expression.trim() === '') out.push(required(each.child('expression')));
    requiredText(qualifiedName, name, each.child('name'), out);
    if (!name) continue;
    if (names.has(name)) out.push(duplicate(each.child('name'), name));
    names.add(name);
  }
}
