import type { Timer } from '@kubernats/clock';
import type { Address, Datagram, DatagramSocket } from '@kubernats/net';
import type { Backend } from '../balance/backend-load.ts';
import { Balancer } from '../balance/balancer.ts';
import { addressText, listenKey, type Route } from '../route.ts';
import type { ObservedConnection } from './observed.ts';
import type { OpenRoute } from './open-route.ts';
import type { PlaneContext } from './userspace.ts';

/** How long a client that says nothing keeps its backend: Linux' own time-out for UDP streams. */
const IDLE_MS = 120_000;

/** How many clients of one route are remembered; each holds a socket. One more, and the one that was silent longest is forgotten. */
export const MAX_SESSIONS = 4096;

/**
 * Serves a UDP route: each client address keeps one backend while it talks, and answers come back from the Service's address.
 * Throws a `NetworkError` when its address cannot be had.
 */
export async function openUdpRoute(route: Route, context: PlaneContext): Promise<OpenRoute> {
  const opened = new UdpRoute(route, context);
  await opened.listen();
  return opened;
}

interface Session {
  readonly key: string;
  readonly backend: Backend;
  readonly upstream: Promise<DatagramSocket>;
  readonly observed: ObservedConnection | undefined;
  idle: Timer;
  lastSeenMs: number;
}

class UdpRoute implements OpenRoute {
  readonly service: string;
  readonly listenKey: string;
  #route: Route;
  readonly #context: PlaneContext;
  readonly #balancer: Balancer;
  /** By client; the one that was silent longest comes first. */
  readonly #sessions = new Map<string, Session>();
  #socket: DatagramSocket | undefined;

  constructor(route: Route, context: PlaneContext) {
    this.service = route.service;
    this.listenKey = listenKey('UDP', route.listen);
    this.#route = route;
    this.#context = context;
    const { load, clock, placeOf, leadsBack } = context;
    this.#balancer = new Balancer(load, clock, placeOf, (address) => leadsBack('UDP', address));
  }

  async listen(): Promise<void> {
    this.#socket = await this.#context.network.bindUdp(this.#route.listen, (datagram) => this.#forward(datagram));
    this.#balancer.update(this.#route);
  }

  update(route: Route): void {
    this.#route = route;
    this.#balancer.update(route);
    // A datagram to a Pod that is gone is simply lost: its clients choose again.
    for (const session of this.#sessions.values()) if (!this.#balancer.has(session.backend)) this.#end(session);
  }

  async close(): Promise<void> {
    await this.#socket?.close();
    for (const session of this.#sessions.values()) this.#end(session);
    this.#balancer.clear();
  }

  #forward({ data, from }: Datagram): void {
    const key = addressText(from);
    const session = this.#sessions.get(key) ?? this.#open(key, from);
    if (!session) return;
    this.#touch(session);
    session.upstream.then(
      (upstream) => upstream.send(data, session.backend.address),
      () => {},
    );
  }

  #open(key: string, client: Address): Session | undefined {
    const { clock } = this.#context;
    const picked = this.#balancer.pick(client.host);
    if (!picked) return undefined;
    const { backend } = picked;
    const observed = this.#context.observed?.begin(this.#route, client);
    observed?.picked(picked);
    backend.open++;
    backend.taken++;
    const session: Session = {
      key,
      backend,
      upstream: this.#openUpstream(client),
      observed,
      idle: clock.setTimer(IDLE_MS, () => this.#endIfIdle(session)),
      lastSeenMs: clock.monotonic(),
    };
    session.upstream.then(
      (upstream) => observed?.opened(upstream.address),
      () => {
        observed?.refused();
        this.#end(session);
      },
    );
    return session;
  }

  #openUpstream(client: Address): Promise<DatagramSocket> {
    const { network, keepsSource, udpSourceHost } = this.#context;
    const host = keepsSource(client.host) ? client.host : udpSourceHost;
    return network.bindUdp({ host, port: 0 }, ({ data }) => this.#socket?.send(data, client));
  }

  /** Moves the session to the end of the order, and makes room for it. */
  #touch(session: Session): void {
    session.lastSeenMs = this.#context.clock.monotonic();
    this.#sessions.delete(session.key);
    this.#sessions.set(session.key, session);
    if (this.#sessions.size <= MAX_SESSIONS) return;
    const [longestSilent] = this.#sessions.values();
    if (longestSilent) this.#end(longestSilent);
  }

  /** One timer a session, not one a datagram. */
  #endIfIdle(session: Session): void {
    const { clock } = this.#context;
    const leftMs = session.lastSeenMs + IDLE_MS - clock.monotonic();
    if (leftMs > 0) session.idle = clock.setTimer(leftMs, () => this.#endIfIdle(session));
    else this.#end(session);
  }

  #end(session: Session): void {
    if (this.#sessions.get(session.key) !== session) return;
    this.#sessions.delete(session.key);
    session.idle.cancel();
    this.#context.load.closed(session.backend);
    session.observed?.closed();
    session.upstream.then(
      (upstream) => upstream.close(),
      () => {},
    );
  }
}
