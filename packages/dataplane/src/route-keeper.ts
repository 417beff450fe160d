import type { Clock, Timer } from '@kubernats/clock';
import type { RoutePlane } from './plane/port.ts';
import { listenKey, type Route } from './route.ts';

/** How soon a route that could not be opened is tried again, when nothing else happens; twice as long each time, up to the latter. */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 16_000;

/** What can be kept open: routes, and what else listens. */
export type Listening = Pick<Route, 'id' | 'protocol' | 'listen'>;

export interface RouteKeeperOptions<R> {
  plane: RoutePlane<R>;
  clock: Clock;
  /** Called once for each time that a route turns from wanted to refused. */
  onRefused(route: R, error: unknown): void;
  /** Called when a refused route could be opened after all. */
  onOpened?(route: R): void;
}

/** Brings a plane to where its table wants it, route by route, and tries refused ones again. */
export class RouteKeeper<R extends Listening = Route> {
  readonly #options: RouteKeeperOptions<R>;
  readonly #wanted = new Map<string, R>();
  readonly #refused = new Set<string>();
  /** One chain of steps per route: the plane never sees two at once for the same id. */
  readonly #working = new Map<string, Promise<void>>();
  #retry: Timer | undefined;
  #stopped = false;

  constructor(options: RouteKeeperOptions<R>) {
    this.#options = options;
  }

  /** What could not be opened, as `TCP 10.96.0.1:80`. */
  get refused(): string[] {
    return [...this.#refused].flatMap((id) => {
      const route = this.#wanted.get(id);
      return route ? [listenKey(route.protocol, route.listen)] : [];
    });
  }

  get openCount(): number {
    return this.#wanted.size - this.#refused.size;
  }

  get refusedCount(): number {
    return this.#refused.size;
  }

  /** Resolves when these changes have been carried out or refused. Never rejects. */
  async apply(changes: { set: readonly R[]; removed: readonly R[] }): Promise<void> {
    for (const route of changes.set) this.#wanted.set(route.id, route);
    for (const route of changes.removed) this.#wanted.delete(route.id);
    await Promise.all([...changes.removed, ...changes.set].map(({ id }) => this.#step(id)));
    // What has become free may be what a refused route waits for.
    if (changes.removed.length > 0) await this.retryRefused();
  }

  /** Tries what was refused once more. */
  async retryRefused(): Promise<void> {
    await Promise.all([...this.#refused].map((id) => this.#step(id)));
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
  }

  #step(id: string): Promise<void> {
    const step = (this.#working.get(id) ?? Promise.resolve()).then(() => this.#settle(id));
    this.#working.set(id, step);
    return step.finally(() => {
      if (this.#working.get(id) === step) this.#working.delete(id);
    });
  }

  async #settle(id: string): Promise<void> {
    const { plane, onRefused, onOpened } = this.#options;
    const route = this.#stopped ? undefined : this.#wanted.get(id);
    if (!route) {
      this.#refused.delete(id);
      return plane.remove(id);
    }
    try {
      await plane.set(route);
      if (this.#refused.delete(id)) onOpened?.(route);
    } catch (error) {
      if (!this.#refused.has(id)) {
        this.#refused.add(id);
        onRefused(route, error);
        this.#armRetry(FIRST_RETRY_MS);
      }
    }
  }

  #armRetry(afterMs: number): void {
    this.#retry?.cancel();
    if (this.#stopped) return;
    this.#retry = this.#options.clock.setTimer(afterMs, () => {
      this.#retry = undefined;
      void this.retryRefused().then(() => {
        if (this.#refused.size > 0 && !this.#retry) this.#armRetry(Math.min(2 * afterMs, LAST_RETRY_MS));
      });
    });
  }
}
