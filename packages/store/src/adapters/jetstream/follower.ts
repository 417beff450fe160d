import type { Clock } from '@kubernats/clock';
import type { NatsConnection } from '@nats-io/transport-node';
import { type FollowOptions, RevisionCompacted } from '../../port.ts';
import { entryOf } from './entry.ts';
import { OrderedConsumer } from './ordered-consumer.ts';

export interface FollowerDeps {
  connection: NatsConnection;
  clock: Clock;
  stream: string;
  /** Makes a subject of this participant's own. */
  inbox(): string;
  /** The stream's last revision and how far it is compacted. */
  state(): Promise<{ last: number; compactedTo: number }>;
  /** Called at each reconnect, until the returned function is called. */
  onReconnect(listener: () => void): () => void;
}

const RETRY_MS = 100;

/** Follows a stream by one consumer after another: each begins after the last entry that was seen. */
export async function follow(deps: FollowerDeps, options: FollowOptions): Promise<void> {
  let after = options.after;
  while (!options.signal.aborted) {
    let state: { last: number; compactedTo: number };
    try {
      state = await deps.state();
    } catch {
      await pause(deps.clock, options.signal);
      continue;
    }
    if (after > state.last) throw RevisionCompacted.beyond(after, state.last);
    if (after > 0 && after < state.compactedTo) throw new RevisionCompacted(state.compactedTo);
    const last = state.last;
    let announced = false;
    const caughtUp = (): void => {
      if (announced) return;
      announced = true;
      options.onCaughtUp?.(last);
    };
    const started = await run(
      deps,
      options,
      after,
      (revision) => {
        after = revision;
        if (revision >= last) caughtUp();
      },
      caughtUp,
    );
    if (!started) await pause(deps.clock, options.signal);
  }
}

/** One consumer's life. Returns whether it delivered anything or lived at all. */
async function run(
  deps: FollowerDeps,
  options: FollowOptions,
  after: number,
  seen: (revision: number) => void,
  caughtUp: () => void,
): Promise<boolean> {
  const ended = Promise.withResolvers<void>();
  const consumer = new OrderedConsumer(deps, {
    stream: deps.stream,
    from: after + 1,
    deliverTo: deps.inbox(),
    onMessage(message, sequence, pending) {
      // A handler that throws ends following with its error: nothing is skipped behind its back.
      try {
        options.onEntry(entryOf(message, sequence));
        seen(sequence);
        if (pending === 0) caughtUp();
      } catch (error) {
        ended.reject(error);
      }
    },
    onGap: () => ended.resolve(),
  });
  const stop = (): void => ended.resolve();
  options.signal.addEventListener('abort', stop, { once: true });
  const forget = deps.onReconnect(stop);
  try {
    const pending = await consumer.start().catch(() => undefined);
    if (pending === undefined) return false;
    if (pending === 0) caughtUp();
    await ended.promise;
    return true;
  } finally {
    consumer.close();
    forget();
    options.signal.removeEventListener('abort', stop);
  }
}

const pause = (clock: Clock, signal: AbortSignal): Promise<void> => clock.sleep(RETRY_MS, signal).catch(() => {});
