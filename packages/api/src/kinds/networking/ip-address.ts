import { dns1123Subdomain, fieldPath, goQuote, pathSegmentName, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { IPAddress } from '../../../generated/types.ts';
import { IPAddresses } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { checkText, immutable, isIp, requiredText } from '../../validation/basics.ts';
import { canonicalAddress } from '../../validation/cidr.ts';
import { nobodyActs } from '../../validation/nobody-acts.ts';
import { defineKind } from '../define.ts';

const PARENT = fieldPath('spec', 'parentRef');

/** Its name is the address. */
function addressName(name = ''): string[] {
  if (!isIp(name)) return ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
  const canonical = canonicalAddress(name);
  return name === canonical ? [] : [`must be in canonical form (${goQuote(canonical)})`];
}

function validate({ spec }: IPAddress): Cause[] {
  const { parentRef } = spec ?? {};
  if (!parentRef) return [required(PARENT)];
  const out: Cause[] = [];
  if (parentRef.group) checkText(dns1123Subdomain, parentRef.group, PARENT.child('group'), out);
  requiredText(pathSegmentName, parentRef.resource, PARENT.child('resource'), out);
  requiredText(pathSegmentName, parentRef.name, PARENT.child('name'), out);
  if (parentRef.namespace) checkText(pathSegmentName, parentRef.namespace, PARENT.child('namespace'), out);
  return out;
}

function validateUpdate({ spec }: IPAddress, { spec: old }: IPAddress): Cause[] {
  const out: Cause[] = [];
  immutable(spec?.parentRef, old?.parentRef, PARENT, out);
  return out;
}

function parentText({ spec }: IPAddress): string {
  const { parentRef } = spec ?? {};
  if (!parentRef) return '<none>';
  const { group, resource, namespace, name } = parentRef;
  const kind = (group ? `${resource}.${group}` : resource).toLowerCase();
  return [kind, ...(namespace ? [namespace] : []), name].join('/');
}

export const ipAddressRow = defineKind<IPAddress>(IPAddresses, {
  shortNames: ['ip'],
  nameRule: addressName,
  columns: [NAME, text('ParentRef', 'What the address belongs to.', parentText), AGE],
  strategy: {
    validate,
    validateUpdate,
    warnings: () => [nobodyActs('IPAddress', 'the addresses of Services are given out by what is stored of the Services themselves')],
  },
});
