import { Buffer } from 'node:buffer';
import { fieldPath, invalidValue, tooLong } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

export const FIELD_MANAGER = fieldPath('fieldManager');
const MAX_MANAGER_BYTES = 128;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
/** Most managers: nothing to look at letter by letter. */
const PLAIN = /^[ -~]*$/;

/** What is wrong with the name of a manager (`fieldManager`). */
export function managerProblems(manager: string): Cause[] {
  if (manager.length <= MAX_MANAGER_BYTES && PLAIN.test(manager)) return [];
  const problems = Buffer.byteLength(manager) > MAX_MANAGER_BYTES ? [tooLong(FIELD_MANAGER, manager, MAX_MANAGER_BYTES)] : [];
  let position = 0;
  for (const char of manager) {
    if (!PRINTABLE.test(char)) {
      const code = `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
      problems.push(invalidValue(FIELD_MANAGER, manager, `invalid character ${code} (at position ${position})`));
    }
    position += Buffer.byteLength(char);
  }
  return problems;
}
