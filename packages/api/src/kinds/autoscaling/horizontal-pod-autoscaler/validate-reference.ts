import { type FieldPath, pathSegmentName, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CrossVersionObjectReference } from '../../../../generated/types.ts';
import { checkText } from '../../../validation/basics.ts';

/** A reference to an object of any version. */
export function checkReference(reference: Partial<CrossVersionObjectReference> = {}, at: FieldPath, out: Cause[]): void {
  for (const field of ['kind', 'name'] as const) {
    const value = reference[field] ?? '';
    if (value === '') out.push(required(at.child(field)));
    else checkText(pathSegmentName, value, at.child(field), out);
  }
}
