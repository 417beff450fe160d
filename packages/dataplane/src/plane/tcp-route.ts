import type { Connection } from '@kubernats/net';
import type { Backend } from '../balance/backend-load.ts';
import { Balancer } from '../balance/balancer.ts';
import type { Route } from '../route.ts';
import type { ObservedConnection } from './observed.ts';
import type { OpenRoute } from './open-route.ts';
import { relay } from './relay.ts';
import { dialAs } from './source.ts';
import type { PlaneContext } from './userspace.ts';

interface Reached {
  backend: Backend;
  upstream: Connection;
}

/** Serves a TCP route. Throws a `NetworkError` when its address cannot be had. */
export async function openTcpRoute(route: Route, context: PlaneContext): Promise<OpenRoute> {
  const { network, load, connections } = context;
  const balancer = new Balancer(load, context.clock);
  balancer.update(route);

  /** A backend that does not answer is passed over: the client reaches a live one as long as there is one. */
  async function connect(client: Connection, observed: ObservedConnection | undefined): Promise<Reached | undefined> {
    const source = context.keepsSource(client.remote.host) ? client.remote.host : undefined;
    let tried: Set<Backend> | undefined;
    for (;;) {
      const picked = balancer.pick(client.remote.host, tried);
      if (!picked) return undefined;
      const { backend } = picked;
      observed?.picked(picked);
      // Counted from here on, so that connections that arrive together spread.
      backend.open++;
      try {
        const upstream = await dialAs(network, backend.address, source, { timeoutMs: context.dialTimeoutMs, into: client });
        backend.taken++;
        observed?.opened(upstream.local);
        return { backend, upstream };
      } catch {
        backend.failedDials++;
        load.closed(backend);
        observed?.failed(backend.address);
        tried ??= new Set();
        tried.add(backend);
      }
    }
  }

  async function accept(client: Connection): Promise<void> {
    const observed = context.observation?.of(route, client.remote);
    connections.add(client);
    client.once('close', () => connections.delete(client));
    const reached = await connect(client, observed);
    if (!reached) {
      context.refusals.count(route.service);
      observed?.refused();
      return client.reset();
    }
    const { backend, upstream } = reached;
    connections.add(upstream);
    relay(client, upstream, () => {
      backend.bytesIn += client.bytesRead ?? 0;
      backend.bytesOut += client.bytesWritten ?? 0;
      load.closed(backend);
      connections.delete(upstream);
      observed?.closed();
    });
    // The plane was closed, or the client went, while the backend was dialled.
    if (context.closed() || client.destroyed) upstream.reset();
  }

  let listener: Awaited<ReturnType<typeof network.listen>>;
  try {
    listener = await network.listen(route.listen, (client) => void accept(client));
  } catch (error) {
    balancer.clear();
    throw error;
  }
  return {
    service: route.service,
    update: (next) => balancer.update(next),
    async close() {
      await listener.close();
      balancer.clear();
    },
  };
}
