import type { Connection, Listener } from '@kubernats/net';
import type { Backend } from '../balance/backend-load.ts';
import { Balancer } from '../balance/balancer.ts';
import { listenKey, type Route } from '../route.ts';
import type { ObservedConnection } from './observed.ts';
import type { OpenRoute } from './open-route.ts';
import { relay } from './relay.ts';
import { dialAs } from './source.ts';
import type { PlaneContext } from './userspace.ts';

/** Serves a TCP route. Throws a `NetworkError` when its address cannot be had. */
export async function openTcpRoute(route: Route, context: PlaneContext): Promise<OpenRoute> {
  const opened = new TcpRoute(route, context);
  await opened.listen();
  return opened;
}

/** A connection to a backend that is being made. */
interface Dial {
  backend: Backend;
  passOver(reason: unknown): void;
}

class TcpRoute implements OpenRoute {
  readonly service: string;
  readonly listenKey: string;
  #route: Route;
  readonly #context: PlaneContext;
  readonly #balancer: Balancer;
  readonly #dials = new Set<Dial>();
  #listener: Listener | undefined;

  constructor(route: Route, context: PlaneContext) {
    this.service = route.service;
    this.listenKey = listenKey('TCP', route.listen);
    this.#route = route;
    this.#context = context;
    const { load, clock, placeOf, leadsBack } = context;
    this.#balancer = new Balancer(load, clock, placeOf, (address) => leadsBack('TCP', address));
  }

  async listen(): Promise<void> {
    this.#listener = await this.#context.network.listen(this.#route.listen, (client) => void this.#accept(client));
    this.#balancer.update(this.#route);
  }

  update(route: Route): void {
    this.#route = route;
    this.#balancer.update(route);
    this.#passOverWhatIsGone();
  }

  async close(): Promise<void> {
    await this.#listener?.close();
    this.#balancer.clear();
    this.#passOverWhatIsGone();
  }

  async #accept(client: Connection): Promise<void> {
    const { connections, refusals, load } = this.#context;
    const observed = this.#context.observed?.begin(this.#route, client.remote);
    connections.add(client);
    client.once('close', () => connections.delete(client));
    const reached = await this.#reach(client, observed);
    if (!reached) {
      if (!client.destroyed) refusals.count(this.service);
      observed?.refused();
      return client.reset();
    }
    const { backend, upstream } = reached;
    connections.add(upstream);
    relay(client, upstream, () => {
      connections.delete(upstream);
      backend.bytesIn += client.bytesRead ?? 0;
      backend.bytesOut += client.bytesWritten ?? 0;
      load.closed(backend);
      observed?.closed();
    });
    // The plane was closed, or the client went, while the backend was dialled.
    if (this.#context.closed() || client.destroyed) upstream.reset();
  }

  /** A backend that does not answer is passed over: a client that stays reaches a live one as long as there is one. */
  async #reach(client: Connection, observed?: ObservedConnection): Promise<{ backend: Backend; upstream: Connection } | undefined> {
    let tried: Set<Backend> | undefined;
    for (;;) {
      const picked = client.destroyed ? undefined : this.#balancer.pick(client.remote.host, tried);
      if (!picked) return undefined;
      const { backend } = picked;
      observed?.picked(picked);
      // Counted from here on, so that connections that arrive together spread.
      backend.open++;
      try {
        const upstream = await this.#dial(backend, client);
        backend.taken++;
        backend.shunnedUntilMs = 0;
        observed?.opened(upstream.local);
        return { backend, upstream };
      } catch {
        backend.failedDials++;
        this.#balancer.shun(backend);
        this.#context.load.closed(backend);
        observed?.failed(backend.address);
        tried ??= new Set();
        tried.add(backend);
      }
    }
  }

  /** Fails at once, too, when the backend is taken away meanwhile: it may never answer, and gets no new connection in any case. */
  #dial(backend: Backend, client: Connection): Promise<Connection> {
    const { network, keepsSource, dialTimeoutMs } = this.#context;
    const source = keepsSource(client.remote.host) ? client.remote.host : undefined;
    return new Promise((resolve, reject) => {
      const dial: Dial = { backend, passOver: reject };
      this.#dials.add(dial);
      dialAs(network, backend.address, source, { timeoutMs: dialTimeoutMs, into: client }).then(
        (upstream) => {
          if (this.#dials.delete(dial)) resolve(upstream);
          else upstream.reset();
        },
        (error) => {
          this.#dials.delete(dial);
          reject(error);
        },
      );
    });
  }

  #passOverWhatIsGone(): void {
    for (const dial of this.#dials) {
      if (this.#balancer.has(dial.backend)) continue;
      this.#dials.delete(dial);
      dial.passOver(new Error('the endpoint is gone'));
    }
  }
}
