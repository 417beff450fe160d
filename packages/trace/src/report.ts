// What travels on the bus between those who trace a Service (API servers) and those who carry its connections.
import type { Choice, ConnectionEvent, Door, Protocol } from '@kubernats/dataplane';
import type { Address } from '@kubernats/net';

/** On `traceWantedSubject`: who wants to know. Repeated while it does. */
export interface Announcement {
  /** Unique for each tracer. */
  tracer: string;
}

/** On `traceEventsSubject`: what one proxy has seen of one Service since its last report. */
export interface ProxyReport {
  /** The component: `service-proxy`, `load-balancer`. */
  proxy: string;
  /** Unique for each process. */
  instance: string;
  /** The tracer whose first announcement this answers: from now on the proxy tells it everything. */
  welcome?: string;
  /** In order of time. */
  connections: ObservedConnection[];
  /** Events that are not among them, because there were too many. */
  dropped: number;
}

/** One event of one connection, as its proxy saw it: addresses, no names. */
export interface ObservedConnection {
  type: 'Opened' | 'Refused' | 'Closed';
  /** Unique within the proxy; the same for all events of one connection. */
  id: number;
  /** Milliseconds since the epoch, by the proxy's clock. */
  timeMs: number;
  protocol: Protocol;
  /** Where the client connected to. */
  listen: Address;
  door?: Door;
  client: Address;
  backend?: Address;
  source?: Address;
  choice?: Choice;
  openBefore?: number;
  /** How many connections the other candidates had, fewest first; not all of a great many. */
  othersOpen?: readonly number[];
  /** How many backends there were to choose from. */
  candidates: number;
  affinityMs?: number;
  /** How many backends did not answer, and the first of them. */
  failedCount: number;
  failed: readonly Address[];
  durationMs?: number;
}

/** A report must stay small however many backends there are. */
const FAILED_SHOWN = 5;
const OTHERS_SHOWN = 10;

const TYPES = { opened: 'Opened', refused: 'Refused', closed: 'Closed' } as const;

export function observed({ type, route, failed, othersOpen, ...event }: ConnectionEvent, timeMs: number): ObservedConnection {
  const { protocol, listen, door, affinityMs, backends } = route;
  return {
    ...event,
    ...{ type: TYPES[type], timeMs, protocol, listen, door, affinityMs },
    candidates: othersOpen ? othersOpen.length + 1 : backends.length,
    othersOpen: othersOpen?.toSorted((a, b) => a - b).slice(0, OTHERS_SHOWN),
    failedCount: failed.length,
    failed: failed.slice(0, FAILED_SHOWN),
  };
}

export const encodeReport = (report: ProxyReport): Uint8Array => new TextEncoder().encode(JSON.stringify(report));

export const readReport = (data: Uint8Array): ProxyReport => JSON.parse(new TextDecoder().decode(data)) as ProxyReport;

/** How often a tracer says that it is there. */
export const ANNOUNCE_EVERY_MS = 1_000;

export const announcementOf = (tracer: string): Uint8Array => new TextEncoder().encode(JSON.stringify({ tracer } satisfies Announcement));
