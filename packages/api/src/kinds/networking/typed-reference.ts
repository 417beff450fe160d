import { dns1123Subdomain, type FieldPath, pathSegmentName } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { checkText, requiredText } from '../../validation/basics.ts';

/** What names another object by group, kind and name. */
export function checkTypedReference(
  { apiGroup, kind, name }: { apiGroup?: string; kind?: string; name?: string },
  at: FieldPath,
  out: Cause[],
): void {
  if (apiGroup !== undefined) checkText(dns1123Subdomain, apiGroup, at.child('apiGroup'), out);
  requiredText(pathSegmentName, kind, at.child('kind'), out);
  requiredText(pathSegmentName, name, at.child('name'), out);
}
