import {
  type FieldPath,
  invalidValue,
  isJsonObject,
  labelValue,
  notSupported,
  qualifiedName,
  required,
  tooLong,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { DeviceSelector, DeviceToleration, OpaqueDeviceConfiguration } from '../../../generated/types.ts';
import { utf8Length } from '../../metadata/object-meta.ts';
import { checkText } from '../../validation/basics.ts';
import { checkCsiDriverName } from '../storage/csi-driver-name.ts';
import { EXPRESSION_BYTES_MAX, LISTED_MAX, PARAMETERS_BYTES_MAX, TOLERATIONS_MAX } from './limits.ts';
import { checkItems } from './lists.ts';

export const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];

/** What devices are asked for. Whether an expression is CEL is not looked at: nothing here evaluates it. */
export function checkSelectors(selectors: DeviceSelector[] | undefined, at: FieldPath, out: Cause[]): void {
  const check = ({ cel }: DeviceSelector, path: FieldPath): void => {
    if (!cel) out.push(required(path.child('cel')));
    else if (!cel.expression) out.push(required(path.child('cel', 'expression')));
    else if (utf8Length(cel.expression) > EXPRESSION_BYTES_MAX) {
      out.push(tooLong(path.child('cel', 'expression'), '', EXPRESSION_BYTES_MAX));
    }
  };
  checkItems(selectors, LISTED_MAX, at, check, out);
}

export function checkDeviceTolerations(tolerations: DeviceToleration[] | undefined, at: FieldPath, out: Cause[]): void {
  const check = ({ key, operator = '', value = '', effect }: DeviceToleration, path: FieldPath): void => {
    if (key) checkText(qualifiedName, key, path.child('key'), out);
    if (operator === 'Exists') {
      if (value) out.push(invalidValue(path.child('value'), value, 'must be empty for operator `Exists`'));
    } else if (operator === 'Equal') checkText(labelValue, value, path.child('value'), out);
    else out.push(notSupported(path.child('operator'), operator, ['Equal', 'Exists']));
    if (effect && !EFFECTS.includes(effect)) out.push(notSupported(path.child('effect'), effect, EFFECTS));
  };
  checkItems(tolerations, TOLERATIONS_MAX, at, check, out);
}

/** Parameters that only a driver understands. */
export function checkOpaque(opaque: OpaqueDeviceConfiguration | undefined, at: FieldPath, out: Cause[]): void {
  if (!opaque) {
    out.push(required(at));
    return;
  }
  checkCsiDriverName(opaque.driver, at.child('driver'), out);
  checkRaw(opaque.parameters, at.child('parameters'), PARAMETERS_BYTES_MAX, out);
}

/** An object of somebody else's making. */
export function checkRaw(value: unknown, at: FieldPath, bytesMax: number, out: Cause[]): void {
  if (value === undefined || value === null) out.push(required(at));
  else if (utf8Length(JSON.stringify(value)) > bytesMax) out.push(tooLong(at, '', bytesMax));
  else if (!isJsonObject(value)) out.push(invalidValue(at, '<value omitted>', 'must be a valid JSON object'));
}
