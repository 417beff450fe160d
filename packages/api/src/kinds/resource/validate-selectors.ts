import {
  type FieldPath,
  forbiddenField,
  invalidValue,
  isJsonObject,
  labelValue,
  notSupported,
  qualifiedName,
  required,
  tooLong,
} from '@kubernats/apimachinery';
import { deviceSelectorProblem } from '@kubernats/cel';
import type { Cause } from '@kubernats/errors';
import type { DeviceSelector, DeviceToleration, OpaqueDeviceConfiguration } from '../../../generated/types.ts';
import { utf8Length } from '../../metadata/object-meta.ts';
import { checkText } from '../../validation/basics.ts';
import { checkCsiDriverName } from '../storage/csi-driver-name.ts';
import { EXPRESSION_BYTES_MAX, LISTED_MAX, PARAMETERS_BYTES_MAX, TOLERATIONS_MAX } from './limits.ts';
import { checkItems } from './lists.ts';

export const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];

/** What devices are asked for. */
export function checkSelectors(selectors: DeviceSelector[] | undefined, at: FieldPath, out: Cause[]): void {
  const check = ({ cel }: DeviceSelector, path: FieldPath): void => {
    if (!cel) out.push(required(path.child('cel')));
    else checkExpression(cel.expression, path.child('cel', 'expression'), out);
  };
  checkItems(selectors, LISTED_MAX, at, check, out);
}

function checkExpression(expression: string | undefined, at: FieldPath, out: Cause[]): void {
  if (!expression) out.push(required(at));
  else if (utf8Length(expression) > EXPRESSION_BYTES_MAX) out.push(tooLong(at, '', EXPRESSION_BYTES_MAX));
  else {
    const problem = deviceSelectorProblem(expression);
    if (problem) out.push('invalid' in problem ? invalidValue(at, expression, problem.invalid) : forbiddenField(at, problem.forbidden));
  }
}

export function checkDeviceTolerations(tolerations: DeviceToleration[] | undefined, at: FieldPath, out: Cause[]): void {
  const check = ({ key, operator = '', value = '', effect }: DeviceToleration, path: FieldPath): void => {
    if (key) checkText(qualifiedName, key, path.child('key'), out);
    if (operator === 'Exists') {
      if (value) out.push(invalidValue(path.child('value'), value, 'must be empty for operator `Exists`'));
    } else if (operator === 'Equal') checkText(labelValue, value, path.child('value'), out);
    else if (operator === '') out.push(required(path.child('operator')));
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
