import type { CoreEvent } from '../../../generated/types.ts';
import type { Column } from '../../kind.ts';
import { NAME, text, wide } from '../../table/common-columns.ts';
import { ageOf } from '../../table/human-duration.ts';
import { type ServedEvent, toCoreEvent } from './conversion.ts';

const firstSeen = (event: CoreEvent, nowMs: number): string => ageOf(event.firstTimestamp ?? event.eventTime, nowMs);

function lastSeen(event: CoreEvent, nowMs: number): string {
  if (event.series?.lastObservedTime !== undefined) return ageOf(event.series.lastObservedTime, nowMs);
  return event.lastTimestamp === undefined ? firstSeen(event, nowMs) : ageOf(event.lastTimestamp, nowMs);
}

function target({ involvedObject }: CoreEvent): string {
  const kind = involvedObject?.kind?.toLowerCase() ?? '';
  return involvedObject?.name ? `${kind}/${involvedObject.name}` : kind;
}

function source({ source: from, reportingComponent, reportingInstance }: CoreEvent): string {
  const component = from?.component || reportingComponent || '';
  const host = from?.host || (from?.component ? '' : reportingInstance) || '';
  return host === '' ? component : `${component}, ${host}`;
}

/** `kubectl get events`. The message is trimmed: it stands last in its line, but for `-o wide`. */
export const coreEventColumns: Column<CoreEvent>[] = [
  text('Last Seen', 'When it happened last.', lastSeen),
  text('Type', 'Normal, or Warning.', (event) => event.type ?? ''),
  text('Reason', 'Why the event was made, in one word.', (event) => event.reason ?? ''),
  text('Object', 'What the event is about.', target),
  wide('Subobject', 'The part of the object that it is about.', (event) => event.involvedObject?.fieldPath ?? ''),
  wide('Source', 'Who reported it.', source),
  text('Message', 'What happened.', (event) => (event.message ?? '').trim()),
  wide('First Seen', 'When it happened first.', firstSeen),
  wide('Count', 'How often it happened.', (event: CoreEvent) => String(event.series?.count ?? (event.count || 1))),
  { ...wide('Name', NAME.description, (event: CoreEvent) => event.metadata.name ?? ''), format: 'name' },
];

/** The same for the other group's form of the same events. */
export const eventColumns: Column<ServedEvent>[] = coreEventColumns.map((column) => ({
  ...column,
  value: (event: ServedEvent, nowMs: number) => column.value(toCoreEvent(event), nowMs),
}));
