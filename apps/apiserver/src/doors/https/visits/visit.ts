import type { AuditTrail } from '../../../audit/audit-trail.ts';
import type { RequestKind } from '../../../instrumentation/instrumentation.ts';
import type { RequestSeries } from '../../../instrumentation/request-metrics.ts';

/** A request over HTTPS, from its head to the end of its answer. */
export interface Visit {
  /** By which logs and answers name it: the client's `Audit-ID`, or one of our own. */
  readonly auditId: string;
  /** By `Clock.monotonic`. */
  readonly begunAtMs: number;
  /** As what it is counted; undefined while nobody knows what it is about. */
  series: RequestSeries | undefined;
  /** Whose limit it counts against. */
  kind: RequestKind | undefined;
  isLongRunning: boolean;
  trail: AuditTrail | undefined;
}
