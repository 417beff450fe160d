import { StatusError } from '@kubernats/errors';
import type { CacheEvent } from '../cache/event.ts';
import type { Selection } from '../cache/selection.ts';
import { selected, type WatchSink } from '../cache/watch-dispatch.ts';
import type { Place } from '../core.ts';
import type { RowConversion } from './row-conversion.ts';

/** A subscription to what happens to the objects of a place. */
export interface Subscription {
  /** Whether everything that the cache has seen has been delivered. */
  readonly isIdle: boolean;
  end(): void;
}

/**
 * Begins to deliver what a selection sees. Where a webhook converts the objects, changes come after it has: in their order, each object ready to be looked at.
 * When it fails, what follows is not known, and the subscription is lost.
 */
export function subscribeConverted({ cache, conversion }: Place, selection: Selection, sink: WatchSink): Subscription {
  if (conversion) return new ConvertedSubscription({ cache, conversion }, selection, sink);
  return { isIdle: true, end: cache.watches.subscribe(selection, sink) };
}

class ConvertedSubscription implements Subscription {
  readonly #conversion: RowConversion;
  readonly #selection: Selection;
  readonly #sink: WatchSink;
  readonly #unsubscribe: () => void;
  #queue: CacheEvent[] = [];
  #isRunning = false;
  #isOver = false;

  constructor({ cache, conversion }: { cache: Place['cache']; conversion: RowConversion }, selection: Selection, sink: WatchSink) {
    this.#conversion = conversion;
    this.#selection = selection;
    this.#sink = sink;
    this.#unsubscribe = cache.watches.subscribe(selection.coarse ?? selection, {
      change: (_type, _stored, event) => {
        this.#queue.push(event);
        if (!this.#isRunning) void this.#run();
      },
      lost: (error) => this.#lose(error),
    });
  }

  get isIdle(): boolean {
    return !this.#isRunning;
  }

  end(): void {
    this.#isOver = true;
    this.#queue = [];
    this.#unsubscribe();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#queue.length > 0) {
        const events = this.#queue;
        this.#queue = [];
        for (const { type, stored, event } of await seenBy(this.#selection, events, this.#conversion)) {
          if (this.#isOver) return;
          this.#sink.change(type, stored, event);
        }
      }
    } catch (error) {
      this.#lose(error instanceof StatusError ? error : new StatusError('InternalError', String(error)));
    } finally {
      this.#isRunning = false;
    }
  }

  #lose(error: StatusError | undefined): void {
    if (this.#isOver) return;
    this.end();
    this.#sink.lost(error);
  }
}

/** What a selection sees of events, converted. */
export async function seenBy(selection: Selection, events: readonly CacheEvent[], conversion: RowConversion) {
  const { coarse = selection } = selection;
  const near = events.filter(({ stored }) => coarse.matches(stored));
  await conversion.prepare(near.flatMap(({ stored, previous }) => (previous ? [stored.object, previous.object] : [stored.object])));
  const seen = near.flatMap((event) => {
    const change = selected(selection, event);
    return change ? [{ ...change, event }] : [];
  });
  // What leaves a selection is shown as it was, at another revision.
  await conversion.prepare(seen.map(({ stored }) => stored.object));
  return seen;
}
