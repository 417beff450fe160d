import {
  duplicate,
  type FieldPath,
  forbiddenField,
  invalidValue,
  parseQuantity,
  type Quantity,
  required,
  tooMany,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CapacityRequestPolicy, CapacityRequestPolicyRange, DeviceCapacity } from '../../../../generated/types.ts';
import { VALID_VALUES_MAX } from '../limits.ts';

const BOTH = 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time';

/** What is left out is none. That it is a quantity has been looked at. */
const quantity = (text: string | undefined): Quantity => parseQuantity(text ?? '0');

/** How much of a capacity may be asked for at once. */
export function checkRequestPolicy({ value, requestPolicy }: DeviceCapacity, at: FieldPath, out: Cause[]): void {
  const { validValues = [], validRange, default: usual } = (requestPolicy ?? {}) as CapacityRequestPolicy;
  const [field, isThere] = validValues.length > 0 ? (['validValues', true] as const) : (['validRange', validRange !== undefined] as const);
  if (validValues.length > 0 && validRange) out.push(forbiddenField(at, BOTH));
  else if (!isThere) return;
  else if (usual === undefined) out.push(required(at.child('default'), `required when ${field} is defined`));
  else if (validRange) checkRange(validRange, quantity(usual), quantity(value), at.child('validRange'), out);
  else checkValues(validValues, quantity(usual), quantity(value), at.child('validValues'), out);
}

function checkValues(texts: readonly string[], usual: Quantity, capacity: Quantity, at: FieldPath, out: Cause[]): void {
  const values = texts.map(quantity);
  for (const [i, value] of values.entries()) {
    const before = values[i - 1];
    if (before && before.compare(value) > 0) out.push(invalidValue(at.index(i), String(value), 'values must be sorted in ascending order'));
  }
  if (values.length > VALID_VALUES_MAX) out.push(tooMany(at, values.length, VALID_VALUES_MAX));
  else {
    for (const [i, value] of values.entries()) {
      if (value.compare(capacity) > 0)
        out.push(invalidValue(at.index(i), String(value), `option is larger than capacity value: ${capacity}`));
    }
    for (const [i, value] of values.entries()) {
      if (values.slice(0, i).some((other) => other.compare(value) === 0)) out.push(duplicate(at.index(i), String(value.value())));
    }
  }
  if (!values.some((value) => value.compare(usual) === 0)) {
    out.push(invalidValue(at, String(usual), 'default value is not valid according to the requestPolicy'));
  }
}

function checkRange(range: CapacityRequestPolicyRange, usual: Quantity, capacity: Quantity, at: FieldPath, out: Cause[]): void {
  if (range.min === undefined) {
    out.push(required(at.child('min'), 'required when validRange is defined'));
    return;
  }
  const min = quantity(range.min);
  const max = range.max === undefined ? undefined : quantity(range.max);
  const refuse = (field: string, value: Quantity, why: string): void => void out.push(invalidValue(at.child(field), String(value), why));
  if (min.compare(capacity) > 0) refuse('min', min, `min is larger than capacity value: ${capacity}`);
  if (usual.compare(min) < 0) refuse('min', usual, `default is less than min: ${min}`);
  if (max && min.compare(max) > 0) refuse('max', min, `min is larger than max: ${max}`);
  if (max && max.compare(capacity) > 0) refuse('max', max, `max is larger than capacity value: ${capacity}`);
  if (max && usual.compare(max) > 0) refuse('max', usual, `default is more than max: ${max}`);
  if (range.step === undefined) return;
  const step = quantity(range.step);
  const first = min.add(step);
  if (first.compare(capacity) > 0) refuse('step', step, `one step ${first} is larger than capacity value: ${capacity}`);
  for (const value of max ? [usual, max] : [usual]) {
    if (!isStep(value, min, step)) refuse('step', value, `value is not a multiple of a given step (${step}) from (${min})`);
  }
}

/** In whole units, as Kubernetes counts. */
const isStep = (value: Quantity, min: Quantity, step: Quantity): boolean =>
  step.value() !== 0 && (value.value() - min.value()) % step.value() === 0;
