import type { Clock } from '@kubernats/clock';
import type { Address } from '@kubernats/net';
import type { Picked } from '../balance/balancer.ts';
import type { ConnectionEvent, ConnectionObserver } from '../observer.ts';
import type { Route } from '../route.ts';

/** Makes what tells an observer of single connections; nothing is made for Services that nobody observes. */
export class Observation {
  readonly #observer: ConnectionObserver;
  readonly #clock: Clock;
  #lastId = 0;

  constructor(observer: ConnectionObserver, clock: Clock) {
    this.#observer = observer;
    this.#clock = clock;
  }

  /** Undefined: nobody wants to know of this one. */
  of(route: Route, client: Address): ObservedConnection | undefined {
    if (!this.#observer.observes(route.service)) return undefined;
    const from = this.#clock.monotonic();
    const first = { id: ++this.#lastId, route, client: { ...client } };
    return new ObservedConnection(
      first,
      (event) => this.#observer.observe(event),
      () => this.#clock.monotonic() - from,
    );
  }
}

/** One connection, or UDP client, of an observed Service. */
export class ObservedConnection {
  readonly #observe: (event: ConnectionEvent) => void;
  readonly #elapsedMs: () => number;
  readonly #failed: Address[] = [];
  /** Each connection is opened and then closed, or refused; what comes out of turn is not told. */
  #state: 'new' | 'open' | 'over' = 'new';
  readonly #known: Pick<ConnectionEvent, 'id' | 'route' | 'client'>;
  #picked: Pick<ConnectionEvent, 'backend' | 'choice' | 'openBefore' | 'othersOpen'> | undefined;
  #source: Address | undefined;

  constructor(known: Pick<ConnectionEvent, 'id' | 'route' | 'client'>, observe: (event: ConnectionEvent) => void, elapsedMs: () => number) {
    this.#known = known;
    this.#observe = observe;
    this.#elapsedMs = elapsedMs;
  }

  /** A backend was chosen, and the connection is not counted there yet. */
  picked({ backend, choice, candidates }: Picked): void {
    const othersOpen = candidates.filter((other) => other !== backend).map(({ open }) => open);
    this.#picked = { backend: backend.address, choice, openBefore: backend.open, othersOpen };
  }

  /** It did not answer. */
  failed(backend: Address): void {
    this.#failed.push(backend);
    this.#picked = undefined;
  }

  opened(source: Address): void {
    if (this.#state !== 'new') return;
    this.#state = 'open';
    this.#source = { ...source };
    this.#tell('opened');
  }

  refused(): void {
    if (this.#state !== 'new') return;
    this.#state = 'over';
    this.#tell('refused');
  }

  closed(): void {
    const wasOpen = this.#state === 'open';
    this.#state = 'over';
    if (wasOpen) this.#tell('closed', { durationMs: this.#elapsedMs() });
  }

  #tell(type: ConnectionEvent['type'], more?: Pick<ConnectionEvent, 'durationMs'>): void {
    const source = this.#source && { source: this.#source };
    this.#observe({ type, ...this.#known, ...this.#picked, ...source, failed: [...this.#failed], ...more });
  }
}
