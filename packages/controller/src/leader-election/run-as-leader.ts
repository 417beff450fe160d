import { type Lease, Leases } from '@kubernats/api';
import { type Client, createClient, type Log, silentLog } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import { isNotFound } from '@kubernats/errors';
import { claimed, heldByOther, type Observation, observe, released } from './lease-record.ts';

export interface LeaderElectionOptions {
  /** What the leader changes with it is done for its term: the API server refuses it once another leads, however long this process was stopped. */
  client: Client;
  clock: Clock;
  random: Random;
  log?: Log;
  lease: { name: string; namespace: string };
  /** Who this candidate is: must differ between processes that run at the same time. */
  identity: string;
  /** How long others wait for a silent leader. Milliseconds, default 15 000. */
  leaseDurationMs?: number;
  /** How long a leader goes on without a successful renewal. Milliseconds, default 10 000; less than `leaseDurationMs`. */
  renewDeadlineMs?: number;
  /** Time between tries. Milliseconds, default 2 000. */
  retryPeriodMs?: number;
  /** What only the leader does. The signal aborts when leadership is lost (or the outer signal aborts): stop writing then. */
  lead(signal: AbortSignal): Promise<void>;
}

/** Candidates try again a little out of step. */
const JITTER = 1.2;

/**
 * Waits to become the leader by a Lease, leads, and stands again when leadership is lost, until the signal aborts; then
 * releases the lease. Rejects with what `lead` throws. Source: client-go's leaderelection with `ReleaseOnCancel`.
 */
export async function runAsLeader(options: LeaderElectionOptions, signal: AbortSignal): Promise<void> {
  const election = new Election(options);
  while (!signal.aborted) {
    if (!(await election.acquire(signal))) return;
    await election.lead(signal);
  }
}

class Election {
  readonly #options: LeaderElectionOptions;
  /** Belongs to no term: a candidate has none yet. */
  readonly #client: Client;
  readonly #log: Log;
  readonly #leaseDurationMs: number;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  #observation: Observation | undefined;
  /** The lease has to be read before it is written. */
  #stale = true;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#client = createClient(options.client.transport);
    this.#log = options.log ?? silentLog;
    this.#leaseDurationMs = options.leaseDurationMs ?? 15_000;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.#retryPeriodMs = options.retryPeriodMs ?? 2_000;
  }

  /** Tries until the lease is this candidate's. False: the signal aborted first. */
  async acquire(signal: AbortSignal): Promise<boolean> {
    const { clock, random, lease, identity } = this.#options;
    while (!signal.aborted) {
      if (await this.#tryClaim(signal)) {
        this.#log.info({ lease, identity }, 'became the leader');
        return true;
      }
      const delayMs = this.#retryPeriodMs * (1 + random.next() * (JITTER - 1));
      await clock.sleep(delayMs, signal).catch(() => {});
    }
    return false;
  }

  /** Does the leader's work while the lease is renewed. Resolves when it is lost, or the signal aborted and it is released. */
  async lead(signal: AbortSignal): Promise<void> {
    const { client, lease, identity: holder } = this.#options;
    // It stays when the term is over: what this process still does then is refused.
    client.term = {
      namespace: lease.namespace,
      lease: lease.name,
      holder,
      transitions: this.#observation?.lease?.spec?.leaseTransitions ?? 0,
    };
    const fence = new AbortController();
    const stop = () => fence.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const work = this.#options.lead(fence.signal).finally(() => fence.abort());
    // Looked at below; until then it must not count as unhandled.
    work.catch(() => {});
    try {
      await this.#renewUntilLost(fence);
      await work;
    } finally {
      signal.removeEventListener('abort', stop);
      // Only once the last of the leader's work is done: another may begin at that moment.
      await this.#release();
    }
  }

  /** Renews until the fence aborts; aborts it when another leads, or when no renewal has succeeded for the deadline. */
  async #renewUntilLost(fence: AbortController): Promise<void> {
    const { clock, lease, identity } = this.#options;
    const lost = (why: string) => {
      if (fence.signal.aborted) return;
      this.#log.error({ lease, identity, why }, 'lost the leadership');
      fence.abort(new Error(`lost the leadership: ${why}`));
    };
    const expireIn = (delayMs: number) => clock.setTimer(delayMs, () => lost('could not renew the lease in time'));
    let expiry = expireIn(this.#renewDeadlineMs);
    while (!fence.signal.aborted) {
      await clock.sleep(this.#retryPeriodMs, fence.signal).catch(() => {});
      if (fence.signal.aborted) break;
      const startMs = clock.monotonic();
      if (await this.#tryClaim(fence.signal)) {
        expiry.cancel();
        expiry = expireIn(this.#renewDeadlineMs - (clock.monotonic() - startMs));
      } else if (this.#othersLead()) lost('another leads');
    }
    expiry.cancel();
  }

  #othersLead(): boolean {
    const { clock, identity } = this.#options;
    return this.#observation !== undefined && heldByOther(this.#observation, identity, clock.monotonic());
  }

  /** One try to take or renew the lease. */
  async #tryClaim(signal: AbortSignal): Promise<boolean> {
    const { clock, lease, identity } = this.#options;
    const timeoutMs = this.#renewDeadlineMs / 2;
    try {
      const current = await this.#read(signal, timeoutMs);
      this.#observation = observe(this.#observation, current, clock.monotonic());
      if (heldByOther(this.#observation, identity, clock.monotonic())) return false;
      const next = claimed(current, { ...lease, identity, leaseDurationMs: this.#leaseDurationMs, nowMs: clock.now() });
      const leases = this.#client.kind(Leases);
      const written = current ? await leases.update(next, { signal, timeoutMs }) : await leases.create(next, { signal, timeoutMs });
      this.#observation = observe(this.#observation, written, clock.monotonic());
      return true;
    } catch (error) {
      // Somebody else may have written it, or the answer got lost: look before the next try.
      this.#stale = true;
      if (!signal.aborted) this.#log.debug({ lease, identity, error }, 'could not claim the lease');
      return false;
    }
  }

  async #read(signal: AbortSignal, timeoutMs: number): Promise<Lease | undefined> {
    const { lease } = this.#options;
    // A leader that just wrote knows the lease: the compare-and-set of its next write finds out if it is wrong.
    const known = this.#observation?.lease;
    if (known?.spec?.holderIdentity === this.#options.identity && !this.#stale) return known;
    try {
      const current = await this.#client.kind(Leases).get(lease.name, lease.namespace, { signal, timeoutMs });
      this.#stale = false;
      return current;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #release(): Promise<void> {
    const { clock, identity } = this.#options;
    const held = this.#observation?.lease;
    this.#stale = true;
    if (held?.spec?.holderIdentity !== identity) return;
    try {
      await this.#client.kind(Leases).update(released(held, clock.now()), { timeoutMs: this.#retryPeriodMs });
    } catch (error) {
      // Not released means that the next leader waits for the lease to run out.
      this.#log.warn({ error, identity }, 'could not release the lease');
    }
    this.#observation = undefined;
  }
}
