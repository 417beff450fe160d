// Source: the concept "Dynamic Resource Allocation" and the API reference of DeviceClaim.
import { dns1123Label, dns1123Subdomain, type FieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { DeviceClaim, DeviceConstraint, DeviceRequest, DeviceSubRequest, ExactDeviceRequest } from '../../../generated/types.ts';
import { checkText, GREATER_THAN_ZERO, requiredText } from '../../validation/basics.ts';
import { ALTERNATIVES_MAX, LISTED_MAX } from './limits.ts';
import { checkItems, checkSet } from './lists.ts';
import { checkFullName } from './qualified-name.ts';
import { checkDeviceTolerations, checkOpaque, checkSelectors } from './validate-selectors.ts';

const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required';
const NO_REQUEST = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

export function checkDeviceClaim({ requests, constraints, config }: DeviceClaim, at: FieldPath, out: Cause[]): void {
  const names = requestNames(requests ?? []);
  const nameOf = ({ name }: { name: string }): string => name;
  checkSet(requests, LISTED_MAX, nameOf, at.child('requests'), (request, path) => checkRequest(request, path, out), out);
  checkItems(constraints, LISTED_MAX, at.child('constraints'), (each, path) => checkConstraint(each, names, path, out), out);
  checkItems(
    config,
    LISTED_MAX,
    at.child('config'),
    ({ requests: of, opaque }, path) => {
      checkReferences(of, names, path.child('requests'), out);
      checkOpaque(opaque, path.child('opaque'), out);
    },
    out,
  );
}

/** What others may refer to: `request`, and `request/alternative`. */
export function requestNames(requests: readonly DeviceRequest[]): ReadonlySet<string> {
  return new Set(requests.flatMap(({ name, firstAvailable = [] }) => [name, ...firstAvailable.map((sub) => `${name}/${sub.name}`)]));
}

export function checkReferences(references: string[] | undefined, names: ReadonlySet<string>, at: FieldPath, out: Cause[]): void {
  checkSet(
    references,
    LISTED_MAX,
    (name) => name,
    at,
    (name, path) => checkReference(name, names, path, out),
    out,
  );
}

export function checkReference(name = '', names: ReadonlySet<string>, at: FieldPath, out: Cause[]): void {
  const segments = name.split('/');
  if (segments.length <= 2) for (const segment of segments) checkText(dns1123Label, segment, at, out);
  if (!names.has(name)) out.push(invalidValue(at, name, NO_REQUEST));
}

function checkRequest({ name, exactly, firstAvailable = [] }: DeviceRequest, at: FieldPath, out: Cause[]): void {
  checkText(dns1123Label, name ?? '', at.child('name'), out);
  if (exactly && firstAvailable.length > 0) out.push(invalidValue(at, null, `${ONE_OF}, but multiple fields are set`));
  else if (exactly) checkExactly(exactly, at.child('exactly'), out);
  else if (firstAvailable.length === 0) out.push(required(at, ONE_OF));
  else {
    const check = (sub: DeviceSubRequest, path: FieldPath): void => {
      checkText(dns1123Label, sub.name ?? '', path.child('name'), out);
      checkExactly(sub, path, out);
    };
    checkSet(firstAvailable, ALTERNATIVES_MAX, (sub) => sub.name, at.child('firstAvailable'), check, out);
  }
}

function checkExactly(request: ExactDeviceRequest | DeviceSubRequest, at: FieldPath, out: Cause[]): void {
  const { deviceClassName, selectors, allocationMode = '', count = 0, tolerations } = request;
  requiredText(dns1123Subdomain, deviceClassName, at.child('deviceClassName'), out);
  checkSelectors(selectors, at.child('selectors'), out);
  if (allocationMode === 'All') {
    if (count !== 0) out.push(invalidValue(at.child('count'), count, "must not be specified when allocationMode is 'All'"));
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) out.push(invalidValue(at.child('count'), count, GREATER_THAN_ZERO));
  } else out.push(notSupported(at.child('allocationMode'), allocationMode, ['All', 'ExactCount']));
  checkDeviceTolerations(tolerations, at.child('tolerations'), out);
}

function checkConstraint(
  { requests, matchAttribute, distinctAttribute }: DeviceConstraint,
  names: ReadonlySet<string>,
  at: FieldPath,
  out: Cause[],
): void {
  checkReferences(requests, names, at.child('requests'), out);
  const [field, value] =
    matchAttribute === undefined ? (['distinctAttribute', distinctAttribute] as const) : (['matchAttribute', matchAttribute] as const);
  if (value === undefined) {
    out.push(required(at, 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'));
  } else checkFullName(value, at.child(field), out);
}
