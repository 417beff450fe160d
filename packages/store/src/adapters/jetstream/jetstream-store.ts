import { escapeToken, stateSubject } from '@kubernats/bus';
import type { Clock, Ids } from '@kubernats/clock';
import { StatusError, timeout, unavailable } from '@kubernats/errors';
import type { NatsConnection } from '@nats-io/transport-node';
import { byKey } from '../../keys.ts';
import { type FollowOptions, RevisionConflict, type Store, type StoreEntry, type StoreKey, type StorePrefix } from '../../port.ts';
import { ask, askUntilAnswered, JetStreamError, JS_ERROR } from './api.ts';
import { follow } from './follower.ts';
import { readLast, type StoredMessage } from './last-message.ts';
import { FORM, markOf, writeMark } from './mark.ts';
import { OutOfSpace } from './out-of-space.ts';
import { Publisher } from './publisher.ts';
import { Reserve } from './reserve.ts';
import { scan } from './scan.ts';
import { Shared } from './shared.ts';
import { isReplicated, type StreamInfo } from './stream.ts';

export interface JetStreamStoreDeps {
  /** Its own connection, which it closes. */
  connection: NatsConnection;
  clock: Clock;
  ids: Ids;
}

/**
 * How long a write is sent again, whose acknowledgement was lost or that no stream took, before the caller is told. Longer than a NATS cluster
 * takes to choose another leader (4 to 9 s).
 */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 100;
/** How long what came first over a revision takes at most until it can be read, when nothing else is in the way. */
const APPLIED_WITHIN_MS = 2_000;
const APPLY_PAUSE_MS = 20;
/** How old what the server said may be for a change that is based on it. */
const FRESH_MS = 1_000;
/** How long the server may tell an older last revision than it did: a new leader of a NATS cluster has not applied all that was acknowledged. */
const BEHIND_MS = 10_000;

/** The log in one JetStream stream: the last message of each subject is kept, and the stream's sequence is the revision. */
export class JetStreamStore implements Store {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #cluster: string;
  readonly #name: string;
  readonly #stream: string;
  readonly #version: string;
  readonly #publisher: Publisher;
  readonly #reserve: Reserve;
  readonly #info: Shared<StreamInfo>;
  readonly #reconnected = new Set<() => void>();
  readonly #writer: string;
  readonly #inboxPrefix: string;
  #writes = 0;
  /** The highest revision that was acknowledged, read or told. */
  #known = 0;
  /** Up to there this process has trimmed the tombstones. */
  #trimmedTo = 0;
  #closed = false;

  constructor(
    deps: JetStreamStoreDeps,
    of: { cluster: string; name: string; stream: string; inboxPrefix: string; version: string; reserveReplicas?: number | undefined },
  ) {
    this.#connection = deps.connection;
    this.#clock = deps.clock;
    this.#ids = deps.ids;
    this.#cluster = of.cluster;
    this.#name = of.name;
    this.#stream = of.stream;
    this.#version = of.version;
    this.#writer = deps.ids.suffix(12);
    this.#inboxPrefix = of.inboxPrefix;
    this.#publisher = new Publisher(deps, this.#inbox());
    this.#reserve = new Reserve(deps, of.cluster, this);
    // One for all of the cluster's logs.
    if (of.name === 'state' && of.reserveReplicas !== undefined) this.#reserve.prepare(of.reserveReplicas);
    this.#info = new Shared(() => this.#askForInfo());
    void this.#watchConnection();
  }

  async create(key: StoreKey, value: Uint8Array): Promise<number> {
    const subject = this.#subject(key);
    return this.#write(key, subject, value, 0, false, (current) => (current?.deleted ? current.entry.revision : current ? undefined : 0));
  }

  async update(key: StoreKey, value: Uint8Array, expectedRevision: number): Promise<number> {
    return this.#write(key, this.#subject(key), value, expectedRevision, false, () => undefined);
  }

  async delete(key: StoreKey, lastValue: Uint8Array, expectedRevision: number): Promise<number> {
    return this.#write(key, this.#subject(key), lastValue, expectedRevision, true, () => undefined);
  }

  async get(key: StoreKey): Promise<StoreEntry | undefined> {
    const last = await this.#last(this.#subject(key));
    return last?.deleted ? undefined : last?.entry;
  }

