import { escapeToken } from '@kubernats/bus';
import type { Clock, Timer } from '@kubernats/clock';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Store } from '../../port.ts';
import { ask } from './api.ts';
import { OutOfSpace } from './out-of-space.ts';
import type { StreamInfo } from './stream.ts';

/** More than any one object: what a full store is beyond its limit, this is more. */
const RESERVE_BYTES = 4 * 1024 * 1024;
/** Whoever follows has seen a deletion by then, or has lost its consumer and loads anew. */
const TRIM_AFTER_MS = 10_000;

/** Of a store, what the reserve needs. */
type Log = Pick<Store, 'lastRevision' | 'compact'>;

/**
 * Room that is kept for deletions: even a tombstone needs space, and without one a full store could not be emptied. It is a stream with one message that
 * means nothing. A deletion that finds no space gives the reserve up; from then on nothing else is written until there is room for it again.
 */
export class Reserve {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #stream: string;
  readonly #subject: string;
  readonly #log: Log;
  #isReleased = false;
  #timer: Timer | undefined;
  #isClosed = false;

  /** The space of what was deleted from `log` is free when its tombstones are trimmed. */
  constructor(deps: { connection: NatsConnection; clock: Clock }, cluster: string, log: Log) {
    this.#connection = deps.connection;
    this.#clock = deps.clock;
    this.#stream = `kn-${escapeToken(cluster)}-reserve`;
    this.#subject = `kn.${escapeToken(cluster)}.reserve`;
    this.#log = log;
  }

  /** Makes the reserve of a new cluster, in the background. */
  prepare(replicas: number): void {
    const config = { name: this.#stream, subjects: [this.#subject], storage: 'file', num_replicas: replicas, max_msgs: 1, discard: 'old' };
    ask(this.#connection, `STREAM.CREATE.${this.#stream}`, config)
      .then(() => ask<StreamInfo>(this.#connection, `STREAM.INFO.${this.#stream}`))
      .then(async ({ state }) => {
        if (state.messages === 0) this.#isReleased = !(await this.#fill());
      })
      // The store is full already, away, or closed: there is no reserve, and nothing depends on it.
      .catch(() => {});
  }

  /** Throws `OutOfSpace` while the reserve is given up and there is no room for it. */
  async require(): Promise<void> {
    if (!this.#isReleased) return;
    if (!(await this.#fill())) throw new OutOfSpace();
    this.#isReleased = false;
  }

  /** Gives the reserve up for deletions. False when there was none. */
  async release(): Promise<boolean> {
    const { purged } = await ask<{ purged: number }>(this.#connection, `STREAM.PURGE.${this.#stream}`);
    this.#isReleased = true;
    this.#timer ??= this.#trimLater(this.#log.lastRevision());
    return purged > 0;
  }

  /**
   * Trims the tombstones up to a revision when everybody has seen them, and again while deletions may follow: once more after the reserve is there again
   * (`isLast`), for what was deleted until then.
   */
  #trimLater(upTo: Promise<number>, isLast = false): Timer {
    const trim = async (): Promise<void> => {
      await this.#log.compact(await upTo);
      this.#goOn(isLast && !this.#isReleased);
    };
    upTo.catch(() => {});
    return this.#clock.setTimer(TRIM_AFTER_MS, () => {
      // What cannot be trimmed now is trimmed later, with all others.
      trim().catch(() => this.#goOn(false));
    });
  }

  #goOn(isDone: boolean): void {
    this.#timer = isDone || this.#isClosed ? undefined : this.#trimLater(this.#log.lastRevision(), !this.#isReleased);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  async #fill(): Promise<boolean> {
    const { data } = await this.#connection.request(this.#subject, new Uint8Array(RESERVE_BYTES), { timeout: 5000 });
    return (JSON.parse(new TextDecoder().decode(data)) as { error?: object }).error === undefined;
  }
}
