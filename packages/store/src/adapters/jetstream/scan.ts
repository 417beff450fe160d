import type { Clock } from '@kubernats/clock';
import { unavailable } from '@kubernats/errors';
import type { NatsConnection } from '@nats-io/transport-node';
import type { StoreEntry } from '../../port.ts';
import { entryOf } from './entry.ts';
import { OrderedConsumer, type OrderedConsumerOptions } from './ordered-consumer.ts';

/** After so many heartbeats in a row nothing more comes of what is read. */
const IDLE_HEARTBEATS = 2;

/**
 * Visits what a stream holds, in the order of revisions, and returns the last one that was visited; 0: there was none. Of a key that is written
 * meanwhile, several entries may be visited. `visit` is called synchronously: while it works, nothing is read, so that memory stays bounded however large the
 * stream is. Rejects with what it throws, and when the server is interrupted.
 */
export async function scan(
  deps: { connection: NatsConnection; clock: Clock },
  of: Pick<OrderedConsumerOptions, 'stream' | 'deliverTo' | 'filter' | 'headersOnly'>,
  visit: (entry: StoreEntry) => void,
): Promise<number> {
  const done = Promise.withResolvers<void>();
  // It may fail while the consumer is still being made; whoever waits hears of it.
  done.promise.catch(() => {});
  let [last, idle, isDone] = [0, 0, false];
  const consumer = new OrderedConsumer(deps, {
    ...of,
    from: 1,
    onMessage(message, sequence, pending) {
      if (isDone) return;
      idle = 0;
      // What was overwritten before it was read was overwritten by what has been read: nothing waits any more.
      isDone = pending === 0;
      try {
        visit(entryOf(message, sequence));
      } catch (error) {
        isDone = true;
        return done.reject(error);
      }
      last = sequence;
      if (isDone) done.resolve();
    },
    // What was counted as waiting may have been trimmed or written over meanwhile: then no message comes that is the last.
    onIdle() {
      if (++idle >= IDLE_HEARTBEATS) done.resolve();
    },
    onGap: (why) => done.reject(unavailable(`the store was interrupted while it was read: ${why}`)),
  });
  try {
    if ((await consumer.start()) > 0) await done.promise;
    return last;
  } finally {
    consumer.close();
  }
}
