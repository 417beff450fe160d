import type { Clock, Ids, Timer } from '@kubernats/clock';
import { SUPERUSERS } from '../../../authz/authorizer.ts';
import type { UserInfo } from '../../../call.ts';
import type { Instrumentation, RequestKind } from '../../../instrumentation/instrumentation.ts';
import type { About } from './about.ts';
import { FairShares } from './fair-shares.ts';
import type { Limits } from './limits.ts';
import type { Visit } from './visit.ts';

export interface VisitsDeps {
  clock: Clock;
  ids: Ids;
  instrumentation: Instrumentation;
}

/** How often it is looked for requests whose time is up. */
const LOOK_EVERY_MS = 100;
/** Over how long the number of requests that are served is the highest one. */
const WATERMARK_MS = 1_000;

/** A class, as one is made for every request. */
class Open implements Visit {
  readonly auditId: string;
  readonly begunAtMs: number;
  readonly giveUp: () => void;
  deadlineMs: number;
  series: Visit['series'];
  kind: Visit['kind'];
  /** As whom it is served. */
  user = '';
  isLongRunning = false;
  hasEnded = false;
  trail: Visit['trail'];

  constructor(auditId: string, begunAtMs: number, deadlineMs: number, giveUp: () => void) {
    this.auditId = auditId;
    this.begunAtMs = begunAtMs;
    this.deadlineMs = deadlineMs;
    this.giveUp = giveUp;
  }
}

/**
 * The requests that are being served: how many there may be, how long each may take, and what is counted of them. One timer looks after all of
 * them, and none while there are none.
 */
export class Visits {
  readonly #deps: VisitsDeps;
  readonly #limits: Limits;
  /** Those that are not long-running: nothing looks after the others, of which there may be thousands. */
  readonly #short = new Set<Open>();
  readonly #inFlight: Record<RequestKind, number> = { readOnly: 0, mutating: 0 };
  readonly #shares: Record<RequestKind, FairShares>;
  readonly #watermark: Record<RequestKind, { current: number; last: number; sinceMs: number }>;
  #timer: Timer | undefined;
  #idle: (() => void)[] = [];

  constructor(deps: VisitsDeps, limits: Limits) {
    this.#deps = deps;
    this.#limits = limits;
    this.#shares = { readOnly: new FairShares(limits.maxRequestsInflight), mutating: new FairShares(limits.maxMutatingRequestsInflight) };
    const sinceMs = deps.clock.monotonic();
    this.#watermark = { readOnly: { current: 0, last: 0, sinceMs }, mutating: { current: 0, last: 0, sinceMs } };
    deps.instrumentation.instruments.gauge(
      'apiserver_current_inflight_requests',
      'Maximal number of currently used inflight request limit of this apiserver per request kind in last second.',
      ['request_kind'],
      () => (['readOnly', 'mutating'] as const).map((kind) => ({ labels: { request_kind: kind }, value: this.#highest(kind) })),
    );
  }

  /** A request has come. `giveUp` is called when its time is up. `auditId` is the client's. */
  begin(auditId: string | undefined, giveUp: () => void): Visit {
    const { clock, ids } = this.#deps;
    const begunAtMs = clock.monotonic();
    const visit = new Open(auditId || ids.uid(), begunAtMs, begunAtMs + this.#limits.requestTimeoutMs, giveUp);
    this.#short.add(visit);
    this.#timer ??= this.#look();
    return visit;
  }

  /** It is known what the request is about. False: there are too many of its kind, and whoever asks may be told to come again. */
  enter(visit: Visit, user: UserInfo, { labels, kind, isLongRunning }: About, timeoutMs: number | undefined): boolean {
    const { requests, dropped } = this.#deps.instrumentation;
    const open = visit as Open;
    open.series = requests.seriesOf(labels);
    open.isLongRunning = isLongRunning;
    if (isLongRunning) {
      this.#remove(open);
      requests.longRunning(open.series, 1);
    } else if (timeoutMs !== undefined && timeoutMs < this.#limits.requestTimeoutMs) {
      open.deadlineMs = open.begunAtMs + timeoutMs;
    }
    if (kind === undefined) return true;
    const max = kind === 'readOnly' ? this.#limits.maxRequestsInflight : this.#limits.maxMutatingRequestsInflight;
    if (max > 0 && this.#inFlight[kind] >= max) {
      // Whoever may do everything always gets an answer, as in Kubernetes.
      if (user.groups.includes(SUPERUSERS)) return true;
      if (!this.#shares[kind].hasLeft(user.name, () => this.#holders(kind))) {
        dropped[kind].add();
        requests.terminated(open.series, 429);
        return false;
      }
    }
    open.kind = kind;
    open.user = user.name;
    this.#inFlight[kind]++;
    this.#shares[kind].begun(user.name);
    this.#mark(kind);
    return true;
  }

  /** Its answer has ended. `code` 0: the client went away before there was one. Counts once. */
  end(visit: Visit, code: number, bodyBytes: number): void {
    const open = visit as Open;
    if (open.hasEnded) return;
    open.hasEnded = true;
    this.#remove(open);
    const { clock, instrumentation } = this.#deps;
    if (open.kind) {
      this.#inFlight[open.kind]--;
      this.#shares[open.kind].ended(open.user, this.#inFlight[open.kind]);
      this.#mark(open.kind);
    }
    if (open.series) {
      if (open.isLongRunning) instrumentation.requests.longRunning(open.series, -1);
      instrumentation.requests.answered(open.series, code, (clock.monotonic() - open.begunAtMs) / 1000, bodyBytes);
    }
  }

  /** Resolves when no request is being served but long-running ones. */
  async idle(): Promise<void> {
    if (this.#short.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** The users of the requests that count against a limit. */
  *#holders(kind: RequestKind): Generator<string> {
    for (const visit of this.#short) if (visit.kind === kind) yield visit.user;
  }

  #remove(visit: Open): void {
    if (this.#short.delete(visit) && this.#short.size === 0) for (const tell of this.#idle.splice(0)) tell();
  }

  #look(): Timer {
    const { clock, instrumentation } = this.#deps;
    return clock.setTimer(LOOK_EVERY_MS, () => {
      const now = clock.monotonic();
      for (const visit of this.#short) {
        if (visit.deadlineMs > now) continue;
        visit.deadlineMs = Number.POSITIVE_INFINITY;
        if (visit.series) instrumentation.requests.terminated(visit.series, 504);
        visit.giveUp();
      }
      this.#timer = this.#short.size > 0 ? this.#look() : undefined;
    });
  }

  #mark(kind: RequestKind): void {
    const mark = this.#roll(kind);
    if (this.#inFlight[kind] > mark.current) mark.current = this.#inFlight[kind];
  }

  #highest(kind: RequestKind): number {
    const mark = this.#roll(kind);
    return Math.max(mark.current, mark.last);
  }

  /** Begins a new second where the last one is over. */
  #roll(kind: RequestKind): { current: number; last: number; sinceMs: number } {
    const mark = this.#watermark[kind];
    const now = this.#deps.clock.monotonic();
    const passed = now - mark.sinceMs;
    if (passed < WATERMARK_MS) return mark;
    mark.last = passed < 2 * WATERMARK_MS ? mark.current : this.#inFlight[kind];
    mark.current = this.#inFlight[kind];
    mark.sinceMs = now;
    return mark;
  }
}
