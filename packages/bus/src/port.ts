import type { StatusError } from '@kubernats/errors';

/** A message as a subscriber gets it. */
export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Where an answer goes; absent when none is expected. */
  readonly reply: string | undefined;
  /** Answers; a no-op when nothing waits for an answer. May be called several times for a stream of answers. */
  respond(data: Uint8Array): void;
}

export interface BusSubscription {
  /** Stops delivery. Idempotent. */
  unsubscribe(): void;
}

export interface SubscribeOptions {
  /** Each message goes to one member of the group. */
  queue?: string;
  /** Called with `Forbidden` when the server does not permit the subscription; nothing is delivered then. */
  onRefused?: (error: StatusError) => void;
}

export interface RequestOptions {
  /** How long to wait for the (next) answer, in milliseconds. Default 10 000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * A two-way stream of bytes between two participants, with back-pressure in both directions: `write` resolves when the
 * peer's window has room, so that a slow reader slows the writer and nothing piles up between them.
 */
export interface ByteStream extends AsyncDisposable {
  /** What the peer sends, in order, until it ends. Throws when the peer fails or vanishes. May be iterated once. */
  readonly incoming: AsyncIterable<Uint8Array>;
  write(chunk: Uint8Array): Promise<void>;
  /** No more writes; the other direction stays open (half-close). */
  end(): Promise<void>;
  /** Gives up both directions at once; the peer's `incoming` throws with `reason`. */
  destroy(reason?: string): void;
  /** Settles when both directions are done, however that came. Never rejects. */
  readonly closed: Promise<void>;
}

/** Takes a byte stream that was opened on `subject`. */
export type AcceptStream = (hello: Uint8Array, stream: ByteStream, subject: string) => void | Promise<void>;

export type BusStatus = 'connected' | 'disconnected' | 'closed';

/**
 * The port through which components talk: subjects, requests, queue groups and byte streams. Adapters: NATS (`connectNats`)
 * and memory (`MemoryBusServer`). Errors are `StatusError`s: `ServiceUnavailable` when nobody listens or the connection is away
 * (nothing was asked), `Timeout` when no answer came in time or the connection was lost meanwhile (what was asked may have been
 * done), `Forbidden` when the server refuses the subject. What is published while the connection is away is dropped.
 */
export interface Bus extends AsyncDisposable {
  publish(subject: string, data: Uint8Array, options?: { reply?: string }): void;
  /** `subject` may end in `>` or hold `*` tokens. */
  subscribe(subject: string, handle: (message: BusMessage) => void, options?: SubscribeOptions): BusSubscription;
  /** One question, one answer. */
  request(subject: string, data: Uint8Array, options?: RequestOptions): Promise<Uint8Array>;
  /** One question, several answers, until `isLast` says so of one. `timeoutMs` bounds the wait for each. */
  requestMany(
    subject: string,
    data: Uint8Array,
    isLast: (data: Uint8Array) => boolean,
    options?: RequestOptions,
  ): AsyncIterable<Uint8Array>;
  /** Opens a byte stream to whoever accepts streams on `subject`; `hello` travels with the opening. */
  openStream(subject: string, hello: Uint8Array, options?: RequestOptions): Promise<ByteStream>;
  /** Serves byte streams. What `accept` throws before it writes refuses the stream with that error; later it breaks it. */
  acceptStreams(subject: string, accept: AcceptStream, options?: SubscribeOptions): BusSubscription;
  /** Resolves when everything that was published and subscribed before has reached the server. */
  flush(): Promise<void>;
  /** The largest message that `publish` takes, in bytes. */
  readonly maxPayloadBytes: number;
  readonly status: BusStatus;
  /** Calls `listener` at each change; after a reconnect messages may have been missed. */
  onStatus(listener: (status: BusStatus) => void): BusSubscription;
  /** Says what waits, then closes. */
  close(): Promise<void>;
}
