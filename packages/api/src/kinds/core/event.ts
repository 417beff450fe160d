import { fieldPath, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { CoreEvent } from '../../../generated/types.ts';
import { CoreEvents } from '../../refs.ts';
import { defineKind } from '../define.ts';
import { coreEventColumns } from '../events/columns.ts';
import { checkModernEvent } from '../events/validate.ts';

function validate(event: CoreEvent): Cause[] {
  const out: Cause[] = [];
  const about = event.involvedObject?.namespace ?? '';
  // What belongs to the cluster has its events in `default`.
  if (about !== event.metadata?.namespace && !(about === '' && event.metadata?.namespace === 'default')) {
    out.push(invalidValue(fieldPath('involvedObject', 'namespace'), about, 'does not match event.namespace'));
  }
  if (event.eventTime !== undefined) {
    const { reportingComponent, reportingInstance, action, reason, type, message } = event;
    checkModernEvent({ reportingController: reportingComponent, reportingInstance, action, reason, type, note: message }, out);
  }
  return out;
}

export const coreEventRow = defineKind<CoreEvent>(CoreEvents, {
  shortNames: ['ev'],
  stream: 'events',
  columns: coreEventColumns,
  strategy: { validate, countsGeneration: false, allowCreateOnUpdate: true },
  fieldSelectors: {
    'involvedObject.kind': (event) => event.involvedObject.kind ?? '',
    'involvedObject.namespace': (event) => event.involvedObject.namespace ?? '',
    'involvedObject.name': (event) => event.involvedObject.name ?? '',
    'involvedObject.uid': (event) => event.involvedObject.uid ?? '',
    'involvedObject.apiVersion': (event) => event.involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': (event) => event.involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': (event) => event.involvedObject.fieldPath ?? '',
    reason: (event) => event.reason ?? '',
    reportingComponent: (event) => event.reportingComponent ?? '',
    source: (event) => event.source?.component || event.reportingComponent || '',
    type: (event) => event.type ?? '',
  },
});
