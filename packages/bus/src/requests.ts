import type { Clock, Timer } from '@kubernats/clock';
import { StatusError, timeout, unavailable } from '@kubernats/errors';
import type { Inbox, InboxAddress } from './inbox.ts';
import type { Link, LinkMessage } from './link.ts';
import type { RequestOptions } from './port.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

interface Listener {
  answer(message: LinkMessage): void;
  fail(error: unknown): void;
  /** Nobody listens where a message with this reply address went, after the question was answered. */
  gone?(): void;
}

export const forbiddenSubject = (operation: 'publish' | 'subscribe', subject: string): StatusError =>
  new StatusError('Forbidden', `the message bus does not let this identity ${operation} on ${subject}`);

/** Questions that wait for answers. */
export class Requests {
  readonly #link: Link;
  readonly #inbox: Inbox;
  readonly #clock: Clock;
  readonly #open = new Set<Question>();

  constructor(link: Link, inbox: Inbox, clock: Clock) {
    this.#link = link;
    this.#inbox = inbox;
    this.#clock = clock;
  }

  one(subject: string, data: Uint8Array, options: RequestOptions = {}): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const question = this.ask(subject, data, options, {
        answer: (message) => {
          question.close();
          resolve(message.data);
        },
        fail: reject,
      });
    });
  }

  async *many(
    subject: string,
    data: Uint8Array,
    isLast: (data: Uint8Array) => boolean,
    options: RequestOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const answers: Uint8Array[] = [];
    let failure: { error: unknown } | undefined;
    let complete = false;
    let wake = (): void => {};
    const question = this.ask(subject, data, options, {
      answer(message) {
        answers.push(message.data);
        complete = isLast(message.data);
        if (complete) question.close();
        else question.wait();
        wake();
      },
      fail(error) {
        failure = { error };
        wake();
      },
    });
    try {
      for (;;) {
        const batch = answers.splice(0);
        yield* batch;
        if (answers.length > 0) continue;
        if (complete) return;
        if (failure) throw failure.error;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      question.close();
    }
  }

  /** Sends a question and hands on what comes back, until it is closed or has failed. */
  ask(subject: string, data: Uint8Array, options: RequestOptions, listener: Listener): Question {
    const question = new Question(subject, options, listener, this.#clock, () => this.#open.delete(question));
    if (this.#link.status !== 'connected') {
      const why = this.#link.status === 'closed' ? 'closed' : 'not connected';
      queueMicrotask(() => question.fail(unavailable(`the message bus is ${why}: nothing was asked on ${subject}`)));
      return question;
    }
    const address = this.#inbox.open((message) => question.deliver(message));
    question.begin(address);
    if (!question.ended) this.#open.add(question);
    try {
      if (!question.ended) this.#link.publish(subject, data, address.subject);
    } catch (error) {
      queueMicrotask(() => question.fail(error));
    }
    return question;
  }

  /** The server refused what was published on `subject`. Whether a question was. */
  refused(subject: string): boolean {
    const questions = [...this.#open].filter((question) => question.subject === subject);
    for (const question of questions) question.fail(forbiddenSubject('publish', subject));
    return questions.length > 0;
  }

  /** The connection is lost: answers that were under way may never come. */
  interrupted(): void {
    for (const question of [...this.#open]) {
      question.fail(timeout(`the message bus lost its connection before ${question.subject} was answered`));
    }
  }
}

/** One question under way. It ends once: by `close`, an answer that ends it, a failure, its time-out or its signal. */
export class Question {
  readonly subject: string;
  readonly #options: RequestOptions;
  readonly #listener: Listener;
  readonly #clock: Clock;
  readonly #forget: () => void;
  readonly #onAbort = (): void => this.fail(this.#options.signal?.reason);
  #address: InboxAddress | undefined;
  #timer: Timer | undefined;
  #ended = false;

  constructor(subject: string, options: RequestOptions, listener: Listener, clock: Clock, forget: () => void) {
    this.subject = subject;
    this.#options = options;
    this.#listener = listener;
    this.#clock = clock;
    this.#forget = forget;
  }

  get ended(): boolean {
    return this.#ended;
  }

  begin(address: InboxAddress): void {
    this.#address = address;
    const signal = this.#options.signal;
    if (signal?.aborted) queueMicrotask(this.#onAbort);
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.wait();
  }

  /** Starts the wait for the next answer. */
  wait(): void {
    this.#timer?.cancel();
    const timeoutMs = this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#timer = this.#clock.setTimer(timeoutMs, () => this.fail(timeout(`no answer on ${this.subject} within ${timeoutMs} ms`)));
  }

  /** Ends the question, but leaves its address open: what comes goes on to the listener. The caller closes it. */
  keep(): InboxAddress {
    const address = this.#address;
    if (!address) throw new Error('the question has no address');
    this.#address = undefined;
    this.close();
    return address;
  }

  deliver(message: LinkMessage): void {
    if (message.noResponders && this.#ended) this.#listener.gone?.();
    else if (message.noResponders) this.fail(unavailable(`nobody answers on ${this.subject}`));
    else this.#listener.answer(message);
  }

  fail(error: unknown): void {
    if (this.#ended) return;
    this.close();
    this.#listener.fail(error);
  }

  close(): void {
    this.#ended = true;
    this.#timer?.cancel();
    this.#address?.close();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#forget();
  }
}
