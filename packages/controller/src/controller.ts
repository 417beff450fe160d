import type { KubeObject } from '@kubernats/api';
import { type Informer, keyOf, type Log, silentLog } from '@kubernats/client';
import { aborted, type Clock, type Random } from '@kubernats/clock';
import { isConflict } from '@kubernats/errors';
import { Backoff, type BackoffOptions } from './backoff.ts';
import type { ClockSteps } from './clock-steps.ts';
import { type Metrics, noMetrics } from './metrics.ts';
import { TerminalError } from './terminal-error.ts';
import { WorkQueue } from './work-queue.ts';

export interface ReconcileContext {
  /** Aborts when the loop stops or leadership is lost: nothing may be written after that. */
  signal: AbortSignal;
  log: Log;
}

export interface ReconcileResult {
  /** Look at this key again after so long. Milliseconds. */
  requeueAfterMs?: number;
}

/**
 * Brings the world of one key to where it should be. Looks at the whole current state and trusts no event.
 * Throwing means: again, with backoff; a `TerminalError` means: not until something changes.
 */
export type Reconcile = (key: string, context: ReconcileContext) => Promise<ReconcileResult | undefined | void>;

export interface ControllerOptions {
  name: string;
  clock: Clock;
  random: Random;
  reconcile: Reconcile;
  log?: Log;
  metrics?: Metrics;
  /** How many keys are worked on at a time. Default 1. */
  concurrency?: number;
  backoff?: BackoffOptions;
  /** With it, keys that wait for a time are looked at when the wall clock steps. */
  clockSteps?: ClockSteps;
}

/** One control loop: a queue of keys and the function that reconciles them. */
export interface Controller {
  readonly name: string;
  enqueue(key: string): void;
  enqueueAfter(key: string, delayMs: number): void;
  /** Enqueues the keys of each object that an informer reports (both states of a change). Default key: the object's own. */
  watch<T extends KubeObject>(informer: Informer<T>, keysOf?: (object: T) => Iterable<string>): void;
  /** Waits for the watched informers, then works until the signal aborts and the last reconcile has returned. */
  run(signal: AbortSignal): Promise<void>;
  /** How many keys wait now. */
  readonly depth: number;
}

export function createController(options: ControllerOptions): Controller {
  const { name, clock, random, reconcile, log = silentLog, metrics = noMetrics, concurrency = 1, clockSteps } = options;
  const queue = new WorkQueue(clock);
  const backoff = new Backoff(random, options.backoff);
  const synced: Promise<void>[] = [];
  const outcomes = metrics.counter('kubernats_reconcile_total', 'Reconciles by loop and outcome.', ['controller', 'outcome']);
  const duration = metrics.histogram('kubernats_reconcile_seconds', 'Time of one reconcile.', ['controller']);
  const depth = metrics.gauge('kubernats_queue_depth', 'Keys that wait.', ['controller']);

  async function work(key: string, signal: AbortSignal): Promise<void> {
    const start = clock.monotonic();
    let outcome = 'done';
    try {
      const result = await reconcile(key, { signal, log });
      backoff.reset(key);
      if (result?.requeueAfterMs !== undefined) queue.addAfter(key, result.requeueAfterMs);
    } catch (error) {
      outcome = signal.aborted ? 'aborted' : retry(key, error);
    }
    outcomes.inc({ controller: name, outcome });
    duration.observe({ controller: name }, (clock.monotonic() - start) / 1000);
    depth.set({ controller: name }, queue.depth);
  }

  function retry(key: string, error: unknown): string {
    if (error instanceof TerminalError) {
      backoff.reset(key);
      log.error({ controller: name, key, error }, 'reconcile failed for good');
      return 'terminal';
    }
    const delayMs = backoff.next(key);
    queue.addAfter(key, delayMs);
    // A conflict is the ordinary course of optimistic concurrency, and the next look will have what changed.
    if (isConflict(error)) log.debug({ controller: name, key, delayMs }, 'reconcile met a conflict');
    else log.warn({ controller: name, key, error, delayMs }, 'reconcile failed');
    return 'retried';
  }

  async function worker(signal: AbortSignal): Promise<void> {
    for (;;) {
      const key = await queue.take();
      if (key === undefined) return;
      await work(key, signal);
      queue.done(key);
    }
  }

  return {
    name,
    get depth() {
      return queue.depth;
    },
    enqueue: (key) => queue.add(key),
    enqueueAfter: (key, delayMs) => queue.addAfter(key, delayMs),
    watch(informer, keysOf = (object) => [keyOf(object)]) {
      const enqueue = (object: Parameters<typeof keysOf>[0]) => {
        for (const key of keysOf(object)) queue.add(key);
      };
      synced.push(informer.synced);
      informer.addHandler({
        add: enqueue,
        update(object, old) {
          enqueue(old);
          enqueue(object);
        },
        delete: enqueue,
      });
    },
    async run(signal) {
      const end = aborted(signal);
      void end.then(() => queue.close());
      await Promise.race([Promise.all(synced), end]);
      const forget = clockSteps?.onStep(() => queue.hasten());
      await Promise.all(Array.from({ length: concurrency }, () => worker(signal)));
      forget?.();
    },
  };
}

/** Runs loops side by side until the signal aborts and all have stopped. */
export async function runControllers(controllers: readonly Controller[], signal: AbortSignal): Promise<void> {
  await Promise.all(controllers.map((controller) => controller.run(signal)));
}
