import {
  deepEqual,
  dns1123Label,
  type FieldPath,
  fieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  ResourceClaimConsumerReference,
  ResourceResourceClaim,
} from '../../../../generated/types.ts';
import { checkText, IMMUTABLE } from '../../../validation/basics.ts';
import { checkCsiDriverName } from '../../storage/csi-driver-name.ts';
import { LISTED_MAX } from '../limits.ts';
import { checkItems, checkSet } from '../lists.ts';
import { checkPoolName } from '../pool-name.ts';
import { checkReferences, requestNames } from '../validate-device-claim.ts';
import { checkOpaque } from '../validate-selectors.ts';

const STATUS = fieldPath('status');
const CONSUMERS_MAX = 256;
const SOURCES = ['FromClaim', 'FromClass'];

/** What an allocator and the drivers may say of a claim. */
export function validateClaimStatus({ spec, status = {} }: ResourceResourceClaim, { status: old = {} }: ResourceResourceClaim): Cause[] {
  const out: Cause[] = [];
  const { reservedFor = [], allocation, devices = [] } = status;
  const at = STATUS.child('reservedFor');
  checkSet(
    reservedFor,
    CONSUMERS_MAX,
    ({ uid }) => uid,
    at,
    (consumer, path) => checkConsumer(consumer, path, out),
    out,
  );
  if (reservedFor.length > 0 && !allocation) out.push(forbiddenField(at, 'may not be specified when `allocated` is not set'));
  const allocated = new Set((allocation?.devices?.results ?? []).map(deviceKey));
  checkSet(
    devices,
    Number.POSITIVE_INFINITY,
    deviceKey,
    STATUS.child('devices'),
    (device, path) => checkDevice(device, allocated, path, out),
    out,
  );
  const where = STATUS.child('allocation');
  if (allocation && old.allocation) {
    if (!deepEqual(allocation, old.allocation)) out.push(invalidValue(where, allocation, IMMUTABLE));
  } else if (allocation) checkAllocation(allocation, requestNames(spec?.devices?.requests ?? []), where, out);
  return out;
}

function checkConsumer(consumer: ResourceClaimConsumerReference, at: FieldPath, out: Cause[]): void {
  for (const field of ['resource', 'name', 'uid'] as const) if (!consumer[field]) out.push(required(at.child(field)));
}

type Named = { driver: string; pool: string; device: string; shareID?: string };

const deviceKey = ({ driver, pool, device, shareID }: Named): string =>
  [driver, pool, device, ...(shareID === undefined ? [] : [shareID])].join('/');

function checkNamed({ driver, pool, device }: Named, at: FieldPath, out: Cause[]): void {
  checkCsiDriverName(driver, at.child('driver'), out);
  checkPoolName(pool, at.child('pool'), out);
  checkText(dns1123Label, device ?? '', at.child('device'), out);
}

function checkDevice(device: AllocatedDeviceStatus, allocated: ReadonlySet<string>, at: FieldPath, out: Cause[]): void {
  checkNamed(device, at, out);
  if (!allocated.has(deviceKey(device))) out.push(invalidValue(at, deviceKey(device), 'must be an allocated device in the claim'));
}

function checkAllocation({ devices }: AllocationResult, names: ReadonlySet<string>, at: FieldPath, out: Cause[]): void {
  const path = at.child('devices');
  checkItems(
    devices?.results,
    LISTED_MAX,
    path.child('results'),
    (result, here) => {
      checkReferences([result.request], names, here.child('request'), out);
      checkNamed(result, here, out);
    },
    out,
  );
  checkItems(
    devices?.config,
    2 * LISTED_MAX,
    path.child('config'),
    ({ source, requests, opaque }, here) => {
      if (!source) out.push(required(here.child('source')));
      else if (!SOURCES.includes(source)) out.push(notSupported(here.child('source'), source, SOURCES));
      checkReferences(requests, names, here.child('requests'), out);
      checkOpaque(opaque, here.child('opaque'), out);
    },
    out,
  );
}
