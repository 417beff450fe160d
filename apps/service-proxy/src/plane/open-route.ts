import type { Address } from '@kubernats/net';

/** A route that is being served. */
export interface OpenRoute {
  /** Leads what comes next to these backends. */
  update(backends: readonly Address[]): void;
  /** Gives the address free; what is established lives on. */
  close(): Promise<void>;
}
