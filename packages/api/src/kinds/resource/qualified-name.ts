import { cIdentifier, type FieldPath, invalidValue, tooLong } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { utf8Length } from '../../metadata/object-meta.ts';
import { checkText } from '../../validation/basics.ts';
import { checkCsiDriverName } from '../storage/csi-driver-name.ts';
import { IDENTIFIER_BYTES_MAX } from './limits.ts';

/** The name of an attribute or a capacity: an identifier of C, alone or behind the domain of a driver and a slash. */
export function checkAttributeName(name: string, at: FieldPath, out: Cause[]): void {
  const parts = name.split('/');
  // What has more of them is taken, as by Kubernetes.
  if (parts.length > 2) return;
  const [identifier = '', domain] = parts.toReversed();
  if (domain === undefined) {
    checkIdentifier(identifier, at, out);
    return;
  }
  if (domain === '') out.push(invalidValue(at, '', 'the domain must not be empty'));
  else checkCsiDriverName(domain, at, out);
  if (identifier === '') out.push(invalidValue(at, '', 'the name must not be empty'));
  else checkIdentifier(identifier, at, out);
}

/** As `checkAttributeName`, with a domain in any case. */
export function checkFullName(name: string, at: FieldPath, out: Cause[]): void {
  checkAttributeName(name, at, out);
  if (!name.includes('/')) out.push(invalidValue(at, name, 'a fully qualified name must be a domain and a name separated by a slash'));
}

function checkIdentifier(identifier: string, at: FieldPath, out: Cause[]): void {
  if (utf8Length(identifier) > IDENTIFIER_BYTES_MAX) out.push(tooLong(at, '', IDENTIFIER_BYTES_MAX));
  checkText(cIdentifier, identifier, at, out);
}
