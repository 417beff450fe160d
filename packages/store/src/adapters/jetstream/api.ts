import { Buffer } from 'node:buffer';
import type { Clock, Timer } from '@kubernats/clock';
import { StatusError, timeout, unavailable } from '@kubernats/errors';
import { errors, RequestError } from '@nats-io/transport-node';
import { isOutOfSpace, OutOfSpace } from './out-of-space.ts';

/** JetStream's error codes that mean something here. */
export const JS_ERROR = {
  messageNotFound: 10037,
  consumerExists: 10148,
  streamNotFound: 10059,
  streamNameInUse: 10058,
  wrongLastSequence: 10071,
  noMessage: 10057,
  replicasNotSupported: 10074,
  noSuitablePeers: 10005,
};

/** What JetStream answered instead of doing it. */
export class JetStreamError extends Error {
  override readonly name = 'JetStreamError';
  readonly errorCode: number;
  constructor(errorCode: number, description: string) {
    super(description);
    this.errorCode = errorCode;
  }
}

interface Answer {
  error?: { err_code?: number; code: number; description: string };
}

const REQUEST_MS = 5000;
const NOTHING = new Uint8Array();
const decoder = new TextDecoder();

/** Who can be asked over NATS: a connection, or what asks over one more cheaply. */
export interface Asker {
  request(subject: string, payload: Uint8Array, options: { timeout: number }): Promise<{ data: Uint8Array }>;
  isClosed(): boolean;
}

/** Asks JetStream's API (`$JS.API.<what>`), and waits so many milliseconds for the answer. */
export async function ask<T>(asker: Asker, what: string, body?: object, timeoutMs = REQUEST_MS): Promise<T> {
  let data: Uint8Array;
  try {
    const payload = body === undefined ? NOTHING : Buffer.from(JSON.stringify(body));
    data = (await asker.request(`$JS.API.${what}`, payload, { timeout: timeoutMs })).data;
  } catch (error) {
    throw connectionError(error);
  }
  const answer = JSON.parse(decoder.decode(data)) as T & Answer;
  if (answer.error) throw refusal(answer.error);
  return answer;
}

const AGAIN_MS = 1000;
/** Longer than a NATS cluster takes to choose another leader (4 to 9 s). */
const ANSWERED_WITHIN_MS = 10_000;

/**
 * Asks what changes nothing, and asks again each second until an answer comes: while a stream has no leader nobody answers, and nobody remembers who
 * asked. An answer to an earlier question counts as well: those of a busy server are late.
 */
export function askUntilAnswered<T>(asker: Asker, clock: Clock, what: string, body?: object): Promise<T> {
  const untilMs = clock.monotonic() + ANSWERED_WITHIN_MS;
  return new Promise((resolve, reject) => {
    let timer: Timer | undefined;
    const send = (): void => {
      timer = clock.monotonic() < untilMs ? clock.setTimer(AGAIN_MS, send) : undefined;
      ask<T>(asker, what, body).then(
        (answer) => {
          timer?.cancel();
          resolve(answer);
        },
        (error: unknown) => {
          if (error instanceof StatusError && !asker.isClosed() && clock.monotonic() < untilMs) return;
          timer?.cancel();
          reject(error);
        },
      );
    };
    send();
  });
}

/** JetStream says 503 while it starts or has no leader: that passes. */
export function refusal(error: NonNullable<Answer['error']>): Error {
  if (isOutOfSpace(error.err_code)) return new OutOfSpace();
  if (error.code === 503) return unavailable(`the store is not ready: ${error.description}`);
  return new JetStreamError(error.err_code ?? error.code, error.description);
}

function connectionError(error: unknown): Error {
  if (error instanceof StatusError) return error;
  if (error instanceof errors.TimeoutError) return noAnswer();
  if (error instanceof RequestError && error.isNoResponders()) return nobodyThere();
  return unavailable(`the store is away: ${(error as Error).message}`);
}

export const noAnswer = (): StatusError => timeout('the store did not answer in time');
export const nobodyThere = (): StatusError => unavailable('the store is not there: no JetStream answers');
