import { fieldPath, forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PriorityClass } from '../../../generated/types.ts';
import { PriorityClasses } from '../../refs.ts';
import { AGE, integer, NAME, text } from '../../table/common-columns.ts';
import { IMMUTABLE, oneOf } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';
import { isSystemName, whyNotSystemClass } from './system-classes.ts';

/** What is above belongs to the cluster itself. */
const HIGHEST_USER_DEFINABLE_PRIORITY = 1_000_000_000;

const POLICY = fieldPath('preemptionPolicy');

/** A class itself never changes, so that only new ones are checked. */
function validateCreate(priorityClass: PriorityClass): Cause[] {
  const out: Cause[] = [];
  if (isSystemName(priorityClass.metadata?.name ?? '')) {
    const why = whyNotSystemClass(priorityClass);
    if (why !== undefined) {
      const message = `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`;
      out.push(forbiddenField(fieldPath('metadata', 'name'), message));
    }
  } else if ((priorityClass.value ?? 0) > HIGHEST_USER_DEFINABLE_PRIORITY) {
    out.push(forbiddenField(fieldPath('value'), `maximum allowed value of a user defined priority is ${HIGHEST_USER_DEFINABLE_PRIORITY}`));
  }
  oneOf(priorityClass.preemptionPolicy, ['PreemptLowerPriority', 'Never'], POLICY, out);
  return out;
}

function validateUpdate(next: PriorityClass, old: PriorityClass): Cause[] {
  const out: Cause[] = [];
  if (next.value !== old.value) out.push(forbiddenField(fieldPath('value'), 'may not be changed in an update.'));
  if (next.preemptionPolicy !== old.preemptionPolicy) out.push(invalidValue(POLICY, next.preemptionPolicy, IMMUTABLE));
  return out;
}

/** The class of Pods that name none, if there is one: of several, which only a race can make, the one of the lowest value. */
export function globalDefaultOf(classes: Iterable<PriorityClass>): PriorityClass | undefined {
  let chosen: PriorityClass | undefined;
  for (const each of classes) {
    if (each.globalDefault && (!chosen || (each.value ?? 0) < (chosen.value ?? 0))) chosen = each;
  }
  return chosen;
}

export const priorityClassRow = defineKind<PriorityClass>(PriorityClasses, {
  shortNames: ['pc'],
  columns: [
    NAME,
    integer('Value', 'The priority that Pods of this class get.', ({ value }) => value ?? 0),
    {
      name: 'Global-Default',
      type: 'boolean',
      description: 'Whether Pods that name no class are of this one.',
      value: ({ globalDefault }: PriorityClass) => globalDefault ?? false,
    },
    AGE,
    text(
      'PreemptionPolicy',
      'Whether Pods of this class take the place of those of lower priority.',
      ({ preemptionPolicy }) => preemptionPolicy ?? '',
    ),
  ],
  strategy: {
    default(priorityClass) {
      priorityClass.value ??= 0;
      priorityClass.preemptionPolicy ??= 'PreemptLowerPriority';
    },
    validateCreate,
    validateUpdate,
  },
});
