import { dns1123Subdomain, type FieldPath, required, tooLong } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { checkText } from '../../validation/basics.ts';

const LENGTH_MAX = 63;

/** Checks the name of a CSI driver. Upper case counts as lower case. */
export function checkCsiDriverName(name: string | undefined, path: FieldPath, out: Cause[]): void {
  if (!name) {
    out.push(required(path));
    return;
  }
  if (name.length > LENGTH_MAX) out.push(tooLong(path, name, LENGTH_MAX));
  checkText((value = '') => dns1123Subdomain(value.toLowerCase()), name, path, out);
}
