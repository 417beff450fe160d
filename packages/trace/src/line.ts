// What `GET …/services/NAME/trace` streams: one JSON object a line.
import type { Choice, Door, Protocol } from '@kubernats/dataplane';

export type TraceLine = EndpointsLine | ProxyLine | ConnectionLine | DroppedLine | DeletedLine;

interface Line {
  /** RFC 3339, with milliseconds. */
  time: string;
}

/** The first line, and again whenever it changes. Without a usable endpoint connections are refused, and nothing is seen of them. */
export interface EndpointsLine extends Line {
  type: 'Endpoints';
  /** `namespace/name`. */
  service: string;
  ready: number;
  /** Terminating ones that still serve: used when none is ready. */
  servingTerminating: number;
  notReady: number;
}

/** A proxy has answered: from now on its connections are told. */
export interface ProxyLine extends Line {
  type: 'Proxy';
  proxy: string;
  instance: string;
}

/** Somebody at one end of a connection. */
export interface Peer {
  /** `host:port`. */
  address: string;
  /** `namespace/name` of the Pod that has the address. */
  pod?: string;
  /** The Pod's node, or the node whose own address it is. */
  node?: string;
}

/** What became of one connection, or of one UDP client. */
export interface ConnectionLine extends Line {
  type: 'Opened' | 'Refused' | 'Closed';
  /** The same for all lines of one connection. */
  connection: string;
  /** Which component carries it: `service-proxy`, `load-balancer`. */
  proxy: string;
  protocol: Protocol;
  client: Peer;
  /** Where the client connected to; `port` is the name of the Service's port. */
  door: { kind: Door['kind']; address: string; node?: string; port?: string };
  /** Where it was led; absent where no backend answered. */
  backend?: Peer;
  /** Where the proxy's own connection to the backend comes from, as `host:port`. */
  source?: string;
  choice?: Choice;
  /** Connections that were open to the backend before this one. */
  openBefore?: number;
  /** How many the other candidates had, fewest first; not all of a great many. */
  othersOpen?: readonly number[];
  /** How many backends there were to choose from. */
  candidates: number;
  affinitySeconds?: number;
  /** How many backends did not answer, and the first of them. */
  failedCount: number;
  failed: readonly Peer[];
  /** With `Closed`: from the client's connection to the end. */
  durationMs?: number;
}

/** Events that are missing here, because they came faster than they could be told or read. */
export interface DroppedLine extends Line {
  type: 'Dropped';
  count: number;
}

/** The last line: the Service is gone. */
export interface DeletedLine extends Line {
  type: 'Deleted';
  service: string;
}
