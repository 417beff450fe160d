import type { Clock } from '@kubernats/clock';
import type { NatsConnection } from '@nats-io/transport-node';
import { type FollowOptions, RevisionCompacted } from '../../port.ts';
import { entryOf } from './entry.ts';
import { OrderedConsumer } from './ordered-consumer.ts';

/** What the stream says of itself. */
export interface LogState {
  last: number;
  compactedTo: number;
  /** It is kept on several servers; a consumer is with one of them, which may be behind the others. */
  isReplicated: boolean;
}

export interface FollowerDeps {
  connection: NatsConnection;
  clock: Clock;
  stream: string;
  /** Makes a subject of this participant's own. */
  inbox(): string;
  state(): Promise<LogState>;
  /** The last revision that the stream is known to have, without asking. */
  known(): number;
  /** Called at each reconnect, until the returned function is called. */
  onReconnect(listener: () => void): () => void;
}

const RETRY_MS = 100;
/**
 * How long a new consumer may say nothing. A NATS cluster gives one to any server that has the stream, for some seconds to one that has died as well: then another
 * try helps soon. On a busy machine patience does: each try gets twice as much.
 */
const FIRST_SIGN_MS = 1_000;
const FIRST_SIGN_MAX_MS = 16_000;
/** How many heartbeats in a row may come from a server that is behind. */
const HEARTBEATS_BEHIND = 3;

/** Follows a stream by one consumer after another: each begins after the last entry that was seen. */
export async function follow(deps: FollowerDeps, options: FollowOptions): Promise<void> {
  let after = options.after;
  let firstSignMs = FIRST_SIGN_MS;
  while (!options.signal.aborted) {
    let state: LogState;
    try {
      state = await deps.state();
    } catch {
      await pause(deps.clock, options.signal);
      continue;
    }
    if (after > state.last) throw RevisionCompacted.beyond(after, state.last);
    if (after > 0 && after < state.compactedTo) throw new RevisionCompacted(state.compactedTo);
    const seen = (revision: number): void => {
      after = revision;
    };
    const lived = await new Following(deps, options, state, seen).run(after, firstSignMs);
    firstSignMs = lived ? FIRST_SIGN_MS : Math.min(2 * firstSignMs, FIRST_SIGN_MAX_MS);
    if (!lived) await pause(deps.clock, options.signal);
  }
}

/** One consumer's life. */
class Following {
  readonly #deps: FollowerDeps;
  readonly #options: FollowOptions;
  readonly #state: LogState;
  readonly #seen: (revision: number) => void;
  readonly #ended = Promise.withResolvers<undefined>();
  #isCaughtUp = false;
  #heartbeatsBehind = 0;

  constructor(deps: FollowerDeps, options: FollowOptions, state: LogState, seen: (revision: number) => void) {
    this.#deps = deps;
    this.#options = options;
    this.#state = state;
    this.#seen = seen;
  }

  /** Resolves when it has to be followed anew: whether the server said anything. Rejects with what `onEntry` throws. */
  async run(after: number, firstSignMs: number): Promise<boolean> {
    const { signal } = this.#options;
    const { isReplicated, last } = this.#state;
    let at = after;
    let lived = false;
    const consumer = new OrderedConsumer(this.#deps, {
      stream: this.#deps.stream,
      from: after + 1,
      deliverTo: this.#deps.inbox(),
      firstSignMs,
      onMessage: (message, sequence, pending) => {
        lived = true;
        this.#heartbeatsBehind = 0;
        // A server that is behind begins at its own end, when that is before what was asked for.
        if (sequence <= at) return;
        try {
          this.#options.onEntry(entryOf(message, sequence));
        } catch (error) {
          // It ends following: nothing is skipped behind its back.
          return this.#ended.reject(error);
        }
        at = sequence;
        this.#seen(sequence);
        if (sequence >= last || (pending === 0 && !isReplicated)) this.#caughtUp();
      },
      onIdle: (upTo) => {
        lived = true;
        if (upTo >= last) this.#caughtUp();
        this.#heartbeatsBehind = upTo < this.#deps.known() ? this.#heartbeatsBehind + 1 : 0;
        if (this.#heartbeatsBehind >= HEARTBEATS_BEHIND) this.#ended.resolve(undefined);
      },
      onGap: () => this.#ended.resolve(undefined),
    });
    const stop = (): void => this.#ended.resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    const forget = this.#deps.onReconnect(stop);
    // Told to end while the stream was asked for its state: no event comes any more.
    if (signal.aborted) stop();
    try {
      if (after >= last) this.#caughtUp();
      const pending = await Promise.race([consumer.start().catch(() => undefined), this.#ended.promise]);
      if (pending === undefined) return lived;
      lived = true;
      // The end of the log may be what was compacted: then no message comes that says so.
      if (pending === 0 && !isReplicated) this.#caughtUp();
      await this.#ended.promise;
      return true;
    } finally {
      consumer.close();
      forget();
      signal.removeEventListener('abort', stop);
    }
  }

  #caughtUp(): void {
    if (this.#isCaughtUp) return;
    this.#isCaughtUp = true;
    this.#options.onCaughtUp?.(this.#state.last);
  }
}

const pause = (clock: Clock, signal: AbortSignal): Promise<void> => clock.sleep(RETRY_MS, signal).catch(() => {});
