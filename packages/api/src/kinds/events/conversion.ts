import type { CoreEvent, EventsEvent } from '../../../generated/types.ts';
import type { KubeObject } from '../../object.ts';

/** An `events.k8s.io/v1` Event in the core form, in which both groups' events are kept. */
export function toCoreEvent(event: EventsEvent): CoreEvent {
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
export function fromCoreEvent(stored: KubeObject): EventsEvent {
  const { message, involvedObject, reportingComponent, source, firstTimestamp, lastTimestamp, count, series, eventTime, ...same } =
    stored as CoreEvent;
  return {
    ...same,
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    // Events of the old form have none: the new API shows null there, as Kubernetes does.
    eventTime: eventTime as string,
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
