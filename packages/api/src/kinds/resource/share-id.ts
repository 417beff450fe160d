import { type FieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const WHY = 'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';

/** Tells shares of a device apart. */
export function checkShareId(id: string | undefined, at: FieldPath, out: Cause[]): void {
  if (id !== undefined && !FORM.test(id)) out.push(invalidValue(at, id, WHY));
}
