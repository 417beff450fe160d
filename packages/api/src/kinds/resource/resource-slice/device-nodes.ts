import { dns1123Subdomain, type FieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Device } from '../../../../generated/types.ts';
import { checkText } from '../../../validation/basics.ts';
import { checkNodeSelector } from '../../core/pod-template/validate-scheduling.ts';

const NOT_PER_DEVICE =
  '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
const ONE_OF =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';

/** Which nodes can use a device, where each device says it. */
export function checkDeviceNodes({ nodeName, nodeSelector, allNodes }: Device, isPerDevice: boolean, at: FieldPath, out: Cause[]): void {
  if (!isPerDevice) {
    if ([nodeName, nodeSelector, allNodes].some((each) => each !== undefined)) out.push(invalidValue(at, null, NOT_PER_DEVICE));
    return;
  }
  const said: string[] = [];
  if (nodeName) {
    said.push('`nodeName`');
    checkText(dns1123Subdomain, nodeName, at.child('nodeName'), out);
  } else if (nodeName === '') out.push(invalidValue(at.child('nodeName'), '', 'must not be empty'));
  if (nodeSelector) {
    said.push('`nodeSelector`');
    checkNodeSelector(nodeSelector, at.child('nodeSelector'), out);
  }
  if (allNodes) said.push('`allNodes`');
  else if (allNodes === false) out.push(invalidValue(at.child('allNodes'), false, 'must be either unset or set to true'));
  if (said.length === 0) out.push(required(at, ONE_OF));
  if (said.length > 1) out.push(invalidValue(at, `{${said.join(', ')}}`, ONE_OF));
}
