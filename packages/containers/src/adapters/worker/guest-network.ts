import type { Address, Connection, DatagramSocket, DialOptions, Listener } from '@kubernats/net';
import type { PodNetwork } from '../../network/pod-network.ts';
import { GuestConnection } from './guest-connection.ts';
import type { GuestLink } from './guest-link.ts';
import type { Opened } from './protocol.ts';

const NOWHERE: Address = { host: '', port: 0 };

/** The Pod's network, through the host. */
export function guestNetwork(link: GuestLink, ip: string): PodNetwork {
  const connections = new Map<number, GuestConnection>();
  const listeners = new Map<number, (connection: Connection) => void>();
  const sockets = new Map<number, (data: Uint8Array, from: Address) => void>();
  const connectionOf = (id: number, { local, remote = NOWHERE }: Opened): GuestConnection => {
    const connection = new GuestConnection(link, id, { local, remote }, () => connections.delete(id));
    connections.set(id, connection);
    return connection;
  };
  link.on('connection', ({ listener, id, opened }) => {
    const connection = connectionOf(id, opened);
    const accept = listeners.get(listener);
    if (accept) accept(connection);
    else connection.destroy();
  });
  link.on('data', ({ id, chunk }) => connections.get(id)?.arrived(chunk));
  link.on('end', ({ id }) => connections.get(id)?.peerEnded());
  link.on('closed', ({ id, code }) => connections.get(id)?.peerClosed(code));
  link.on('ack', ({ id, bytes }) => connections.get(id)?.acked(bytes));
  link.on('datagram', ({ id, data, from }) => sockets.get(id)?.(data, from));

  const closer = (id: number, forget: () => void): (() => Promise<void>) => {
    let open = true;
    return async () => {
      if (!open) return;
      open = false;
      forget();
      await link.ask({ what: 'close', id });
    };
  };

  return {
    ip,
    async lookup(name) {
      return String(await link.ask({ what: 'lookup', name }));
    },
    async listen(address, onConnection): Promise<Listener> {
      const id = link.nextId();
      listeners.set(id, onConnection);
      try {
        const { local } = openedOf(await link.ask({ what: 'listen', id, address }));
        const close = closer(id, () => listeners.delete(id));
        return { address: local, close, [Symbol.asyncDispose]: close };
      } catch (error) {
        listeners.delete(id);
        throw error;
      }
    },
    async dial(address, options: DialOptions = {}): Promise<Connection> {
      const { localHost, timeoutMs, signal, into } = options;
      const id = link.nextId();
      const opened = openedOf(await link.ask({ what: 'dial', id, address, localHost, timeoutMs }, signal));
      const connection = connectionOf(id, opened);
      if (into) connection.pipe(into);
      return connection;
    },
    async bindUdp(address, onDatagram): Promise<DatagramSocket> {
      const id = link.nextId();
      const { local } = openedOf(await link.ask({ what: 'bindUdp', id, address }));
      const close = closer(id, () => sockets.delete(id));
      const socket: DatagramSocket = {
        address: local,
        send: (data, to) => link.sendBytes(data, (own) => ({ type: 'datagram', id, data: own, to })),
        close,
        [Symbol.asyncDispose]: close,
      };
      sockets.set(id, (data, from) => onDatagram({ data, from }, socket));
      return socket;
    },
  };
}

function openedOf(value: unknown): Opened {
  const isOpened = (opened: unknown): opened is Opened => typeof opened === 'object' && opened !== null && 'local' in opened;
  if (!isOpened(value)) throw new TypeError('the host opened nothing');
  return value;
}
