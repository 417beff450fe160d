// Source: the concept "Dynamic Resource Allocation" and the API reference of ResourceSliceSpec.
import { dns1123Subdomain, type FieldPath, fieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ResourcePool, ResourceSlice, ResourceSliceSpec } from '../../../../generated/types.ts';
import { checkText, GREATER_THAN_ZERO, immutable } from '../../../validation/basics.ts';
import { checkNodeSelector } from '../../core/pod-template/validate-scheduling.ts';
import { checkCsiDriverName } from '../../storage/csi-driver-name.ts';
import { COUNTER_SETS_MAX, DEVICES_MAX, ELABORATE_DEVICES_MAX } from '../limits.ts';
import { checkSet } from '../lists.ts';
import { checkPoolName } from '../pool-name.ts';
import { checkCounterSet } from './counters.ts';
import { checkDevice } from './validate-device.ts';

const SPEC = fieldPath('spec');
const WHERE = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';

export function validateResourceSlice({ spec }: ResourceSlice): Cause[] {
  const out: Cause[] = [];
  if (!spec) return [required(SPEC)];
  checkCsiDriverName(spec.driver, SPEC.child('driver'), out);
  checkPool(spec.pool, SPEC.child('pool'), out);
  checkWhere(spec, out);
  if (spec.sharedCounters && spec.devices) out.push(invalidValue(SPEC, '', 'only one of `sharedCounters` or `devices` is allowed'));
  const isElaborate = spec.devices?.some(({ taints = [], consumesCounters = [] }) => taints.length + consumesCounters.length > 0);
  const [devices, counters] = [SPEC.child('devices'), SPEC.child('sharedCounters')];
  const most = isElaborate ? ELABORATE_DEVICES_MAX : DEVICES_MAX;
  checkSet(
    spec.devices,
    most,
    ({ name }) => name,
    devices,
    (device, at) => checkDevice(device, spec, at, out),
    out,
  );
  checkSet(
    spec.sharedCounters,
    COUNTER_SETS_MAX,
    ({ name }) => name,
    counters,
    (set, at) => checkCounterSet(set, at, out),
    out,
  );
  return out;
}

export function validateResourceSliceUpdate({ spec }: ResourceSlice, { spec: old }: ResourceSlice): Cause[] {
  const out: Cause[] = [];
  immutable(spec?.pool?.name, old?.pool?.name, SPEC.child('pool', 'name'), out);
  for (const field of ['driver', 'nodeName'] as const) immutable(spec?.[field], old?.[field], SPEC.child(field), out);
  return out;
}

function checkPool({ name, resourceSliceCount = 0, generation = 0 }: Partial<ResourcePool> = {}, at: FieldPath, out: Cause[]): void {
  checkPoolName(name, at.child('name'), out);
  if (resourceSliceCount <= 0) out.push(invalidValue(at.child('resourceSliceCount'), resourceSliceCount, GREATER_THAN_ZERO));
  if (generation < 0) out.push(invalidValue(at.child('generation'), generation, 'must be greater than or equal to zero'));
}

/** One field says which nodes can use the devices. */
function checkWhere({ nodeName, nodeSelector, allNodes, perDeviceNodeSelection }: ResourceSliceSpec, out: Cause[]): void {
  const said: string[] = [];
  if (nodeName) {
    said.push('`nodeName`');
    checkText(dns1123Subdomain, nodeName, SPEC.child('nodeName'), out);
  } else if (nodeName === '') out.push(invalidValue(SPEC.child('nodeName'), '', 'must be either unset or set to a non-empty string'));
  if (nodeSelector) {
    said.push('`nodeSelector`');
    const { nodeSelectorTerms: terms = [] } = nodeSelector;
    checkNodeSelector(nodeSelector, SPEC.child('nodeSelector'), out);
    const at = SPEC.child('nodeSelector', 'nodeSelectorTerms');
    if (terms.length !== 1) out.push(invalidValue(at, terms, 'must have exactly one node selector term'));
  }
  for (const [field, value] of Object.entries({ allNodes, perDeviceNodeSelection })) {
    if (value) said.push(`\`${field}\``);
    else if (value === false) out.push(invalidValue(SPEC.child(field), false, 'must be either unset or set to true'));
  }
  if (said.length === 0) out.push(required(SPEC, WHERE));
  if (said.length > 1) out.push(invalidValue(SPEC, `{${said.join(', ')}}`, `${WHERE}, but multiple fields are set`));
}
