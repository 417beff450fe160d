import type { Timer } from '@kubernats/clock';
import type { Address, DatagramSocket } from '@kubernats/net';
import type { Backend } from '../balance/backend-load.ts';
import { Balancer } from '../balance/balancer.ts';
import { addressText, type Route } from '../route.ts';
import type { ObservedConnection } from './observed.ts';
import type { OpenRoute } from './open-route.ts';
import type { PlaneContext } from './userspace.ts';

/** How long a client that says nothing keeps its backend: Linux' own time-out for UDP streams. */
const IDLE_MS = 120_000;

interface Session {
  backend: Backend;
  upstream: Promise<DatagramSocket>;
  idle: Timer;
  observed: ObservedConnection | undefined;
}

/**
 * Serves a UDP route: each client address keeps one backend while it talks, and answers come back from the Service's address.
 * Throws a `NetworkError` when its address cannot be had.
 */
export async function openUdpRoute(route: Route, context: PlaneContext): Promise<OpenRoute> {
  const { network, load } = context;
  const balancer = new Balancer(load, context.clock);
  const sessions = new Map<string, Session>();

  function end(key: string): void {
    const session = sessions.get(key);
    if (!session) return;
    sessions.delete(key);
    session.idle.cancel();
    load.closed(session.backend);
    session.upstream.then(
      (upstream) => upstream.close(),
      () => {},
    );
    session.observed?.closed();
  }

  async function openUpstream(client: Address): Promise<DatagramSocket> {
    const answer = (data: Uint8Array): void => socket.send(data, client);
    const host = context.keepsSource(client.host) ? client.host : context.udpSourceHost;
    return network.bindUdp({ host, port: 0 }, ({ data }) => answer(data));
  }

  function sessionOf(client: Address): Session | undefined {
    const key = addressText(client);
    const known = sessions.get(key);
    const idle = context.clock.setTimer(IDLE_MS, () => end(key));
    if (known) {
      known.idle.cancel();
      known.idle = idle;
      return known;
    }
    const picked = balancer.pick(client.host);
    if (!picked) {
      idle.cancel();
      return undefined;
    }
    const { backend } = picked;
    const observed = context.observation?.of(route, client);
    observed?.picked(picked);
    backend.open++;
    backend.taken++;
    const session: Session = { backend, upstream: openUpstream(client), idle, observed };
    sessions.set(key, session);
    session.upstream.then(
      (upstream) => observed?.opened(upstream.address),
      () => end(key),
    );
    return session;
  }

  const socket = await network.bindUdp(route.listen, ({ data, from }) => {
    const session = sessionOf(from);
    session?.upstream.then(
      (upstream) => upstream.send(data, session.backend.address),
      () => {},
    );
  });
  balancer.update(route);
  return {
    service: route.service,
    update(next) {
      balancer.update(next);
      // A datagram to a Pod that is gone is simply lost: its clients choose again.
      for (const [key, { backend }] of sessions) if (!balancer.has(backend)) end(key);
    },
    async close() {
      await socket.close();
      for (const key of [...sessions.keys()]) end(key);
      balancer.clear();
    },
  };
}
