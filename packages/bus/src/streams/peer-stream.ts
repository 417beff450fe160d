import { type StatusError, unavailable } from '@kubernats/errors';
import type { Link, LinkMessage } from '../link.ts';
import type { ByteStream } from '../port.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { decodeFrame, encodeFrame, FrameKind, readUint32, uint32Bytes } from './frame.ts';

/** How many bytes may be under way to a reader that has not read them. */
export const WINDOW_BYTES = 512 * 1024;
const FRAME_BYTES_MAX = 128 * 1024;
const FRAME_ROOM_BYTES = 1024;

interface Waiting {
  rest: Uint8Array;
  /** The direction ends after it. */
  last: boolean;
  resolve: () => void;
  reject: (error: Error) => void;
}

export interface PeerAddresses {
  /** Where the peer listens. */
  peer: string;
  /** Where this end listens: the reply of each frame, so that the server says at once when the peer is gone. */
  own: string;
}

/**
 * One end of a byte stream over publish and subscribe. Each direction has a window: the writer sends only what the reader's
 * credit covers. Frames are numbered: a lost message breaks the stream and is never skipped.
 */
export class PeerStream implements ByteStream {
  readonly #link: Link;
  readonly #addresses: PeerAddresses;
  readonly #forget: () => void;
  readonly #closed = Promise.withResolvers<void>();
  readonly #incoming = new ChunkQueue((bytes) => this.#taken(bytes));
  readonly #waiting: Waiting[] = [];
  readonly #frameBytesMax: number;
  #credit = WINDOW_BYTES;
  #takenBytes = 0;
  #sent: number;
  #received: number;
  #accepted: boolean;
  #ending = false;
  #ended = false;
  #peerEnded = false;
  #failure: StatusError | undefined;
  /** When the peer last said anything, by the table's clock. */
  heardAt: number;

  /** The opener is handed a stream that is accepted; the other end accepts by its first sign of life. */
  constructor(link: Link, addresses: PeerAddresses, role: 'opener' | 'acceptor', now: number, forget: () => void) {
    this.#link = link;
    this.#addresses = addresses;
    this.#forget = forget;
    this.#accepted = role === 'opener';
    // The frame that opened and the one that accepted have number 0.
    this.#sent = role === 'opener' ? 1 : 0;
    this.#received = 1;
    this.heardAt = now;
    this.#frameBytesMax = Math.min(FRAME_BYTES_MAX, link.maxPayloadBytes - FRAME_ROOM_BYTES);
  }

  get incoming(): AsyncIterable<Uint8Array> {
    return this.#incoming;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  write(chunk: Uint8Array): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#ending) return Promise.reject(unavailable('the stream was written to after its end'));
    if (this.#waiting.length === 0 && chunk.length <= this.#credit && chunk.length <= this.#frameBytesMax) {
      if (chunk.length > 0) this.#sendData(chunk);
      return Promise.resolve();
    }
    return this.#enqueue(chunk, false);
  }

  end(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#ending) return Promise.resolve();
    this.#ending = true;
    return this.#enqueue(new Uint8Array(0), true);
  }

  destroy(reason = 'the stream was given up'): void {
    if (this.#failure || (this.#ended && this.#peerEnded)) return;
    this.#publish(FrameKind.reset, new TextEncoder().encode(reason));
    this.fail(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
  }

  /** Tells the opener that it is served. Idempotent. */
  accept(): void {
    if (this.#accepted || this.#failure) return;
    this.#accepted = true;
    this.#publish(FrameKind.accept);
  }

  /** Answers the opener with an error, or breaks the stream when it is served already. */
  refuse(error: StatusError): void {
    if (this.#accepted) return this.destroy(error.message);
    if (this.#failure) return;
    this.#publish(FrameKind.refuse, new TextEncoder().encode(JSON.stringify(error.toStatus())));
    this.fail(error.message);
  }

  ping(): void {
    if (this.#accepted) this.#publish(FrameKind.ping);
  }

  /** The stream is broken; the peer is not told. */
  fail(reason: string): void {
    if (this.#failure) return;
    this.#failure = unavailable(reason);
    this.#incoming.finish(this.#failure);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#failure);
    this.#finish();
  }

  deliver(message: LinkMessage): void {
    if (message.noResponders) return this.fail('the other end of the stream is gone');
    const frame = decodeFrame(message.data);
    if (!frame) return;
    if (frame.kind === FrameKind.reset) return this.fail(new TextDecoder().decode(frame.body));
    if (message.reply !== this.#addresses.peer) return resetStray(this.#link, message);
    if (frame.sequence !== this.#received) return this.destroy('a part of the stream was lost on the way');
    this.#received = (this.#received + 1) >>> 0;
    if (frame.kind === FrameKind.data) this.#incoming.push(frame.body);
    else if (frame.kind === FrameKind.credit) this.#addCredit(readUint32(frame.body, 0));
    else if (frame.kind === FrameKind.end) {
      this.#peerEnded = true;
      this.#incoming.finish();
      this.#finishIfDone();
    }
  }

  #enqueue(rest: Uint8Array, last: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ rest, last, resolve, reject });
      this.#pump();
    });
  }

  #addCredit(bytes: number): void {
    this.#credit += bytes;
    this.#pump();
  }

  #pump(): void {
    for (let head = this.#waiting[0]; head; head = this.#waiting[0]) {
      while (head.rest.length > 0 && this.#credit > 0) {
        const bytes = Math.min(head.rest.length, this.#credit, this.#frameBytesMax);
        this.#sendData(head.rest.subarray(0, bytes));
        head.rest = head.rest.subarray(bytes);
      }
      if (head.rest.length > 0) return;
      this.#waiting.shift();
      if (head.last) {
        this.accept();
        this.#publish(FrameKind.end);
        this.#ended = true;
      }
      head.resolve();
      this.#finishIfDone();
    }
  }

  #sendData(chunk: Uint8Array): void {
    this.accept();
    this.#credit -= chunk.length;
    this.#publish(FrameKind.data, chunk);
  }

  /** The reader has taken bytes; 0 when it only begins to read. Credit goes back in quarters of the window. */
  #taken(bytes: number): void {
    if (this.#failure) return;
    this.accept();
    this.#takenBytes += bytes;
    if (this.#takenBytes < WINDOW_BYTES / 4 || this.#peerEnded) return;
    this.#publish(FrameKind.credit, uint32Bytes(this.#takenBytes));
    this.#takenBytes = 0;
  }

  #publish(kind: FrameKind, body?: Uint8Array): void {
    const reply = kind === FrameKind.reset || kind === FrameKind.refuse ? undefined : this.#addresses.own;
    this.#link.publish(this.#addresses.peer, encodeFrame(kind, this.#sent, body), reply);
    this.#sent = (this.#sent + 1) >>> 0;
  }

  #finishIfDone(): void {
    if (this.#ended && this.#peerEnded) this.#finish();
  }

  #finish(): void {
    this.#forget();
    this.#closed.resolve();
  }
}

/** Tells whoever still sends to a stream that is no longer there. */
export function resetStray(link: Link, message: LinkMessage): void {
  if (message.reply === undefined || message.noResponders || !decodeFrame(message.data)) return;
  link.publish(message.reply, encodeFrame(FrameKind.reset, 0, new TextEncoder().encode('the other end of the stream is gone')));
}
