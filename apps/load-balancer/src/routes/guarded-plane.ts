import { addressText, type DataPlane, type Protocol, type Route } from '@kubernats/dataplane';
import { type Address, type Network, NetworkError } from '@kubernats/net';

export interface GuardedPlaneOptions {
  network: Network;
  /** Makes the plane that carries the traffic, on the network that it is given. */
  planeOn(network: Network): DataPlane;
  /** Whether a client may use a Service (`namespace/name`). Asked for each connection, and for each datagram. */
  allows(service: string, clientHost: string): boolean;
}

/**
 * A plane whose listeners let only those in who may come: others are reset, their datagrams dropped. Two Services that want one address are kept
 * apart by name.
 */
export function guardedPlane({ network, planeOn, allows }: GuardedPlaneOptions): DataPlane {
  /** Whose an open address is, and the address of each route. */
  const owners = new Map<string, Route>();
  const places = new Map<string, string>();
  const place = (protocol: Protocol, listen: Address): string => `${protocol} ${addressText(listen)}`;
  const mayCome = (protocol: Protocol, listen: Address, clientHost: string): boolean => {
    const owner = owners.get(place(protocol, listen));
    // What nobody owns is no front door: the plane's own way to a backend.
    return !owner || allows(owner.service, clientHost);
  };
  const plane = planeOn({
    dial: (address, options) => network.dial(address, options),
    listen: (address, onConnection) =>
      network.listen(address, (connection) => {
        if (mayCome('TCP', address, connection.remote.host)) onConnection(connection);
        else connection.reset();
      }),
    bindUdp: (address, onDatagram) =>
      network.bindUdp(address, (datagram, socket) => {
        if (mayCome('UDP', address, datagram.from.host)) onDatagram(datagram, socket);
      }),
  });
  const disown = (id: string): void => {
    owners.delete(places.get(id) ?? '');
    places.delete(id);
  };
  return {
    async set(route) {
      const key = place(route.protocol, route.listen);
      const owner = owners.get(key);
      if (owner && owner.id !== route.id) throw new NetworkError('EEXIST', `service ${owner.service} listens there already`);
      owners.set(key, route);
      places.set(route.id, key);
      try {
        await plane.set(route);
      } catch (error) {
        disown(route.id);
        throw error;
      }
    },
    async remove(id) {
      await plane.remove(id);
      disown(id);
    },
    [Symbol.asyncDispose]: () => plane[Symbol.asyncDispose](),
  };
}
