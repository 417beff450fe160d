import { dns1123Subdomain, type FieldPath, required, tooLong } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { utf8Length } from '../../metadata/object-meta.ts';
import { checkText } from '../../validation/basics.ts';
import { POOL_NAME_BYTES_MAX } from './limits.ts';

/** One or more names, with slashes between them. */
export function checkPoolName(name: string | undefined, at: FieldPath, out: Cause[]): void {
  if (!name) {
    out.push(required(at));
    return;
  }
  if (utf8Length(name) > POOL_NAME_BYTES_MAX) out.push(tooLong(at, '', POOL_NAME_BYTES_MAX));
  for (const part of name.split('/')) checkText(dns1123Subdomain, part, at, out);
}
