import { connectToNats, escapeToken, inboxPrefix, stateSubject } from '@kubernats/bus';
import type { Clock, Ids } from '@kubernats/clock';
import { unavailable } from '@kubernats/errors';
import type { NatsConnection } from '@nats-io/transport-node';
import type { StoreEntry, StoreKey } from '../../port.ts';
import { ask, JetStreamError, JS_ERROR } from './api.ts';
import { FORM, type Mark, requireKnownForm, writeMark } from './mark.ts';
import { type JetStreamStoreOptions, streamOf } from './open.ts';
import { Publisher } from './publisher.ts';
import { scan } from './scan.ts';
import { ensureAnyStream, type StreamInfo } from './stream.ts';

/** How many writes are under way at once. */
const WINDOW = 512;
const POLL_MS = 100;

/** Opens one of the cluster's logs for tools that copy it as a whole or replace it. Waits for a server that is starting. */
export async function openLogTool(options: JetStreamStoreOptions & { version: string }): Promise<LogTool> {
  const { clock, ids, cluster, name, version } = options;
  const connection = await connectToNats(options);
  const inbox = `${inboxPrefix(cluster, options.identity)}.${escapeToken(name)}-${ids.suffix(12)}`;
  return new LogTool({ connection, clock, ids }, { cluster, name, version, inbox, ...streamOf(cluster, name) });
}

/** What is done with a whole log, beside those that serve it: `snapshot save` and `snapshot restore`. */
export class LogTool implements AsyncDisposable {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #of: { cluster: string; name: string; version: string; inbox: string; stream: string; subjects: string[] };
  readonly #publisher: Publisher;
  readonly #underWay = new Set<Promise<unknown>>();
  #failure: unknown;
  #puts = 0;

  constructor(
    deps: { connection: NatsConnection; clock: Clock; ids: Ids },
    of: { cluster: string; name: string; version: string; inbox: string; stream: string; subjects: string[] },
  ) {
    this.#connection = deps.connection;
    this.#clock = deps.clock;
    this.#of = of;
    this.#publisher = new Publisher(deps, `${of.inbox}.writes`);
  }

  /** Undefined: there is no such log yet. */
  async mark(): Promise<Mark | undefined> {
    const info = await this.#find();
    return info && requireKnownForm(info, this.#of.version);
  }

  /**
   * Visits all that the log holds, in the order of revisions, and returns the revision R of what was visited: for each key, the last entry visited
   * is what it was at R (a tombstone: it was deleted), and what was not visited did not exist (`scan`).
   */
  async copy(visit: (entry: StoreEntry) => void): Promise<number> {
    const { last_seq: before } = (await this.#info()).state;
    const deps = { connection: this.#connection, clock: this.#clock };
    return Math.max(before, await scan(deps, { stream: this.#of.stream, deliverTo: `${this.#of.inbox}.copy` }, visit));
  }

  /** The last revision of the log; 0 when there is none. */
  async lastRevision(): Promise<number> {
    return (await this.#find())?.state.last_seq ?? 0;
  }

  /** From now on nobody serves the log until `endRestore`. `source` is told to who tries. Makes the log when there is none. */
  async beginRestore(source: string): Promise<void> {
    const { stream, subjects, version } = this.#of;
    await ensureAnyStream({ connection: this.#connection, clock: this.#clock }, { stream, subjects, version });
    await this.#remark((mark) => ({ ...mark, restoring: source }));
  }

  /** Takes back `beginRestore`, before anything else was done. */
  abandonRestore(): Promise<void> {
    return this.#remark(({ restoring: _, ...mark }) => mark);
  }

  /** Whether somebody follows the log: an API server that has not ended. One that comes back after `endRestore` loads it anew. */
  async isFollowed(): Promise<boolean> {
    const { consumers } = await ask<{ consumers?: { push_bound?: boolean }[] }>(this.#connection, `CONSUMER.LIST.${this.#of.stream}`);
    return consumers?.some(({ push_bound: isBound }) => isBound) === true;
  }

  /** Removes all that the log holds; its next revision is `first` or later. */
  async empty(first: number): Promise<void> {
    await ask(this.#connection, `STREAM.PURGE.${this.#of.stream}`, { seq: first });
  }

  /** Puts an object into a log that was emptied. Resolves when the next one may follow: `flush` tells whether all were kept. */
  async put(key: StoreKey, value: Uint8Array): Promise<void> {
    const subject = stateSubject(this.#of.cluster, this.#of.name, key);
    const write: Promise<unknown> = this.#publisher.publish(subject, value, 0, `restore.${this.#puts++}`, false).then(
      () => this.#underWay.delete(write),
      (error: unknown) => {
        this.#failure ??= error;
      },
    );
    this.#underWay.add(write);
    if (this.#underWay.size >= WINDOW) await Promise.race(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when all that was put is kept; rejects when one was not. */
  async flush(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The log is served again. Whoever knows a revision before `first` has to load it anew. Throws unless it holds `entries`. */
  async endRestore(first: number, entries: number): Promise<void> {
    const { messages } = (await this.#info()).state;
    if (messages !== entries) throw unavailable(`the log ${this.#of.name} holds ${messages} entries instead of ${entries}`);
    await this.#remark(() => ({ form: FORM, version: this.#of.version, compactedTo: first - 1 }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#publisher.interrupted();
    return this.#connection.close();
  }

  async #remark(change: (mark: Mark) => Mark): Promise<void> {
    const info = await this.#info();
    await writeMark(this.#connection, info, change(requireKnownForm(info, this.#of.version)));
  }

  #info(): Promise<StreamInfo> {
    return ask<StreamInfo>(this.#connection, `STREAM.INFO.${this.#of.stream}`);
  }

  async #find(): Promise<StreamInfo | undefined> {
    for (;;) {
      try {
        return await this.#info();
      } catch (error) {
        if (error instanceof JetStreamError && error.errorCode === JS_ERROR.streamNotFound) return undefined;
        if (error instanceof JetStreamError) throw error;
        // JetStream is still starting.
        await this.#clock.sleep(POLL_MS);
      }
    }
  }
}