  async list(prefix: StorePrefix): Promise<StoreEntry[]> {
    const under = stateSubject(this.#cluster, this.#name, { ...prefix, namespace: prefix.namespace ?? '', name: 'x' }).split('.');
    const filter = `${under.slice(0, prefix.namespace === undefined ? -2 : -1).join('.')}.>`;
    const entries: StoreEntry[] = [];
    await this.#scan({ filter }, (entry) => {
      if (!entry.deleted) entries.push(entry);
    });
    return entries.sort(byKey);
  }

  async lastRevision(): Promise<number> {
    return (await this.#info.get()).state.last_seq;
  }

  follow(options: FollowOptions): Promise<void> {
    this.#checkOpen();
    const deps = {
      connection: this.#connection,
      clock: this.#clock,
      stream: this.#stream,
      inbox: () => this.#inbox(),
      state: async () => {
        const info = await this.#info.get();
        return { last: info.state.last_seq, compactedTo: markOf(info).compactedTo, isReplicated: isReplicated(info) };
      },
      known: () => this.#known,
      onReconnect: (listener: () => void) => {
        this.#reconnected.add(listener);
        return () => this.#reconnected.delete(listener);
      },
    };
    return follow(deps, {
      ...options,
      onEntry: (entry) => {
        this.#know(entry.revision);
        options.onEntry(entry);
      },
    });
  }

  async compact(revision: number): Promise<void> {
    // The mark comes first: a follower that is behind it must load anew even if this process dies among the deletions.
    const upTo = await this.#markCompacted(revision);
    // A mark alone says nothing of the deletions: who set it may have died, or failed, among them.
    if (upTo <= this.#trimmedTo) return;
    const tombstones: number[] = [];
    await this.#scan({ headersOnly: true }, (entry) => {
      if (entry.deleted && entry.revision <= upTo) tombstones.push(entry.revision);
    });
    for (const seq of tombstones) {
      await ask(this.#connection, `STREAM.MSG.DELETE.${this.#stream}`, { seq, no_erase: true }).catch((error: unknown) => {
        // Written over meanwhile: there is nothing left to trim.
        if (!(error instanceof JetStreamError)) throw error;
      });
    }
    this.#trimmedTo = Math.max(upTo, this.#trimmedTo);
  }

  /**
   * Moves the mark forward, and gives the revision that it is at or beyond. Another API server may do the same at the same time, and the server sets what it is told:
   * a mark that is based on an old answer is not set, and one that was set back meanwhile is set again.
   */
  async #markCompacted(revision: number): Promise<number> {
    for (;;) {
      const askedMs = this.#clock.monotonic();
      const info = await this.#info.get();
      const upTo = Math.min(revision, info.state.last_seq);
      if (upTo <= markOf(info).compactedTo) return upTo;
      if (this.#clock.monotonic() - askedMs > FRESH_MS) continue;
      await writeMark(this.#connection, info, { form: FORM, version: this.#version, compactedTo: upTo });
      if (markOf(await this.#info.get()).compactedTo >= upTo) return upTo;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#reserve.close();
    this.#publisher.interrupted();
    await this.#connection.close();
  }

  /**
   * One write, sent until it is known what became of it. `retryAt` says at which sequence to try again after a conflict that is
   * none: a create over a tombstone.
   */
  async #write(
    key: StoreKey,
    subject: string,
    value: Uint8Array,
    expected: number,
    deleted: boolean,
    retryAt: (current: StoredMessage | undefined) => number | undefined,
  ): Promise<number> {
    this.#checkOpen();
    const writeId = `${this.#writer}.${this.#writes++}`;
    const untilMs = this.#clock.monotonic() + PATIENCE_MS;
    let doubt = false;
    let at = expected;
    if (!deleted) await this.#reserve.require();
    for (;;) {
      try {
        return this.#know(await this.#publisher.publish(subject, value, at, writeId, deleted));
      } catch (error) {
        if (error instanceof JetStreamError && error.errorCode === JS_ERROR.wrongLastSequence) {
          const current = await this.#lastAfterDoubt(subject, at, untilMs);
          if (current?.writeId === writeId) return this.#know(current.entry.revision);
          const next = retryAt(current);
          if (next === undefined || (next === at && this.#clock.monotonic() >= untilMs)) {
            // After a lost acknowledgement the conflict may be with a write that came on top of ours.
            if (doubt && current && current.entry.revision > at)
              throw timeout('a write was not acknowledged, and another one followed: nobody knows whether it happened');
            throw new RevisionConflict(key, current?.deleted ? undefined : current?.entry);
          }
          at = next;
          continue;
        }
        if (error instanceof OutOfSpace) {
          if (deleted && this.#clock.monotonic() < untilMs && (await this.#reserve.release())) continue;
          throw error;
        }
        if (!(error instanceof StatusError) || this.#closed || this.#clock.monotonic() >= untilMs) throw error;
        doubt ||= error.reason === 'Timeout';
        await this.#clock.sleep(PAUSE_MS);
      }
    }
  }

  /** What is over the revision `at` that a write was refused for; it may still be on its way. */
  async #lastAfterDoubt(subject: string, at: number, untilMs: number): Promise<StoredMessage | undefined> {
    const appliedMs = Math.max(untilMs, this.#clock.monotonic() + APPLIED_WITHIN_MS);
    for (;;) {
      try {
        const last = await this.#last(subject);
        if (at === 0 || last?.entry.revision !== at) return last;
      } catch (error) {
        if (!(error instanceof StatusError) || this.#clock.monotonic() >= untilMs) throw error;
      }
      if (this.#clock.monotonic() >= appliedMs)
        throw timeout('another write of the object is under way, and the store does not say how it ends');
      await this.#clock.sleep(APPLY_PAUSE_MS);
    }
  }

  #ask<T>(what: string, body?: object): Promise<T> {
    return askUntilAnswered<T>(this.#publisher, this.#clock, what, body);
  }

  #last(subject: string): Promise<StoredMessage | undefined> {
    this.#checkOpen();
    return readLast((what, body) => this.#ask(what, body), this.#stream, subject);
  }

  async #scan(of: { filter?: string; headersOnly?: boolean }, visit: (entry: StoreEntry) => void): Promise<void> {
    this.#checkOpen();
    const deps = { connection: this.#connection, clock: this.#clock };
    await scan(deps, { ...of, stream: this.#stream, deliverTo: this.#inbox() }, visit);
  }

  #know(revision: number): number {
    this.#known = Math.max(this.#known, revision);
    return revision;
  }

  /** Nothing that was acknowledged is missing from the answer, unless the log is another one than before. */
  async #askForInfo(): Promise<StreamInfo> {
    const known = this.#known;
    const untilMs = this.#clock.monotonic() + BEHIND_MS;
    for (;;) {
      const info = await this.#askForAnyInfo();
      if (!isReplicated(info) || info.state.last_seq >= known || this.#clock.monotonic() >= untilMs) {
        this.#known = info.state.last_seq < known ? info.state.last_seq : Math.max(this.#known, info.state.last_seq);
        return info;
      }
      await this.#clock.sleep(APPLY_PAUSE_MS);
    }
  }

  /** A question that was asked while the connection was away is not answered: it is asked again after the reconnect. */
  async #askForAnyInfo(): Promise<StreamInfo> {
    for (;;) {
      const { promise: reconnected, resolve: again } = Promise.withResolvers<undefined>();
      const listener = () => again(undefined);
      this.#reconnected.add(listener);
      try {
        const info = await Promise.race([this.#ask<StreamInfo>(`STREAM.INFO.${this.#stream}`), reconnected]);
        if (info) return info;
      } finally {
        this.#reconnected.delete(listener);
      }
    }
  }

  #subject(key: StoreKey): string {
    return stateSubject(this.#cluster, this.#name, key);
  }

  #inbox(): string {
    return `${this.#inboxPrefix}.${escapeToken(this.#name)}-${this.#ids.suffix(12)}`;
  }

  #checkOpen(): void {
    if (this.#closed) throw unavailable('the store is closed');
  }

  async #watchConnection(): Promise<void> {
    for await (const status of this.#connection.status()) {
      // What was published while the connection was away is gone, too: it is sent again rather than waited for.
      if (status.type === 'disconnect' || status.type === 'reconnect') this.#publisher.interrupted();
      if (status.type === 'reconnect') for (const listener of [...this.#reconnected]) listener();
    }
  }
}
