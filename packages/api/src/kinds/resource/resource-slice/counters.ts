import { dns1123Label, type FieldPath, required, tooMany } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CounterSet, DeviceCounterConsumption } from '../../../../generated/types.ts';
import { checkText, requiredText } from '../../../validation/basics.ts';
import { COUNTERS_MAX } from '../limits.ts';

/** What devices of a pool share. */
export function checkCounterSet({ name, counters }: CounterSet, at: FieldPath, out: Cause[]): void {
  requiredText(dns1123Label, name, at.child('name'), out);
  checkCounters(counters, at.child('counters'), out);
}

/** How much of that a device takes. */
export function checkConsumption({ counterSet, counters }: DeviceCounterConsumption, at: FieldPath, out: Cause[]): void {
  requiredText(dns1123Label, counterSet, at.child('counterSet'), out);
  checkCounters(counters, at.child('counters'), out);
}

function checkCounters(counters: Readonly<Record<string, unknown>> | undefined, at: FieldPath, out: Cause[]): void {
  const names = Object.keys(counters ?? {});
  if (names.length === 0) out.push(required(at));
  else if (names.length > COUNTERS_MAX) out.push(tooMany(at, names.length, COUNTERS_MAX));
  else for (const name of names) checkText(dns1123Label, name, at.key(name), out);
}
