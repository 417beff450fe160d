import { fieldPath, invalidValue, notSupported, qualifiedName, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { EventsEvent } from '../../../generated/types.ts';
import { utf8Length } from '../../metadata/object-meta.ts';
import { checkText } from '../../validation/basics.ts';

const MAX_TEXT = 128;
const MAX_NOTE = 1024;

type Said = Pick<EventsEvent, 'reportingController' | 'reportingInstance' | 'action' | 'reason' | 'type' | 'note'>;

/** What an event of `events.k8s.io/v1` must say, and how long it may be. Fields are named as in that group. */
export function checkModernEvent(event: Said, out: Cause[]): void {
  if (!event.reportingController) out.push(required(fieldPath('reportingController')));
  else checkText(qualifiedName, event.reportingController, fieldPath('reportingController'), out);
  for (const field of ['reportingInstance', 'action', 'reason'] as const) {
    const value = event[field] ?? '';
    if (value === '') out.push(required(fieldPath(field)));
    else if (utf8Length(value) > MAX_TEXT) out.push(invalidValue(fieldPath(field), '', `can have at most ${MAX_TEXT} characters`));
  }
  if (utf8Length(event.note ?? '') > MAX_NOTE) out.push(invalidValue(fieldPath('note'), '', `can have at most ${MAX_NOTE} characters`));
  if (event.type !== 'Normal' && event.type !== 'Warning')
    out.push(notSupported(fieldPath('type'), event.type ?? '', ['Normal', 'Warning']));
}
