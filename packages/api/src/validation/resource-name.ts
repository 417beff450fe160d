import { type FieldPath, invalidValue, qualifiedName } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { isStandardResource } from '../quota/names.ts';
import { checkText } from './basics.ts';

/** The name of something that can be asked for at all; what may be asked for at this place is for the caller to say. */
export function checkResourceName(name: string, at: FieldPath, out: Cause[]): void {
  const before = out.length;
  checkText(qualifiedName, name, at, out);
  if (out.length > before || name.includes('/') || isStandardResource(name)) return;
  out.push(invalidValue(at, name, 'must be a standard resource type or fully qualified'));
}
