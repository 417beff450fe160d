import { globToRegExp } from './command.ts';

/** Who listens on which channel. */
export class Hub<Subscriber> {
  readonly #channels = new Map<string, Set<Subscriber>>();
  readonly #patterns = new Map<string, Set<Subscriber>>();

  subscribe(kind: 'channel' | 'pattern', name: string, subscriber: Subscriber): void {
    const map = kind === 'channel' ? this.#channels : this.#patterns;
    map.set(name, (map.get(name) ?? new Set()).add(subscriber));
  }

  unsubscribe(kind: 'channel' | 'pattern', name: string, subscriber: Subscriber): void {
    const map = kind === 'channel' ? this.#channels : this.#patterns;
    map.get(name)?.delete(subscriber);
    if (map.get(name)?.size === 0) map.delete(name);
  }

  /** The names that a subscriber listens on. */
  namesOf(kind: 'channel' | 'pattern', subscriber: Subscriber): string[] {
    const map = kind === 'channel' ? this.#channels : this.#patterns;
    return [...map].flatMap(([name, set]) => (set.has(subscriber) ? [name] : []));
  }

  /** Everybody whom a message on this channel concerns, with the pattern through which. */
  listeners(channel: string): { subscriber: Subscriber; pattern: string | undefined }[] {
    const direct = [...(this.#channels.get(channel) ?? [])].map((subscriber) => ({ subscriber, pattern: undefined }));
    const matching = [...this.#patterns].flatMap(([pattern, set]) =>
      globToRegExp(pattern).test(channel) ? [...set].map((subscriber) => ({ subscriber, pattern })) : [],
    );
    return [...direct, ...matching];
  }
}
