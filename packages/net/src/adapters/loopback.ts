// Real sockets. Any address of 127.0.0.0/8 can be listened on and used as a source on Linux without any set-up.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import {
  type Address,
  type Connection,
  type DatagramSocket,
  type DialOptions,
  type Listener,
  type Network,
  NetworkError,
} from '../port.ts';
import { Pour } from './pour.ts';
import { acceptedConnection, DialledSocket, isOne } from './real-connection.ts';

/** Sockets of this machine. */
export function loopbackNetwork(): Network {
  return { listen, dial, bindUdp };
}

/** A peer that says nothing for this long is asked whether it is still there; one that vanished answers nothing, and its socket closes. */
const KEEP_ALIVE_MS = 60_000;

/** Connections that may wait to be accepted: as many as Linux allows by default, so that thousands that come at once need not try again. */
const BACKLOG = 4096;

/** A datagram may come from port 0, which says that no answer is wanted (RFC 768); Node throws at whoever sends one there. */
const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

const show = ({ host, port }: Address): string => `${host}:${port}`;

function networkError(error: unknown, doing: string): NetworkError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
  return new NetworkError(code, `${doing}: ${code}`);
}

function listen(address: Address, onConnection: (connection: Connection) => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    let local: Address | undefined;
    const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS }, (socket) => {
      // A peer that is gone before it was accepted has no address any more.
      if (socket.remoteAddress === undefined) socket.destroy();
      else onConnection(acceptedConnection(socket, local));
    });
    server.once('error', (error) => reject(networkError(error, `listen on ${show(address)}`)));
    server.listen({ host: address.host, port: address.port, backlog: BACKLOG }, () => {
      // From here on errors are those of accept (no descriptors left): the server itself goes on.
      server.on('error', () => {});
      const bound = server.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
      if (isOne(address.host)) local = { host: address.host, port };
      // The port is free again at once; the callback of close() would wait for established connections.
      const close = async () => {
        if (server.listening) server.close();
      };
      resolve({
        address: { host: address.host, port },
        close,
        [Symbol.asyncDispose]: close,
      });
    });
  });
}

function dial(address: Address, options: DialOptions = {}): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const { signal, into, timeoutMs, localHost } = options;
    if (signal?.aborted) return reject(signal.reason);
    const pour = into && new Pour(into);
    const socket = new DialledSocket(address, { allowHalfOpen: true, ...(pour ? { onread: pour } : {}) });
    pour?.from(socket);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(signal?.reason);
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => fail(new NetworkError('ETIMEDOUT', `connect to ${show(address)}: ETIMEDOUT`)), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    // It stays, so that a later error ends the connection and not the process; a promise that is settled does not hear of it.
    socket.on('error', (error) => fail(networkError(error, `connect to ${show(address)}`)));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.connect({ host: address.host, port: address.port, ...(localHost === undefined ? {} : { localAddress: localHost }) }, () => {
      settle();
      resolve(socket);
    });
  });
}

function bindUdp(address: Address, onDatagram: Parameters<Network['bindUdp']>[1]): Promise<DatagramSocket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    let closed = false;
    socket.once('error', (error) => {
      socket.close();
      reject(networkError(error, `bind UDP ${show(address)}`));
    });
    socket.bind({ address: address.host, port: address.port }, () => {
      socket.removeAllListeners('error');
      // An unreachable receiver is reported on the socket later; datagrams promise nothing.
      socket.on('error', () => {});
      const close = async (): Promise<void> => {
        if (closed) return;
        closed = true;
        socket.close();
      };
      const self: DatagramSocket = {
        address: { host: address.host, port: socket.address().port },
        send: (data, to) => {
          if (closed || !isPort(to.port)) return;
          socket.send(data, to.port, to.host, () => {});
        },
        close,
        [Symbol.asyncDispose]: close,
      };
      socket.on('message', (data, from) => onDatagram({ data, from: { host: from.address, port: from.port } }, self));
      resolve(self);
    });
  });
}
