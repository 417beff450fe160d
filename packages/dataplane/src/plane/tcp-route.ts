import type { Connection } from '@kubernats/net';
import type { Backend } from '../balance/backend-load.ts';
import { Balancer } from '../balance/balancer.ts';
import type { Route } from '../route.ts';
import type { OpenRoute } from './open-route.ts';
import { relay } from './relay.ts';
import { dialAs } from './source.ts';
import type { PlaneContext } from './userspace.ts';

/** Serves a TCP route. Throws a `NetworkError` when its address cannot be had. */
export async function openTcpRoute(route: Route, context: PlaneContext): Promise<OpenRoute> {
  const { network, load, counters, connections } = context;
  const balancer = new Balancer(load, context.clock, context.placeOf);
  balancer.update(route);
  const labels = { service: route.service };

  /** A backend that does not answer is passed over: the client reaches a live one as long as there is one. */
  async function connect(client: Connection): Promise<{ backend: Backend; upstream: Connection } | undefined> {
    const source = context.keepsSource(client.remote.host) ? client.remote.host : undefined;
    let tried: Set<Backend> | undefined;
    for (;;) {
      const backend = balancer.pick(client.remote.host, tried);
      if (!backend) return undefined;
      // Counted from here on, so that connections that arrive together spread.
      backend.open++;
      try {
        return { backend, upstream: await dialAs(network, backend.address, source, { timeoutMs: context.dialTimeoutMs, into: client }) };
      } catch {
        backend.open--;
        counters.failedDials.inc(labels);
        tried ??= new Set();
        tried.add(backend);
      }
    }
  }

  async function accept(client: Connection): Promise<void> {
    counters.connections.inc(labels);
    connections.add(client);
    client.once('close', () => connections.delete(client));
    const reached = await connect(client);
    if (!reached) return client.reset();
    const { backend, upstream } = reached;
    connections.add(upstream);
    relay(client, upstream, () => {
      backend.open--;
      connections.delete(upstream);
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
    update: (next) => balancer.update(next),
    async close() {
      await listener.close();
      balancer.clear();
    },
  };
}
