import { fieldPath, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { Events } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { eventColumns } from './columns.ts';
import { fromCoreEvent, type ServedEvent, toCoreEvent } from './conversion.ts';
import { checkModernEvent } from './validate.ts';

function validate(event: ServedEvent): Cause[] {
  const out: Cause[] = [];
  if (!event.eventTime) out.push(required(fieldPath('eventTime')));
  checkModernEvent(event, out);
  return out;
}

export const eventRow = defineKind<ServedEvent>(Events, {
  shortNames: ['ev'],
  stream: 'events',
  columns: eventColumns,
  storedAs: { group: '', version: 'v1', plural: 'events', toStored: toCoreEvent, fromStored: fromCoreEvent },
  strategy: { validate, countsGeneration: false, allowCreateOnUpdate: true },
  fieldSelectors: {
    'regarding.kind': (event) => event.regarding?.kind ?? '',
    'regarding.namespace': (event) => event.regarding?.namespace ?? '',
    'regarding.name': (event) => event.regarding?.name ?? '',
    'regarding.uid': (event) => event.regarding?.uid ?? '',
    'regarding.apiVersion': (event) => event.regarding?.apiVersion ?? '',
    'regarding.resourceVersion': (event) => event.regarding?.resourceVersion ?? '',
    'regarding.fieldPath': (event) => event.regarding?.fieldPath ?? '',
    reason: (event) => event.reason ?? '',
    reportingController: (event) => event.reportingController ?? '',
    type: (event) => event.type ?? '',
  },
});
