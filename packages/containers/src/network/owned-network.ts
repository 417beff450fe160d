import type { Containment } from '@kubernats/errors/containment';
import { type Connection, NetworkError } from '@kubernats/net';
import type { PodNetwork } from './pod-network.ts';

export interface OwnedNetwork extends PodNetwork {
  /** Gives up every socket that was had through this handle, and refuses new ones. */
  release(): Promise<void>;
}

/** The Pod's network as one container's: what the container opens goes with it, however it ends, and what its callbacks throw stays in it. */
export function ownedNetwork(network: PodNetwork, contained: Pick<Containment, 'bind'>): OwnedNetwork {
  const listeners = new Set<{ close(): Promise<void> }>();
  const connections = new Set<Connection>();
  let released = false;
  const own = (connection: Connection): Connection => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    // Whoever uses it listens too; this keeps an image that does not from taking the node down.
    connection.on('error', () => {});
    // The other end may belong to anybody in this process: what its bytes set off here is this container's.
    const emit: (event: string | symbol, ...args: unknown[]) => boolean = connection.emit.bind(connection);
    const emitInside = contained.bind(emit);
    Object.assign(connection, {
      emit(event: string | symbol, ...args: unknown[]) {
        const heard = connection.listenerCount(event) > 0;
        if (heard) emitInside(event, ...args);
        return heard;
      },
    });
    if (released) connection.destroy();
    return connection;
  };
  const keep = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
    if (released) throw new NetworkError('ENETDOWN', 'the container has ended');
    const opened = await opening;
    if (released) {
      await opened.close();
      throw new NetworkError('ENETDOWN', 'the container has ended');
    }
    listeners.add(opened);
    return opened;
  };
  return {
    ip: network.ip,
    lookup: (name) => network.lookup(name),
    listen: (address, onConnection) =>
      keep(
        network.listen(
          address,
          contained.bind((connection) => onConnection(own(connection))),
        ),
      ),
    async dial(address, options) {
      if (released) throw new NetworkError('ENETDOWN', 'the container has ended');
      return own(await network.dial(address, options));
    },
    bindUdp: (address, onDatagram) => keep(network.bindUdp(address, contained.bind(onDatagram))),
    async release() {
      released = true;
      // Ports first, and at once: a container that is started again right away needs them.
      const freed = [...listeners].map((listener) => listener.close());
      listeners.clear();
      const closed = [...connections].map((connection) => new Promise((resolve) => connection.once('close', resolve)));
      for (const connection of connections) connection.destroy();
      await Promise.all([...freed, ...closed]);
    },
  };
}
