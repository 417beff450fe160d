import type { Clock, Timer } from '@kubernats/clock';
import { badRequest, internalError, StatusError } from '@kubernats/errors';
import type { Inbox } from '../inbox.ts';
import type { Link, LinkMessage } from '../link.ts';
import type { AcceptStream, ByteStream, RequestOptions } from '../port.ts';
import type { Requests } from '../requests.ts';
import { decodeFrame, encodeFrame, FrameKind } from './frame.ts';
import { PeerStream } from './peer-stream.ts';

const PING_MS = 5_000;
/** A peer that says nothing for so long is gone, though the server thinks that it listens (a stopped process). */
const SILENCE_MS = 20_000;

/** All byte streams of one participant, and the one timer that looks after them. */
export class StreamTable {
  readonly #link: Link;
  readonly #inbox: Inbox;
  readonly #requests: Requests;
  readonly #clock: Clock;
  readonly #streams = new Set<PeerStream>();
  #timer: Timer | undefined;

  constructor(link: Link, inbox: Inbox, requests: Requests, clock: Clock) {
    this.#link = link;
    this.#inbox = inbox;
    this.#requests = requests;
    this.#clock = clock;
  }

  open(subject: string, hello: Uint8Array, options: RequestOptions = {}): Promise<ByteStream> {
    return new Promise((resolve, reject) => {
      let stream: PeerStream | undefined;
      const question = this.#requests.ask(subject, encodeFrame(FrameKind.open, 0, hello), options, {
        answer: (message) => {
          if (stream) return this.#hear(stream, message);
          const frame = decodeFrame(message.data);
          if (frame?.kind === FrameKind.accept && message.reply !== undefined) {
            // The question's address lives on as the stream's.
            const address = question.keep();
            stream = this.#add({ peer: message.reply, own: address.subject }, 'opener', () => address.close());
            resolve(stream);
          } else if (frame?.kind === FrameKind.refuse) {
            question.fail(StatusError.fromStatus(parseStatus(frame.body)));
          } else {
            question.fail(badRequest(`${subject} does not serve byte streams`));
          }
        },
        fail: reject,
        gone: () => stream?.fail('the other end of the stream is gone'),
      });
    });
  }

  /** Serves a message that opens a stream. */
  accept(message: LinkMessage, accept: AcceptStream): void {
    const frame = decodeFrame(message.data);
    if (frame?.kind !== FrameKind.open || message.reply === undefined) return;
    const address = this.#inbox.open((answer) => this.#hear(stream, answer));
    const stream = this.#add({ peer: message.reply, own: address.subject }, 'acceptor', () => address.close());
    void serve(stream, () => accept(frame.body, stream, message.subject));
  }

  failAll(reason: string): void {
    for (const stream of [...this.#streams]) stream.fail(reason);
  }

  destroyAll(reason: string): void {
    for (const stream of [...this.#streams]) stream.destroy(reason);
  }

  #add(addresses: { peer: string; own: string }, role: 'opener' | 'acceptor', close: () => void): PeerStream {
    const stream: PeerStream = new PeerStream(this.#link, addresses, role, this.#clock.monotonic(), () => {
      this.#streams.delete(stream);
      close();
      if (this.#streams.size === 0) this.#timer?.cancel();
    });
    this.#streams.add(stream);
    if (this.#streams.size === 1) this.#watchOver();
    return stream;
  }

  #hear(stream: PeerStream, message: LinkMessage): void {
    stream.heardAt = this.#clock.monotonic();
    stream.deliver(message);
  }

  #watchOver(): void {
    this.#timer = this.#clock.setTimer(PING_MS, () => {
      const now = this.#clock.monotonic();
      for (const stream of [...this.#streams]) {
        if (now - stream.heardAt > SILENCE_MS) stream.destroy(`the other end of the stream said nothing for ${SILENCE_MS} ms`);
        else stream.ping();
      }
      if (this.#streams.size > 0) this.#watchOver();
    });
  }
}

async function serve(stream: PeerStream, accept: () => void | Promise<void>): Promise<void> {
  try {
    await accept();
    stream.accept();
  } catch (error) {
    stream.refuse(error instanceof StatusError ? error : internalError(error));
  }
}

function parseStatus(body: Uint8Array): { message?: string; reason?: string; code?: number } {
  const status: unknown = JSON.parse(new TextDecoder().decode(body));
  return typeof status === 'object' && status !== null ? status : {};
}
