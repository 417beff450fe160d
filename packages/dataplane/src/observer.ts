import type { Address } from '@kubernats/net';
import type { Route } from './route.ts';

/** Why a backend was chosen. */
export type Choice = 'OnlyEndpoint' | 'FewestConnections' | 'NextInTurn' | 'SessionAffinity';

/** What a plane tells of one connection, or of one UDP client. */
export interface ConnectionEvent {
  type: 'opened' | 'refused' | 'closed';
  /** Unique within the plane; the same for all events of one connection. */
  id: number;
  route: Route;
  client: Address;
  /** Where it was led; absent where no backend answered. */
  backend?: Address;
  /** Where the connection to the backend comes from. */
  source?: Address;
  choice?: Choice;
  /** Connections that were open to the chosen backend before this one. */
  openBefore?: number;
  /** Connections that were then open to each of the other backends that there were to choose from. */
  othersOpen?: readonly number[];
  /** The backends that did not answer before one did. */
  failed: readonly Address[];
  /** From the client's connection to the end. With `closed` only. Milliseconds. */
  durationMs?: number;
}

/** Somebody who watches the traffic of some Services. */
export interface ConnectionObserver {
  /** Asked once a connection: whether events of this Service (`namespace/name`) are wanted. Must be cheap. */
  observes(service: string): boolean;
  observe(event: ConnectionEvent): void;
}
