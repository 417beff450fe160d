import { type FieldPath, forbiddenField, invalidValue, required, validateLabelSelectorRequirement } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { FieldSelectorRequirement, ResourceAttributes } from '../../../generated/types.ts';

/**
 * What is wrong with the selectors that a review limits its question by. Operators that nobody knows yet are let through, so that newer clients get an
 * answer. Source: KEP-4601, "Authorize with Selectors".
 */
export function checkSelectors({ fieldSelector, labelSelector }: ResourceAttributes, path: FieldPath): Cause[] {
  const causes: Cause[] = [];
  if (fieldSelector) {
    const at = path.child('fieldSelector');
    causes.push(...checkEither(fieldSelector, at));
    for (const [i, each] of (fieldSelector.requirements ?? []).entries()) {
      causes.push(...checkFieldRequirement(each, at.child('requirements').index(i)));
    }
  }
  if (labelSelector) {
    const at = path.child('labelSelector');
    causes.push(...checkEither(labelSelector, at));
    for (const [i, each] of (labelSelector.requirements ?? []).entries()) {
      causes.push(...validateLabelSelectorRequirement(each, at.child('requirements').index(i), 'allowed'));
    }
  }
  return causes;
}

function checkEither({ rawSelector, requirements }: { rawSelector?: string; requirements?: unknown[] }, path: FieldPath): Cause[] {
  const hasRequirements = (requirements?.length ?? 0) > 0;
  if (rawSelector && hasRequirements) {
    return [invalidValue(path.child('rawSelector'), rawSelector, 'may not specified at the same time as requirements')];
  }
  if (rawSelector || hasRequirements) return [];
  return [required(path.child('requirements'), `when ${path} is specified, requirements or rawSelector is required`)];
}

function checkFieldRequirement({ key, operator, values = [] }: FieldSelectorRequirement, path: FieldPath): Cause[] {
  const causes: Cause[] = [];
  if (!key) causes.push(required(path.child('key'), 'must be specified'));
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0) {
    causes.push(required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
  }
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    causes.push(forbiddenField(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  }
  return causes;
}
