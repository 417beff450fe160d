import { deepEqual, duplicate, type FieldPath, qualifiedName, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { TopologySelectorTerm } from '../../../generated/types.ts';
import { checkText } from '../../validation/basics.ts';

/** The topologies of a class: no key twice in a term, no value twice for a key, and no term twice. */
export function checkAllowedTopologies(terms: readonly TopologySelectorTerm[] = [], path: FieldPath, out: Cause[]): void {
  const seen: Record<string, string[]>[] = [];
  for (const [i, { matchLabelExpressions = [] }] of terms.entries()) {
    const at = path.index(i).child('matchLabelExpressions');
    const term = new Map<string, string[]>();
    for (const [j, { key, values = [] }] of matchLabelExpressions.entries()) {
      const here = at.index(j);
      if (values.length === 0) out.push(required(here.child('values')));
      for (const [k, value] of values.entries()) {
        if (values.indexOf(value) < k) out.push(duplicate(here.child('values').index(k), value));
      }
      checkText(qualifiedName, key, here.child('key'), out);
      if (term.has(key)) out.push(duplicate(here.child('key'), key));
      term.set(key, [...values].sort());
    }
    const shape = Object.fromEntries([...term].sort());
    if (seen.some((other) => deepEqual(other, shape))) out.push(duplicate(at, ''));
    seen.push(shape);
  }
}
