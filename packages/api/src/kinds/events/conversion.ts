import type { CoreEvent, EventsEvent } from '../../../generated/types.ts';
import type { KubeObject } from '../../object.ts';

/** An `events.k8s.io/v1` Event as it is served: events that were recorded in the old form have no `eventTime`. */
export type ServedEvent = Omit<EventsEvent, 'eventTime'> & { eventTime?: string };

/** An `events.k8s.io/v1` Event in the core form, in which both groups' events are kept. */
export function toCoreEvent(event: ServedEvent): CoreEvent {
  const {
    note,
    regarding,
    reportingController,
    deprecatedSource,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedCount,
    metadata,
    ...same
  } = event;
  return {
    ...same,
    apiVersion: 'v1',
    kind: 'Event',
    metadata: metadata ?? {},
    involvedObject: regarding ?? {},
    ...(note === undefined ? {} : { message: note }),
    ...(deprecatedSource === undefined ? {} : { source: deprecatedSource }),
    ...(deprecatedFirstTimestamp === undefined ? {} : { firstTimestamp: deprecatedFirstTimestamp }),
    ...(deprecatedLastTimestamp === undefined ? {} : { lastTimestamp: deprecatedLastTimestamp }),
    ...(deprecatedCount === undefined ? {} : { count: deprecatedCount }),
    ...(reportingController === undefined ? {} : { reportingComponent: reportingController }),
  };
}

/** A stored Event as `events.k8s.io/v1` shows it. */
export function fromCoreEvent(stored: KubeObject): ServedEvent {
  const { message, involvedObject, reportingComponent, source, firstTimestamp, lastTimestamp, count, series, eventTime, ...same } =
    stored as CoreEvent;
  return {
    ...same,
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    ...(eventTime === undefined ? {} : { eventTime }),
    ...(series?.count === undefined || series.lastObservedTime === undefined
      ? {}
      : { series: { count: series.count, lastObservedTime: series.lastObservedTime } }),
    ...(involvedObject === undefined ? {} : { regarding: involvedObject }),
    ...(message === undefined ? {} : { note: message }),
    ...(reportingComponent === undefined ? {} : { reportingController: reportingComponent }),
    ...(source === undefined ? {} : { deprecatedSource: source }),
    ...(firstTimestamp === undefined ? {} : { deprecatedFirstTimestamp: firstTimestamp }),
    ...(lastTimestamp === undefined ? {} : { deprecatedLastTimestamp: lastTimestamp }),
    ...(count === undefined ? {} : { deprecatedCount: count }),
  };
}
