import { type FieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

/** A path in a custom resource must begin at the object. */
export function checkSimplePath(path: string, at: FieldPath, out: Cause[]): void {
  if (!path.startsWith('.')) out.push(invalidValue(at, path, 'must be a simple json path starting with .'));
}
