import { BytePipe } from '@kubernats/client';
import { type Frame, type Headers, ResetStatus, WINDOW_BYTES } from './frames.ts';

/** What a stream needs of its connection. */
export interface StreamHost {
  send(frame: Frame): Promise<void> | undefined;
  /** Bytes of this stream were read, or dropped. */
  taken(bytes: number): void;
  forget(stream: SpdyStream): void;
  /** The window that the peer gives to each stream; undefined: it has never spoken of windows. */
  readonly peerWindowBytes: number | undefined;
}

const PIECE_BYTES = 32 * 1024;

/** One stream that the client has opened. Its directions end separately. */
export class SpdyStream {
  readonly id: number;
  readonly headers: Headers;
  /** What the client sends, until it ends the stream. Throws when the stream is reset or lost. */
  readonly incoming: BytePipe;
  /** Settles when both directions are over; true: each came to its end. What has come may still wait to be read. */
  readonly closed: Promise<boolean>;
  readonly #host: StreamHost;
  readonly #settle: (orderly: boolean) => void;
  /** Sent and not yet confirmed by the peer's window updates. */
  #unconfirmed = 0;
  #unreported = 0;
  #wakeWriter = (): void => {};
  #writing: Promise<void> = Promise.resolve();
  #ended = false;
  #peerEnded = false;
  #over = false;

  constructor(id: number, headers: Headers, host: StreamHost) {
    this.id = id;
    this.headers = headers;
    this.#host = host;
    this.incoming = new BytePipe(WINDOW_BYTES, (bytes) => this.#taken(bytes));
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.closed = promise;
    this.#settle = resolve;
  }

  /** Resolves when there is room for more; writes of one stream go out in their order. Never rejects: `closed` tells. */
  write(chunk: Uint8Array): Promise<void> {
    const written = this.#writing.then(() => this.#write(chunk));
    this.#writing = written;
    return written;
  }

  /** Nothing more comes from here. */
  async end(): Promise<void> {
    await this.#writing;
    if (this.#ended || this.#over) return;
    this.#ended = true;
    await this.#host.send({ type: 'data', id: this.id, bytes: new Uint8Array(), fin: true });
    this.#closeIfDone();
  }

  /** Gives up both directions. */
  reset(status: number = ResetStatus.cancel): void {
    if (this.#over) return;
    void this.#host.send({ type: 'rstStream', id: this.id, status });
    this.lost('the stream was given up');
  }

  /** The connection's: what has come for the stream. */
  received(bytes: Uint8Array, fin: boolean): void {
    if (this.#peerEnded) return this.#host.taken(bytes.length);
    void this.incoming.write(bytes);
    if (!fin) return;
    this.#peerEnded = true;
    this.incoming.end();
    this.#closeIfDone();
  }

  windowUpdated(delta: number): void {
    this.#unconfirmed = Math.max(0, this.#unconfirmed - delta);
    this.#wakeWriter();
  }

  /** The connection's: the stream is over. */
  lost(why: string): void {
    if (this.#over) return;
    this.#over = true;
    this.incoming.end(new Error(why));
    this.#wakeWriter();
    this.#host.forget(this);
    this.#settle(false);
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && !this.#over && !this.#ended; ) {
      const room = (this.#host.peerWindowBytes ?? Infinity) - this.#unconfirmed;
      if (room <= 0) {
        await new Promise<void>((resolve) => (this.#wakeWriter = resolve));
        continue;
      }
      const bytes = chunk.subarray(at, at + Math.min(PIECE_BYTES, room));
      at += bytes.length;
      this.#unconfirmed += bytes.length;
      await this.#host.send({ type: 'data', id: this.id, bytes, fin: false });
    }
  }

  #taken(bytes: number): void {
    this.#host.taken(bytes);
    this.#unreported += bytes;
    if (this.#unreported < WINDOW_BYTES / 2 || this.#over || this.#peerEnded) return;
    void this.#host.send({ type: 'windowUpdate', id: this.id, delta: this.#unreported });
    this.#unreported = 0;
  }

  #closeIfDone(): void {
    if (!this.#ended || !this.#peerEnded || this.#over) return;
    this.#over = true;
    this.#host.forget(this);
    this.#settle(true);
  }
}
