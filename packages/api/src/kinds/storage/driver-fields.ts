// What kinds that name a driver, and pass it parameters, have in common.
import { type FieldPath, fieldPath, invalidValue, qualifiedName, required, tooLong } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { utf8Length } from '../../metadata/object-meta.ts';

const PARAMETERS_MAX = 512;
const PARAMETERS_MAX_BYTES = 256 * 1024;

/** The name of a provisioner, or driver. */
export function checkDriverName(name: string | undefined, path: FieldPath, out: Cause[]): void {
  if (!name) out.push(required(path));
  else for (const problem of qualifiedName(name.toLowerCase())) out.push(invalidValue(path, name.toLowerCase(), problem));
}

export function checkParameters(parameters: Record<string, string> = {}, out: Cause[], { optional = false } = {}): void {
  const path = fieldPath('parameters');
  const entries = Object.entries(parameters);
  if (entries.length > PARAMETERS_MAX) {
    out.push(tooLong(path, '', PARAMETERS_MAX));
    return;
  }
  let bytes = 0;
  for (const [key, value] of entries) {
    if (key === '') out.push(invalidValue(path, key, 'field can not be empty.'));
    bytes += utf8Length(key) + utf8Length(value);
  }
  if (bytes > PARAMETERS_MAX_BYTES) out.push(tooLong(path, '', PARAMETERS_MAX_BYTES));
  if (!optional && entries.length === 0) out.push(required(path, 'must contain at least one key/value pair'));
}
