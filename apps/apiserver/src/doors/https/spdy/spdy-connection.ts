import type { Wire } from '../upgrade/wire.ts';
import { FrameReader } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';
import { type Frame, GoAwayStatus, ResetStatus, SETTINGS_INITIAL_WINDOW, WINDOW_BYTES } from './frames.ts';
import { SpdyStream, type StreamHost } from './spdy-stream.ts';

/** So much may have come and not be read; then the connection itself is not read, which holds back clients that know no windows. */
const UNREAD_BYTES_MAX = 1024 * 1024;
const STREAMS_MAX = 4096;

/**
 * The server's side of SPDY/3.1 over a connection that was upgraded. The client opens streams; each is answered at once and handed to
 * `onStream`. Windows are kept both ways; Go's library, which kubectl uses, knows none: the peer's are minded from its first word about
 * them on. Source: SPDY/3.1, as the API server and kubectl use it for exec and port-forward.
 */
export class SpdyConnection implements StreamHost {
  readonly #wire: Wire;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #writer = new FrameWriter();
  readonly #streams = new Map<number, SpdyStream>();
  #lastId = 0;
  #unread = 0;
  #wakeReader = (): void => {};
  #peerWindowBytes: number | undefined;
  #gone = false;

  constructor(wire: Wire, onStream: (stream: SpdyStream) => void) {
    this.#wire = wire;
    this.#onStream = onStream;
  }

  get peerWindowBytes(): number | undefined {
    return this.#peerWindowBytes;
  }

  /** Serves until the client or the connection is gone. Never rejects. */
  async run(): Promise<void> {
    const reader = new FrameReader();
    void this.#wire.closed.then(() => this.#lost());
    try {
      for await (const chunk of this.#wire.incoming) {
        for (const frame of reader.push(chunk)) this.#handle(frame);
        while (this.#unread > UNREAD_BYTES_MAX && !this.#gone) await new Promise<void>((resolve) => (this.#wakeReader = resolve));
      }
      this.#wire.destroy();
    } catch {
      // Not our protocol: nothing that follows could be understood.
      void this.send({ type: 'goAway', lastId: this.#lastId, status: GoAwayStatus.protocolError });
      this.#wire.finish();
    }
    // Not before: who writes to a stream that is lost does not wait any more.
    await this.#wire.closed;
  }

  send(frame: Frame): Promise<void> | undefined {
    return this.#wire.write(this.#writer.encode(frame));
  }

  taken(bytes: number): void {
    this.#unread -= bytes;
    if (this.#unread <= UNREAD_BYTES_MAX) this.#wakeReader();
  }

  forget(stream: SpdyStream): void {
    this.#streams.delete(stream.id);
  }

  #lost(): void {
    this.#gone = true;
    for (const stream of [...this.#streams.values()]) stream.lost('the connection is gone');
    this.#wakeReader();
  }

  #handle(frame: Frame): void {
    switch (frame.type) {
      case 'synStream':
        return this.#open(frame);
      case 'data': {
        const stream = this.#streams.get(frame.id);
        if (!stream) return;
        this.#unread += frame.bytes.length;
        return stream.received(frame.bytes, frame.fin);
      }
      case 'rstStream':
        return this.#streams.get(frame.id)?.lost('the client gave up the stream');
      case 'windowUpdate':
        this.#peerWindowBytes ??= WINDOW_BYTES;
        return this.#streams.get(frame.id)?.windowUpdated(frame.delta);
      case 'settings':
        this.#peerWindowBytes = frame.values.get(SETTINGS_INITIAL_WINDOW) ?? this.#peerWindowBytes;
        for (const stream of this.#streams.values()) stream.windowUpdated(0);
        return;
      case 'ping':
        // The client's own have odd numbers; others are answers.
        if (frame.id % 2 === 1) void this.send(frame);
        return;
      default:
      // A client that goes away closes the connection when it is done; replies and headers say nothing of interest.
    }
  }

  #open({ id, headers, fin }: Extract<Frame, { type: 'synStream' }>): void {
    if (id % 2 === 0 || id <= this.#lastId) return void this.send({ type: 'rstStream', id, status: ResetStatus.protocolError });
    this.#lastId = id;
    if (this.#streams.size >= STREAMS_MAX) return void this.send({ type: 'rstStream', id, status: ResetStatus.refusedStream });
    const stream = new SpdyStream(id, headers, this);
    this.#streams.set(id, stream);
    // Before anything else: Go's client drops data that comes ahead of the reply.
    void this.send({ type: 'synReply', id, headers: new Map(), fin: false });
    if (fin) stream.received(new Uint8Array(), true);
    this.#onStream(stream);
  }
}
