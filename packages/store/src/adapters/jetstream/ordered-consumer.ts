import type { Clock, Timer } from '@kubernats/clock';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { ask } from './api.ts';

export interface OrderedConsumerOptions {
  stream: string;
  /** The first sequence to deliver. */
  from: number;
  /** Only subjects under it; absent: all. */
  filter?: string;
  headersOnly?: boolean;
  /** A subject of its own for what the server delivers. */
  deliverTo: string;
  /** `pending` is how many wait behind this one. */
  onMessage(message: Msg, sequence: number, pending: number): void;
  /** There is nothing more where the consumer is kept, a server that has the stream up to this sequence; about each second while that is so. */
  onIdle?(upTo: number): void;
  /** Continuity is lost; the consumer is closed. */
  onGap(why: string): void;
  /** How long the server may take until it says anything at all. Default: as long as it may be silent later on. */
  firstSignMs?: number;
}

const HEARTBEAT_MS = 1000;
const SILENCE_MS = 3 * HEARTBEAT_MS;
/** What messages of the stream are answered on; what has another address, or none, is about the consumer itself. */
const ACK = '$JS.ACK.';
const NANOSECONDS = 1_000_000;

/**
 * One push consumer that the server forgets by itself, watched for gaps: each message counts the consumer's own sequence up by
 * one, a heartbeat tells the last one, and silence beyond three heartbeats is a gap as well. Source: NATS JetStream, "Ordered Consumers".
 */
export class OrderedConsumer {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #options: OrderedConsumerOptions;
  #subscription: Subscription | undefined;
  #delivered = 0;
  #timer: Timer | undefined;
  #heardAtMs = -1;
  #closed = false;

  constructor(deps: { connection: NatsConnection; clock: Clock }, options: OrderedConsumerOptions) {
    this.#connection = deps.connection;
    this.#clock = deps.clock;
    this.#options = options;
  }

  /** Begins delivery. Returns how many messages are waiting. */
  async start(): Promise<number> {
    const { stream, from, filter, headersOnly, deliverTo, firstSignMs = SILENCE_MS } = this.#options;
    this.#subscription = this.#connection.subscribe(deliverTo, { callback: (error, message) => (error ? undefined : this.#take(message)) });
    this.#awaitSign(firstSignMs);
    const request = {
      stream_name: stream,
      config: {
        deliver_subject: deliverTo,
        deliver_policy: 'by_start_sequence',
        opt_start_seq: Math.max(1, from),
        ack_policy: 'none',
        max_deliver: 1,
        flow_control: true,
        idle_heartbeat: HEARTBEAT_MS * NANOSECONDS,
        inactive_threshold: 10 * HEARTBEAT_MS * NANOSECONDS,
        mem_storage: true,
        num_replicas: 1,
        replay_policy: 'instant',
        ...(filter === undefined ? {} : { filter_subject: filter }),
        ...(headersOnly ? { headers_only: true } : {}),
      },
    };
    const created = await ask<{ num_pending: number }>(this.#connection, `CONSUMER.CREATE.${stream}`, request, firstSignMs);
    if (!this.#closed) this.#awaitSign();
    return created.num_pending;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    if (this.#subscription && !this.#subscription.isClosed()) this.#subscription.unsubscribe();
  }

  #take(message: Msg): void {
    if (this.#closed) return;
    this.#heardAtMs = this.#clock.monotonic();
    const { reply = '' } = message;
    if (!reply.startsWith(ACK)) return this.#control(message);
    // $JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>.<consumer sequence>.<time>.<pending>, counted from the end:
    // newer servers may put the domain and account before the stream.
    const tokens = reply.split('.');
    const end = tokens.length >= 12 ? tokens.length - 1 : tokens.length;
    const [sequence, consumerSequence, , pending] = tokens.slice(end - 4).map(Number);
    if (sequence === undefined || consumerSequence === undefined || pending === undefined) return;
    if (consumerSequence !== this.#delivered + 1) return this.#gap(`message ${this.#delivered + 1} of the consumer is missing`);
    this.#delivered = consumerSequence;
    this.#options.onMessage(message, sequence, pending);
  }

  #control(message: Msg): void {
    // Flow control asks for an answer on the reply subject; a stalled consumer says in a heartbeat where the answer went missing.
    const stalled = message.headers?.get('Nats-Consumer-Stalled');
    if (message.reply) this.#connection.publish(message.reply);
    else if (stalled) this.#connection.publish(stalled);
    const last = Number(message.headers?.get('Nats-Last-Consumer') || Number.NaN);
    if (last > this.#delivered) return this.#gap(`the server delivered ${last} messages, ${this.#delivered} came`);
    const upTo = Number(message.headers?.get('Nats-Last-Stream') || Number.NaN);
    if (last === this.#delivered && !Number.isNaN(upTo)) this.#options.onIdle?.(upTo);
  }

  /** One timer for many messages: one for each would cost more than a message. */
  #awaitSign(withinMs = SILENCE_MS): void {
    this.#timer?.cancel();
    const fromMs = this.#clock.monotonic();
    this.#timer = this.#clock.setTimer(withinMs, () => {
      const leftMs = this.#heardAtMs >= fromMs ? this.#heardAtMs + SILENCE_MS - this.#clock.monotonic() : 0;
      if (leftMs > 0) this.#awaitSign(leftMs);
      else this.#gap('the server is silent');
    });
  }

  #gap(why: string): void {
    if (this.#closed) return;
    this.close();
    this.#options.onGap(why);
  }
}
