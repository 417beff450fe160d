import { duplicate, type FieldPath, invalidValue, qualifiedName } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { checkText } from '../../validation/basics.ts';
import { BINDING_CONDITIONS_MAX } from './limits.ts';
import { checkItems } from './lists.ts';

interface Binding {
  bindingConditions?: string[];
  bindingFailureConditions?: string[];
}

/** The conditions that Pods with a device wait for, and those that say that it is no use. One goes with the other. */
export function checkBindingConditions(binding: Binding, at: FieldPath, out: Cause[]): void {
  const { bindingConditions: good = [], bindingFailureConditions: bad = [] } = binding;
  const [goodAt, badAt] = [at.child('bindingConditions'), at.child('bindingFailureConditions')];
  const check = (condition: string, path: FieldPath): void => checkText(qualifiedName, condition, path, out);
  checkItems(good, BINDING_CONDITIONS_MAX, goodAt, check, out);
  checkItems(bad, BINDING_CONDITIONS_MAX, badAt, check, out);
  for (const [i, condition] of good.entries()) if (good.indexOf(condition) < i) out.push(duplicate(goodAt.index(i), condition));
  for (const [i, condition] of bad.entries()) {
    if (bad.indexOf(condition) < i) out.push(duplicate(badAt.index(i), condition));
    if (good.includes(condition)) {
      out.push(invalidValue(badAt.index(i), condition, 'bindingFailureConditions must not overlap with bindingConditions'));
    }
  }
  if (good.length === 0 && bad.length > 0)
    out.push(invalidValue(goodAt, good, 'bindingConditions are required to use bindingFailureConditions'));
  if (bad.length === 0 && good.length > 0)
    out.push(invalidValue(badAt, bad, 'bindingFailureConditions are required to use bindingConditions'));
}
