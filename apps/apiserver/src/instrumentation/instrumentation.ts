import type { Count, CounterFamily, HistogramFamily } from './families.ts';
import { Instruments } from './instruments.ts';
import { type IsServed, RequestMetrics } from './request-metrics.ts';

/** Bytes: 1 KiB to 128 KiB. */
const EVENT_SIZES = [1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072] as const;

/** Everything that the server counts of itself. */
export class Instrumentation {
  readonly instruments = new Instruments();
  readonly requests: RequestMetrics;
  readonly authentication: Record<'success' | 'failure', Count>;
  readonly authorization: Record<'allowed' | 'no-opinion', Count>;
  readonly dropped: Record<RequestKind, Count>;
  readonly auditEvents: Count;
  readonly #watchEvents: CounterFamily;
  readonly #watchEventSizes: HistogramFamily;

  constructor(isServed: IsServed) {
    const { instruments } = this;
    this.requests = new RequestMetrics(instruments, isServed);
    const attempts = instruments.counter('authentication_attempts', 'Counter of authenticated attempts.', ['result']);
    this.authentication = { success: attempts.series('success'), failure: attempts.series('failure') };
    const decisions = instruments.counter(
      'authorization_attempts_total',
      "Counter of authorization attempts broken down by result. It can be either 'allowed', 'denied', 'no-opinion' or 'error'.",
      ['result'],
    );
    this.authorization = { allowed: decisions.series('allowed'), 'no-opinion': decisions.series('no-opinion') };
    const dropped = instruments.counter('apiserver_dropped_requests_total', "Number of requests dropped with 'Try again later' response", [
      'request_kind',
    ]);
    this.dropped = { readOnly: dropped.series('readOnly'), mutating: dropped.series('mutating') };
    this.auditEvents = instruments
      .counter('apiserver_audit_event_total', 'Counter of audit events generated and sent to the audit backend.')
      .series();
    const resource = ['group', 'version', 'resource'];
    this.#watchEvents = instruments.counter('apiserver_watch_events_total', 'Number of events sent in watch clients', resource);
    this.#watchEventSizes = instruments.histogram(
      'apiserver_watch_events_sizes',
      'Watch event size distribution in bytes',
      resource,
      EVENT_SIZES,
    );
  }

  /** What the watches of a resource count by. */
  watchCounters({ group, version, plural }: { group: string; version: string; plural: string }): WatchCounters {
    const sent = this.#watchEvents.series(group, version, plural);
    const sizes = this.#watchEventSizes.series(group, version, plural);
    return {
      sent: (events, watchers) => sent.add(events * watchers),
      made: (bytes) => sizes.observe(bytes),
    };
  }
}

/** What limits are for. */
export type RequestKind = 'readOnly' | 'mutating';

export interface WatchCounters {
  /** So many events have gone to so many watchers. */
  sent(events: number, watchers: number): void;
  /** An event of so many bytes was made, for however many watchers. */
  made(bytes: number): void;
}
