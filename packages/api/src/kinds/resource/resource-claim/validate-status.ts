import {
  deepEqual,
  dns1123Label,
  type FieldPath,
  fieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  NetworkDeviceData,
  ResourceClaimConsumerReference,
  ResourceResourceClaim,
} from '../../../../generated/types.ts';
import { utf8Length } from '../../../metadata/object-meta.ts';
import { checkText, IMMUTABLE, isCidr } from '../../../validation/basics.ts';
import { checkNodeSelector } from '../../core/pod-template/validate-scheduling.ts';
import { checkCsiDriverName } from '../../storage/csi-driver-name.ts';
import { checkBindingConditions } from '../binding-conditions.ts';
import {
  DEVICE_ADDRESSES_MAX,
  DEVICE_CONDITIONS_MAX,
  DEVICE_DATA_BYTES_MAX,
  HARDWARE_ADDRESS_BYTES_MAX,
  INTERFACE_NAME_BYTES_MAX,
  LISTED_MAX,
} from '../limits.ts';
import { checkItems, checkSet } from '../lists.ts';
import { checkPoolName } from '../pool-name.ts';
import { checkShareId } from '../share-id.ts';
import { checkReference, checkReferences, requestNames } from '../validate-device-claim.ts';
import { checkOpaque, checkRaw } from '../validate-selectors.ts';

const STATUS = fieldPath('status');
const CONSUMERS_MAX = 256;
const SOURCES = ['FromClaim', 'FromClass'];

/** What an allocator and the drivers may say of a claim. */
export function validateClaimStatus(
  { metadata, spec, status = {} }: ResourceResourceClaim,
  { status: old = {} }: ResourceResourceClaim,
): Cause[] {
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
  else if (
    metadata?.deletionTimestamp &&
    reservedFor.some((consumer) => !(old.reservedFor ?? []).some((each) => deepEqual(each, consumer)))
  ) {
    out.push(forbiddenField(at, 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set'));
  }
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

function checkNamed({ driver, pool, device, shareID }: Named, at: FieldPath, out: Cause[]): void {
  checkCsiDriverName(driver, at.child('driver'), out);
  checkPoolName(pool, at.child('pool'), out);
  checkText(dns1123Label, device ?? '', at.child('device'), out);
  checkShareId(shareID, at.child('shareID'), out);
}

function checkDevice(device: AllocatedDeviceStatus, allocated: ReadonlySet<string>, at: FieldPath, out: Cause[]): void {
  checkNamed(device, at, out);
  if (!allocated.has(deviceKey(device))) out.push(invalidValue(at, deviceKey(device), 'must be an allocated device in the claim'));
  const { conditions = [], data, networkData } = device;
  if (conditions.length > DEVICE_CONDITIONS_MAX) out.push(tooMany(at.child('conditions'), conditions.length, DEVICE_CONDITIONS_MAX));
  if (data !== undefined && data !== null) checkRaw(data, at.child('data'), DEVICE_DATA_BYTES_MAX, out);
  if (networkData) checkNetworkData(networkData, at.child('networkData'), out);
}

function checkNetworkData({ interfaceName = '', hardwareAddress = '', ips }: NetworkDeviceData, at: FieldPath, out: Cause[]): void {
  if (utf8Length(interfaceName) > INTERFACE_NAME_BYTES_MAX) out.push(tooLong(at.child('interfaceName'), '', INTERFACE_NAME_BYTES_MAX));
  if (utf8Length(hardwareAddress) > HARDWARE_ADDRESS_BYTES_MAX) {
    out.push(tooLong(at.child('hardwareAddress'), '', HARDWARE_ADDRESS_BYTES_MAX));
  }
  const check = (address: string, path: FieldPath): void => {
    if (!isCidr(address)) out.push(invalidValue(path, address, INTERFACE_ADDRESS));
  };
  checkSet(ips, DEVICE_ADDRESSES_MAX, (address) => address, at.child('ips'), check, out);
}

const INTERFACE_ADDRESS = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';

function checkAllocation({ devices, nodeSelector }: AllocationResult, names: ReadonlySet<string>, at: FieldPath, out: Cause[]): void {
  const path = at.child('devices');
  checkItems(
    devices?.results,
    LISTED_MAX,
    path.child('results'),
    (result, here) => {
      checkReference(result.request, names, here.child('request'), out);
      checkNamed(result, here, out);
      checkBindingConditions(result, here, out);
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
  if (nodeSelector) checkNodeSelector(nodeSelector, at.child('nodeSelector'), out);
}
