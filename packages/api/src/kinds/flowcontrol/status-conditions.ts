import { duplicate, fieldPath, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

/** Each condition has a type, and each type comes once. */
export function checkConditionTypes(conditions: readonly { type?: string }[] | undefined, out: Cause[]): void {
  const seen = new Set<string>();
  for (const [i, { type = '' }] of (conditions ?? []).entries()) {
    const at = fieldPath('status', 'conditions').index(i).child('type');
    if (seen.has(type)) out.push(duplicate(at, type));
    seen.add(type);
    if (type === '') out.push(required(at, 'must not be empty'));
  }
}
