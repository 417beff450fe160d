import {
  dns1123Label,
  type FieldPath,
  forbiddenField,
  invalidValue,
  labelValue,
  notSupported,
  qualifiedName,
  required,
  tooLong,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Device, DeviceAttribute, DeviceTaint, ResourceSliceSpec } from '../../../../generated/types.ts';
import { utf8Length } from '../../../metadata/object-meta.ts';
import { checkText } from '../../../validation/basics.ts';
import { checkBindingConditions } from '../binding-conditions.ts';
import { ATTRIBUTE_BYTES_MAX, ATTRIBUTES_AND_CAPACITIES_MAX, CONSUMED_COUNTER_SETS_MAX, TOLERATIONS_MAX } from '../limits.ts';
import { checkItems, checkSet } from '../lists.ts';
import { checkAttributeName } from '../qualified-name.ts';
import { EFFECTS } from '../validate-selectors.ts';
import { checkConsumption } from './counters.ts';
import { checkDeviceNodes } from './device-nodes.ts';
import { checkRequestPolicy } from './request-policy.ts';

const PRE_RELEASE = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const SEMVER = new RegExp(
  `^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-${PRE_RELEASE}(\\.${PRE_RELEASE})*)?(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?$`,
);

export function checkDevice(device: Device, { perDeviceNodeSelection }: ResourceSliceSpec, at: FieldPath, out: Cause[]): void {
  const { name, attributes = {}, capacity = {}, taints, allowMultipleAllocations } = device;
  checkText(dns1123Label, name ?? '', at.child('name'), out);
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > ATTRIBUTES_AND_CAPACITIES_MAX) {
    out.push(invalidValue(at, count, `the total number of attributes and capacities must not exceed ${ATTRIBUTES_AND_CAPACITIES_MAX}`));
  }
  for (const [key, attribute] of Object.entries(attributes)) {
    checkAttributeName(key, at.child('attributes').key(key), out);
    checkAttribute(attribute, at.child('attributes').key(key), out);
  }
  for (const [key, each] of Object.entries(capacity)) {
    const path = at.child('capacity').key(key);
    checkAttributeName(key, path, out);
    if (allowMultipleAllocations) checkRequestPolicy(each, path.child('requestPolicy'), out);
    else if (each.requestPolicy) out.push(forbiddenField(path.child('requestPolicy'), 'allowMultipleAllocations must be true'));
  }
  checkItems(taints, TOLERATIONS_MAX, at.child('taints'), (taint, path) => checkTaint(taint, path, out), out);
  const counterSet = ({ counterSet: name }: { counterSet: string }): string => name;
  const consumed = at.child('consumesCounters');
  checkSet(
    device.consumesCounters,
    CONSUMED_COUNTER_SETS_MAX,
    counterSet,
    consumed,
    (each, path) => checkConsumption(each, path, out),
    out,
  );
  checkDeviceNodes(device, perDeviceNodeSelection === true, at, out);
  checkBindingConditions(device, at, out);
}

function checkAttribute(attribute: DeviceAttribute, at: FieldPath, out: Cause[]): void {
  const { string, version, strings, versions } = attribute;
  const said = Object.values(attribute).filter((value) => value !== undefined).length;
  if (string !== undefined) checkLength(string, at.child('string'), out);
  if (version !== undefined) checkVersion(version, at.child('version'), out);
  for (const [i, each] of (strings ?? []).entries()) checkLength(each, at.child('strings').index(i), out);
  for (const [i, each] of (versions ?? []).entries()) checkVersion(each, at.child('versions').index(i), out);
  if (said !== 1) out.push(invalidValue(at, said === 0 ? '' : attribute, 'exactly one value must be specified'));
}

function checkVersion(version: string, at: FieldPath, out: Cause[]): void {
  if (!SEMVER.test(version)) out.push(invalidValue(at, version, 'must be a string compatible with semver.org spec 2.0.0'));
  checkLength(version, at, out);
}

function checkLength(text: string, at: FieldPath, out: Cause[]): void {
  if (utf8Length(text) > ATTRIBUTE_BYTES_MAX) out.push(tooLong(at, '', ATTRIBUTE_BYTES_MAX));
}

function checkTaint({ key, value, effect }: DeviceTaint, at: FieldPath, out: Cause[]): void {
  checkText(qualifiedName, key ?? '', at.child('key'), out);
  if (value) checkText(labelValue, value, at.child('value'), out);
  if (!effect) out.push(required(at.child('effect')));
  else if (!EFFECTS.includes(effect)) out.push(notSupported(at.child('effect'), effect, EFFECTS));
}
