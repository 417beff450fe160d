import type { Clock, Timer } from '@kubernats/clock';
import { timeout } from '@kubernats/errors';
import { headers, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { type Asker, JetStreamError, JS_ERROR, noAnswer, nobodyThere, refusal } from './api.ts';

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
  answered(message: Msg): void;
  reject(error: unknown): void;
  timer: Timer;
}

interface Outgoing {
  token: string;
  subject: string;
  value: Uint8Array;
  head?: MsgHdrs;
}

const ACK_MS = 4000;
/** In a NATS cluster a leader that is going takes messages and says nothing: what is not acknowledged soon is sent again. */
const CLUSTER_ACK_MS = 1000;
const NO_RESPONDERS = 503;
const decoder = new TextDecoder();

/**
 * Publishes to a stream with compare-and-set, many at a time, and asks the server: all acknowledgements and answers come to one inbox, in one subscription.
 * The client's own requests make an error with a stack each, also when they are answered.
 */
export class Publisher implements Asker {
  readonly #connection: NatsConnection;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #waiting = new Map<string, Waiting>();
  readonly #gathered: Outgoing[] = [];
  #next = 0;

  /** `inbox` is a subject prefix that is this publisher's alone. */
  constructor(deps: { connection: NatsConnection; clock: Clock }, inbox: string) {
    this.#connection = deps.connection;
    this.#clock = deps.clock;
    this.#prefix = `${inbox}.`;
    this.#connection.subscribe(`${inbox}.*`, { callback: (error, message) => (error ? undefined : this.#answered(message)) });
  }

  /** Returns the new sequence. Rejects with `Timeout` when no acknowledgement came: the write may have happened. */
  publish(subject: string, value: Uint8Array, expected: number, writeId: string, deleted: boolean): Promise<number> {
    return new Promise((resolve, reject) => {
      const head = headers();
      head.set(EXPECTED, String(expected));
      head.set(WRITE_ID, writeId);
      if (expected > 0 && this.#isClustered) head.set(MESSAGE_ID, `${subject}@${expected}`);
      if (deleted) head.set(DELETED, '1');
      const ackMs = this.#isClustered ? CLUSTER_ACK_MS : ACK_MS;
      const late = () => timeout(`the store did not acknowledge a write within ${ackMs} ms`);
      const answered = (message: Msg): void => {
        try {
          resolve(sequenceOf(message));
        } catch (error) {
          reject(error);
        }
      };
      this.#send({ subject, value, head }, ackMs, late, { answered, reject });
    });
  }

  request(subject: string, value: Uint8Array, { timeout: withinMs }: { timeout: number }): Promise<Msg> {
    return new Promise((resolve, reject) => {
      const answered = (message: Msg): void => (isNoAnswer(message) ? reject(nobodyThere()) : resolve(message));
      this.#send({ subject, value }, withinMs, noAnswer, { answered, reject });
    });
  }

  isClosed(): boolean {
    return this.#connection.isClosed();
  }

  get #isClustered(): boolean {
    return this.#connection.info?.cluster !== undefined;
  }

  #send(what: Omit<Outgoing, 'token'>, withinMs: number, late: () => Error, waiting: Omit<Waiting, 'timer'>): void {
    const token = (this.#next++).toString(36);
    const timer = this.#clock.setTimer(withinMs, () => this.#settle(token)?.reject(late()));
    this.#waiting.set(token, { ...waiting, timer });
    this.#gathered.push({ ...what, token });
    if (this.#gathered.length === 1) setImmediate(() => this.#sendGathered());
  }

  /** What was written in one turn of the event loop goes out together: a write to the socket costs more than all else here. */
  #sendGathered(): void {
    for (const { token, subject, value, head } of this.#gathered.splice(0)) {
      try {
        if (this.#waiting.has(token))
          this.#connection.publish(subject, value, { ...(head ? { headers: head } : {}), reply: this.#prefix + token });
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

  #answered(message: Msg): void {
    this.#settle(message.subject.slice(this.#prefix.length))?.answered(message);
  }
}

const isNoAnswer = (message: Msg): boolean => message.data.length === 0;

function sequenceOf(message: Msg): number {
  if (isNoAnswer(message)) throw refusal({ code: message.headers?.code ?? NO_RESPONDERS, description: 'no stream takes writes' });
  const answer = JSON.parse(decoder.decode(message.data)) as {
    seq: number;
    duplicate?: boolean;
    error?: { code: number; err_code?: number; description: string };
  };
  if (answer.error) throw refusal(answer.error);
  if (answer.duplicate) throw new JetStreamError(JS_ERROR.wrongLastSequence, 'another write over this revision came first');
  return answer.seq;
}
