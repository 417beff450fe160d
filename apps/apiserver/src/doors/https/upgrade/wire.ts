/** A client's connection after its upgrade: chunks of bytes (of a WebSocket: messages) both ways, with back-pressure. */
export interface Wire {
  /** Ends when the client has ended or is lost. Never throws; may be iterated once. While it is not, the client is not read from. */
  readonly incoming: AsyncIterable<Uint8Array>;
  /** Sends; the promise, where there is one, resolves when there is room for more, or it is closed. Never rejects: `closed` tells. */
  write(chunk: Uint8Array, kind?: 'text' | 'binary'): Promise<void> | undefined;
  /** All is said: says farewell, waits a while for the client's, and is closed then. */
  finish(): void;
  /** Closed at once. */
  destroy(): void;
  /** Resolves when it is closed, however that came. */
  readonly closed: Promise<void>;
}
