import type { Clock, Timer } from '@kubernats/clock';
import { timeout } from '@kubernats/errors';
import { headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { JetStreamError, JS_ERROR, refusal } from './api.ts';

export const EXPECTED = 'Nats-Expected-Last-Subject-Sequence';
/**
 * A NATS cluster compares the expected sequence with what is stored, and not with what is on its way to the other servers: of two writes over one
 * revision that come within a moment both would be taken (nats-server 2.9, 2.10). Of two messages of one id it takes the first.
 */
const MESSAGE_ID = 'Nats-Msg-Id';
/** Tells a write from every other one: an acknowledgement that was lost is found again by it. */
export const WRITE_ID = 'Kn-Write';
/** Present on a tombstone. */
export const DELETED = 'Kn-Deleted';

interface Waiting {
  resolve(sequence: number): void;
  reject(error: unknown): void;
  timer: Timer;
}

const ACK_MS = 4000;
/** In a NATS cluster a leader that is going takes messages and says nothing: what is not acknowledged soon is sent again. */
const CLUSTER_ACK_MS = 1000;
const NO_RESPONDERS = 503;
const decoder = new TextDecoder();

/** Publishes to a stream with compare-and-set, many at a time: all acknowledgements come to one inbox, in one subscription. */
export class Publisher {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #waiting = new Map<string, Waiting>();
  readonly #gathered: { token: string; subject: string; value: Uint8Array; head: MsgHdrs }[] = [];
  #next = 0;

  /** `inbox` is a subject prefix that is this publisher's alone. */
  constructor(deps: { connection: NatsConnection; clock: Clock }, inbox: string) {
    this.#connection = deps.connection;
    this.#clock = deps.clock;
    this.#prefix = `${inbox}.`;
    this.#connection.subscribe(`${inbox}.*`, { callback: (error, message) => (error ? undefined : this.#acknowledged(message)) });
  }

  /** Returns the new sequence. Rejects with `Timeout` when no acknowledgement came: the write may have happened. */
  publish(subject: string, value: Uint8Array, expected: number, writeId: string, deleted: boolean): Promise<number> {
    return new Promise((resolve, reject) => {
      const token = (this.#next++).toString(36);
      const head = headers();
      head.set(EXPECTED, String(expected));
      head.set(WRITE_ID, writeId);
      if (expected > 0 && this.#isClustered) head.set(MESSAGE_ID, `${subject}@${expected}`);
      if (deleted) head.set(DELETED, '1');
      const ackMs = this.#isClustered ? CLUSTER_ACK_MS : ACK_MS;
      const timer = this.#clock.setTimer(ackMs, () =>
        this.#settle(token)?.reject(timeout(`the store did not acknowledge a write within ${ackMs} ms`)),
      );
      this.#waiting.set(token, { resolve, reject, timer });
      this.#gathered.push({ token, subject, value, head });
      if (this.#gathered.length === 1) setImmediate(() => this.#send());
    });
  }

  get #isClustered(): boolean {
    return this.#connection.info?.cluster !== undefined;
  }

  /** What was written in one turn of the event loop goes out together: a write to the socket costs more than all else here. */
  #send(): void {
    for (const { token, subject, value, head } of this.#gathered.splice(0)) {
      try {
        if (this.#waiting.has(token)) this.#connection.publish(subject, value, { headers: head, reply: this.#prefix + token });
      } catch (error) {
        this.#settle(token)?.reject(error);
      }
    }
  }

  /** The connection was lost: acknowledgements that were under way will not come. */
  interrupted(): void {
    for (const token of [...this.#waiting.keys()])
      this.#settle(token)?.reject(timeout('the connection to the store was lost before a write was acknowledged'));
  }

  #settle(token: string): Waiting | undefined {
    const waiting = this.#waiting.get(token);
    this.#waiting.delete(token);
    waiting?.timer.cancel();
    return waiting;
  }

  #acknowledged(message: Msg): void {
    const waiting = this.#settle(message.subject.slice(this.#prefix.length));
    if (!waiting) return;
    if (message.data.length === 0) {
      const code = message.headers?.code ?? NO_RESPONDERS;
      return waiting.reject(refusal({ code, description: 'no stream takes writes' }));
    }
    const answer = JSON.parse(decoder.decode(message.data)) as {
      seq: number;
      duplicate?: boolean;
      error?: { code: number; err_code?: number; description: string };
    };
    if (answer.error) waiting.reject(refusal(answer.error));
    else if (answer.duplicate)
      waiting.reject(new JetStreamError(JS_ERROR.wrongLastSequence, 'another write over this revision came first'));
    else waiting.resolve(answer.seq);
  }
}
