import type { Lease } from '@kubernats/api';
import type { LeaderTerm } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { forbidden } from '@kubernats/errors';
import type { ResourceCache } from '../cache/resource-cache.ts';
import type { StreamCache } from '../cache/stream-cache.ts';

/** What was seen when the store was asked for a Lease last. */
interface Seen {
  revision: number;
  askedAtMs: number;
  /** The revision was written after this moment; undefined: nobody knows how long before. */
  notBeforeMs: number | undefined;
}

const LEASES = { group: 'coordination.k8s.io', resource: 'leases' };
/** How much of a Lease's duration counts: clocks do not run alike. */
const SURE = 0.9;

/**
 * Knows whether leaders' terms go on, so that a leader that was stopped for a while and goes on without knowing that another leads can do no harm.
 * Each request of a leader would be a question to the store; but nobody takes a Lease over before it was silent for its duration. So once
 * this server knows a moment at which a renewal had not been written yet, the term is good from that moment on for that long.
 * docs/decisions/0007-fencing.md.
 */
export class Terms {
  readonly #stream: StreamCache;
  readonly #leases: ResourceCache;
  readonly #clock: Clock;
  readonly #seen = new Map<string, Seen>();

  constructor(stream: StreamCache, clock: Clock) {
    this.#stream = stream;
    this.#leases = stream.resource(LEASES.group, LEASES.resource);
    this.#clock = clock;
  }

  /** Throws Forbidden when the term is over. */
  async check(term: LeaderTerm): Promise<void> {
    if (this.#isSure(term)) return;
    const askedAtMs = this.#clock.monotonic();
    await this.#stream.fresh();
    const stored = this.#leases.get(term.namespace, term.lease);
    if (!stored || !isIn(stored.object, term)) throw isOver(term, stored?.object);
    this.#remember(keyOf(term), stored.revision, askedAtMs);
  }

  #isSure(term: LeaderTerm): boolean {
    const seen = this.#seen.get(keyOf(term));
    const lease = this.#leases.get(term.namespace, term.lease)?.object;
    if (seen?.notBeforeMs === undefined || !lease || !isIn(lease, term)) return false;
    const durationMs = ((lease as Lease).spec?.leaseDurationSeconds ?? 0) * 1000;
    return this.#clock.monotonic() < seen.notBeforeMs + durationMs * SURE;
  }

  #remember(key: string, revision: number, askedAtMs: number): void {
    const before = this.#seen.get(key);
    if (before && before.askedAtMs >= askedAtMs) return;
    const notBeforeMs = before?.revision === revision ? before.notBeforeMs : before?.askedAtMs;
    this.#seen.set(key, { revision, askedAtMs, notBeforeMs });
  }
}

const keyOf = (term: LeaderTerm): string => `${term.namespace}/${term.lease}`;

function isIn(lease: Lease, term: LeaderTerm): boolean {
  return lease.spec?.holderIdentity === term.holder && (lease.spec.leaseTransitions ?? 0) === term.transitions;
}

function isOver({ lease: name, holder, transitions }: LeaderTerm, lease: Lease | undefined): Error {
  const now = lease?.spec?.holderIdentity;
  const who = now === undefined || now === '' ? 'nobody holds the lease' : `${JSON.stringify(now)} leads now`;
  return forbidden(LEASES, name, `term ${transitions} of ${JSON.stringify(holder)} is over: ${who}`);
}
