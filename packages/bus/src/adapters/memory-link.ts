import type { Link, LinkEvents, LinkMessage } from '../link.ts';
import type { BusStatus } from '../port.ts';
import { covers } from '../subject-match.ts';
import type { SubjectPermissions } from '../subjects.ts';
import type { MemoryBusServer, MemorySubscription } from './memory-server.ts';

/** One participant's connection to a `MemoryBusServer`. */
export class MemoryLink implements Link {
  readonly #server: MemoryBusServer;
  readonly #permissions: SubjectPermissions | undefined;
  readonly #subscriptions = new Set<MemorySubscription>();
  #events: LinkEvents | undefined;
  #closed = false;

  constructor(server: MemoryBusServer, permissions: SubjectPermissions | undefined) {
    this.#server = server;
    this.#permissions = permissions;
  }

  get status(): BusStatus {
    if (this.#closed) return 'closed';
    return this.#server.up ? 'connected' : 'disconnected';
  }

  get maxPayloadBytes(): number {
    return this.#server.maxPayloadBytes;
  }

  start(events: LinkEvents): void {
    this.#events = events;
  }

  publish(subject: string, data: Uint8Array, reply?: string): void {
    if (this.status !== 'connected') return;
    if (this.#allows('publish', subject)) this.#server.publish(this, subject, data, reply);
    else this.#server.later(() => this.#events?.publishRefused(subject));
  }

  subscribe(pattern: string, deliver: (message: LinkMessage) => void, queue: string | undefined, refused: () => void): () => void {
    if (!this.#allows('subscribe', pattern)) {
      this.#server.later(refused);
      return () => {};
    }
    const subscription: MemorySubscription = {
      link: this,
      pattern,
      queue,
      deliver: (subject, data, reply, noResponders) => {
        // What was on its way to a subscription that has ended meanwhile is not delivered.
        if (this.#subscriptions.has(subscription)) deliver({ subject, data, reply, noResponders });
      },
    };
    this.#subscriptions.add(subscription);
    this.#server.subscribe(subscription);
    return () => this.#end(subscription);
  }

  flush(): Promise<void> {
    return new Promise((resolve) => this.#server.later(resolve));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const subscription of [...this.#subscriptions]) this.#end(subscription);
    this.#server.leave(this);
    this.#events?.status('closed');
  }

  serverWent(status: BusStatus): void {
    this.#events?.status(status);
  }

  #end(subscription: MemorySubscription): void {
    this.#subscriptions.delete(subscription);
    this.#server.unsubscribe(subscription);
  }

  #allows(operation: 'publish' | 'subscribe', subject: string): boolean {
    const patterns = this.#permissions?.[operation];
    return patterns === undefined || patterns.some((pattern) => covers(pattern, subject));
  }
}
