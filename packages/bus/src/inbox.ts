import type { Link, LinkMessage } from './link.ts';

export interface InboxAddress {
  readonly subject: string;
  close(): void;
}

/**
 * All of one participant's reply addresses under one subscription: an answer finds its waiter by the last token. The prefix
 * is the identity's own, which nobody else may subscribe to, with a random part, which nobody else can guess.
 */
export class Inbox {
  readonly #link: Link;
  readonly #prefix: string;
  readonly #strays: (message: LinkMessage) => void;
  readonly #waiters = new Map<string, (message: LinkMessage) => void>();
  #next = 0;
  #end: (() => void) | undefined;

  /** `strays` gets what comes for an address that is closed. */
  constructor(link: Link, prefix: string, strays: (message: LinkMessage) => void) {
    this.#link = link;
    this.#prefix = prefix;
    this.#strays = strays;
  }

  open(deliver: (message: LinkMessage) => void): InboxAddress {
    this.#end ??= this.#link.subscribe(
      `${this.#prefix}.*`,
      (message) => this.#deliver(message),
      undefined,
      () => {},
    );
    const token = (this.#next++).toString(36);
    this.#waiters.set(token, deliver);
    return { subject: `${this.#prefix}.${token}`, close: () => this.#waiters.delete(token) };
  }

  close(): void {
    this.#end?.();
    this.#end = undefined;
    this.#waiters.clear();
  }

  #deliver(message: LinkMessage): void {
    const waiter = this.#waiters.get(message.subject.slice(this.#prefix.length + 1));
    (waiter ?? this.#strays)(message);
  }
}
