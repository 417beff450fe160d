import { type Clock, type Ids, realClock, realIds } from '@kubernats/clock';
import { LinkBus } from '../link-bus.ts';
import type { Bus } from '../port.ts';
import { rethrow } from '../rethrow.ts';
import { SubjectTrie } from '../subject-trie.ts';
import type { SubjectPermissions } from '../subjects.ts';
import { MemoryLink } from './memory-link.ts';

export interface MemoryBusOptions {
  cluster?: string;
  clock?: Clock;
  ids?: Ids;
  maxPayloadBytes?: number;
}

export interface MemoryParticipant {
  identity: string;
  /** What it may publish and subscribe to; absent: everything. */
  permissions?: SubjectPermissions;
  /** Gets what its handlers throw and refusals that nobody else is told of. Default: they are thrown. */
  onError?: (error: unknown) => void;
}

export interface MemorySubscription {
  readonly link: MemoryLink;
  readonly pattern: string;
  readonly queue: string | undefined;
  readonly deliver: (subject: string, data: Uint8Array, reply: string | undefined, noResponders: boolean) => void;
}

const DEFAULT_MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;
const NO_DATA = new Uint8Array(0);

/**
 * A message server in memory: what nats-server does for a cluster, for tests and the single-process mode. Delivery is
 * asynchronous and in the order of publishing; it takes microtasks only, so that a stepped clock sees all of it happen.
 */
export class MemoryBusServer {
  readonly cluster: string;
  readonly maxPayloadBytes: number;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #subscriptions = new SubjectTrie<MemorySubscription>();
  readonly #turns = new Map<string, number>();
  readonly #links = new Set<MemoryLink>();
  #queue: (() => void)[] = [];
  #draining = false;
  #up = true;

  constructor(options: MemoryBusOptions = {}) {
    this.cluster = options.cluster ?? 'default';
    this.maxPayloadBytes = options.maxPayloadBytes ?? DEFAULT_MAX_PAYLOAD_BYTES;
    this.#clock = options.clock ?? realClock;
    this.#ids = options.ids ?? realIds;
  }

  get up(): boolean {
    return this.#up;
  }

  connect(participant: MemoryParticipant): Bus {
    const link = new MemoryLink(this, participant.permissions);
    this.#links.add(link);
    const deps = { clock: this.#clock, ids: this.#ids, onError: participant.onError ?? rethrow };
    return new LinkBus(deps, link, { cluster: this.cluster, identity: participant.identity });
  }

  /** The server dies: everyone is disconnected, and what was under way is lost. */
  stop(): void {
    this.#up = false;
    this.#queue = [];
    for (const link of [...this.#links]) link.serverWent('disconnected');
  }

  /** The server is back, and everyone with their subscriptions. */
  start(): void {
    this.#up = true;
    for (const link of [...this.#links]) link.serverWent('connected');
  }

  subscribe(subscription: MemorySubscription): void {
    this.#subscriptions.add(subscription.pattern, subscription);
  }

  unsubscribe(subscription: MemorySubscription): void {
    this.#subscriptions.remove(subscription.pattern, subscription);
  }

  leave(link: MemoryLink): void {
    this.#links.delete(link);
  }

  publish(from: MemoryLink, subject: string, data: Uint8Array, reply: string | undefined): void {
    const groups = new Map<string, MemorySubscription[]>();
    let heard = false;
    this.#subscriptions.match(subject, (subscription) => {
      heard = true;
      if (subscription.queue === undefined) return this.#post(subscription, subject, data, reply, false);
      const name = `${subscription.pattern} ${subscription.queue}`;
      const group = groups.get(name);
      if (group) group.push(subscription);
      else groups.set(name, [subscription]);
    });
    for (const [name, members] of groups) {
      const turn = this.#turns.get(name) ?? 0;
      this.#turns.set(name, turn + 1);
      const member = members[turn % members.length];
      if (member) this.#post(member, subject, data, reply, false);
    }
    if (heard || reply === undefined) return;
    this.#subscriptions.match(reply, (subscription) => {
      if (subscription.link === from) this.#post(subscription, reply, NO_DATA, undefined, true);
    });
  }

  /** Calls `task` after everything that was posted before. */
  later(task: () => void): void {
    this.#queue.push(task);
    if (this.#draining) return;
    this.#draining = true;
    queueMicrotask(() => this.#drain());
  }

  #post(to: MemorySubscription, subject: string, data: Uint8Array, reply: string | undefined, noResponders: boolean): void {
    this.later(() => to.deliver(subject, data, reply, noResponders));
  }

  #drain(): void {
    const batch = this.#queue;
    this.#queue = [];
    for (const task of batch) task();
    if (this.#queue.length > 0) queueMicrotask(() => this.#drain());
    else this.#draining = false;
  }
}
