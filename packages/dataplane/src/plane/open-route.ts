import type { Route } from '../route.ts';

/** A route that is being served. */
export interface OpenRoute {
  /** Whose it is, as `namespace/name`. */
  readonly service: string;
  /** What it listens on, as `listenKey` has it. */
  readonly listenKey: string;
  /** Leads what comes next as this form of the route says. */
  update(route: Route): void;
  /** Gives the address free; what is established lives on. */
  close(): Promise<void>;
}
