import type { Clock, Ids } from '@kubernats/clock';
import { StatusError, unavailable } from '@kubernats/errors';
import { Inbox } from './inbox.ts';
import type { Link, LinkMessage } from './link.ts';
import type { AcceptStream, Bus, BusMessage, BusStatus, BusSubscription, ByteStream, RequestOptions, SubscribeOptions } from './port.ts';
import { forbiddenSubject, Requests } from './requests.ts';
import { resetStray } from './streams/peer-stream.ts';
import { StreamTable } from './streams/stream-table.ts';
import { isLiteralSubject } from './subject-match.ts';
import { inboxPrefix } from './subjects.ts';

export interface LinkBusDeps {
  clock: Clock;
  ids: Ids;
  /** Gets what a subscriber's handler throws, and refusals that nobody else is told of. */
  onError: (error: unknown) => void;
}

/** The `Bus` over any `Link`. */
export class LinkBus implements Bus {
  readonly #link: Link;
  readonly #onError: (error: unknown) => void;
  readonly #inbox: Inbox;
  readonly #requests: Requests;
  readonly #streams: StreamTable;
  readonly #listeners = new Set<(status: BusStatus) => void>();

  constructor(deps: LinkBusDeps, link: Link, participant: { cluster: string; identity: string }) {
    this.#link = link;
    this.#onError = deps.onError;
    const prefix = `${inboxPrefix(participant.cluster, participant.identity)}.${deps.ids.suffix(16)}`;
    this.#inbox = new Inbox(link, prefix, (message) => resetStray(link, message));
    this.#requests = new Requests(link, this.#inbox, deps.clock);
    this.#streams = new StreamTable(link, this.#inbox, this.#requests, deps.clock);
    link.start({
      status: (status) => this.#statusChanged(status),
      publishRefused: (subject) => {
        if (!this.#requests.refused(subject)) this.#onError(forbiddenSubject('publish', subject));
      },
    });
  }

  get maxPayloadBytes(): number {
    return this.#link.maxPayloadBytes;
  }

  get status(): BusStatus {
    return this.#link.status;
  }

  publish(subject: string, data: Uint8Array, options?: { reply?: string }): void {
    this.#check(subject, data);
    this.#link.publish(subject, data, options?.reply);
  }

  subscribe(subject: string, handle: (message: BusMessage) => void, options: SubscribeOptions = {}): BusSubscription {
    return this.#listen(subject, (message) => handle(new Delivered(message, this.#link)), options);
  }

  async request(subject: string, data: Uint8Array, options?: RequestOptions): Promise<Uint8Array> {
    this.#check(subject, data);
    return this.#requests.one(subject, data, options);
  }

  requestMany(
    subject: string,
    data: Uint8Array,
    isLast: (data: Uint8Array) => boolean,
    options?: RequestOptions,
  ): AsyncIterable<Uint8Array> {
    this.#check(subject, data);
    return this.#requests.many(subject, data, isLast, options);
  }

  async openStream(subject: string, hello: Uint8Array, options?: RequestOptions): Promise<ByteStream> {
    this.#check(subject, hello);
    return this.#streams.open(subject, hello, options);
  }

  acceptStreams(subject: string, accept: AcceptStream, options: SubscribeOptions = {}): BusSubscription {
    return this.#listen(subject, (message) => this.#streams.accept(message, accept), options);
  }

  flush(): Promise<void> {
    return this.#link.flush();
  }

  onStatus(listener: (status: BusStatus) => void): BusSubscription {
    this.#listeners.add(listener);
    return { unsubscribe: () => this.#listeners.delete(listener) };
  }

  async close(): Promise<void> {
    if (this.#link.status === 'closed') return;
    this.#streams.destroyAll('the other end of the stream closed its connection');
    if (this.#link.status === 'connected') await this.#link.flush().catch(() => {});
    this.#inbox.close();
    await this.#link.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #check(subject: string, data: Uint8Array): void {
    if (!isLiteralSubject(subject)) throw new StatusError('BadRequest', `"${subject}" is no subject that a message can be sent to`);
    if (this.#link.status === 'closed') throw unavailable('the message bus is closed');
    checkSize(this.#link, data);
  }

  #listen(subject: string, handle: (message: LinkMessage) => void, options: SubscribeOptions): BusSubscription {
    const deliver = (message: LinkMessage): void => {
      try {
        handle(message);
      } catch (error) {
        this.#onError(error);
      }
    };
    const refused = (): void => {
      const error = forbiddenSubject('subscribe', subject);
      (options.onRefused ?? this.#onError)(error);
    };
    const unsubscribe = this.#link.subscribe(subject, deliver, options.queue, refused);
    return { unsubscribe };
  }

  #statusChanged(status: BusStatus): void {
    if (status !== 'connected') {
      this.#requests.interrupted();
      this.#streams.failAll('the message bus lost its connection');
    }
    for (const listener of [...this.#listeners]) listener(status);
  }
}

class Delivered implements BusMessage {
  readonly #message: LinkMessage;
  readonly #link: Link;

  constructor(message: LinkMessage, link: Link) {
    this.#message = message;
    this.#link = link;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  get reply(): string | undefined {
    return this.#message.reply;
  }

  respond(data: Uint8Array): void {
    if (this.#message.reply === undefined) return;
    checkSize(this.#link, data);
    this.#link.publish(this.#message.reply, data);
  }
}

function checkSize(link: Link, data: Uint8Array): void {
  const limit = link.maxPayloadBytes;
  if (data.length <= limit) return;
  throw new StatusError('RequestEntityTooLarge', `a message of ${data.length} bytes is over the bus's limit of ${limit}`);
}
