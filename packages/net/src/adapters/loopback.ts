// Real sockets. Any address of 127.0.0.0/8 can be listened on and used as a source on Linux without any set-up.
import { createSocket } from 'node:dgram';
import { connect, createServer, type OnReadOpts, type Socket } from 'node:net';
import { isIp } from '../cidr.ts';
import {
  type Address,
  type Connection,
  type DatagramSocket,
  type DialOptions,
  type Listener,
  type Network,
  NetworkError,
} from '../port.ts';

/** Sockets of this machine. */
export function loopbackNetwork(): Network {
  return { listen, dial, bindUdp };
}

// What listens there is reached at addresses of which each connection knows its own.
const isOne = (host: string): boolean => isIp(host) && host !== '0.0.0.0';

const show = ({ host, port }: Address): string => `${host}:${port}`;

function networkError(error: unknown, doing: string): NetworkError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';
  return new NetworkError(code, `${doing}: ${code}`);
}

// The socket itself is the connection: nothing is between the bytes and their reader. What is known of its ends need not be asked of the system.
function connectionOf(socket: Socket, { local, remote }: { local?: Address; remote?: Address }): Connection {
  // Without a listener an error would end the process; whoever cares hears of it through its own listener or 'close'.
  socket.on('error', () => {});
  return Object.assign(socket, {
    local: local ?? { host: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    remote: remote ?? { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
    reset: () => {
      socket.resetAndDestroy();
    },
  });
}

function listen(address: Address, onConnection: (connection: Connection) => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    let local: Address | undefined;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      // A peer that is gone before it was accepted has no address any more.
      if (socket.remoteAddress === undefined) socket.destroy();
      else onConnection(connectionOf(socket, { local }));
    });
    server.once('error', (error) => reject(networkError(error, `listen on ${show(address)}`)));
    server.listen({ host: address.host, port: address.port, backlog: 1024 }, () => {
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

/** Large enough that system calls do not count, small enough to stay in the processor's cache. */
const POUR_BYTES = 256 * 1024;

/**
 * Reads into one buffer again and again, without a new one for each read: a relay's throughput doubles. The buffer is free once
 * the system has taken all of it from `into`, which is at once unless the reader there is slow; then reading pauses.
 */
function pourInto(into: Connection, socket: () => Socket): OnReadOpts {
  let paused = false;
  const resume = (): void => {
    if (!paused) return;
    paused = false;
    socket().resume();
  };
  return {
    buffer: Buffer.allocUnsafeSlow(POUR_BYTES),
    callback(byteCount, buffer) {
      if (into.destroyed) return false;
      into.write(buffer.subarray(0, byteCount), resume);
      paused = into.writableLength > 0;
      return !paused;
    },
  };
}

function dial(address: Address, options: DialOptions = {}): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const { signal, into } = options;
    if (signal?.aborted) return reject(signal.reason);
    const socket: Socket = connect({
      host: address.host,
      port: address.port,
      allowHalfOpen: true,
      noDelay: true,
      ...(options.localHost === undefined ? {} : { localAddress: options.localHost }),
      ...(into === undefined ? {} : { onread: pourInto(into, () => socket) }),
    });
    if (into) socket.once('end', () => into.end());
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeListener('error', onError);
    };
    const fail = (error: unknown): void => {
      settle();
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const onError = (error: unknown): void => fail(networkError(error, `connect to ${show(address)}`));
    const onAbort = (): void => fail(signal?.reason);
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => fail(new NetworkError('ETIMEDOUT', `connect to ${show(address)}: ETIMEDOUT`)), options.timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.on('error', onError);
    socket.once('connect', () => {
      settle();
      resolve(connectionOf(socket, isOne(address.host) ? { remote: { ...address } } : {}));
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
          if (!closed) socket.send(data, to.port, to.host, () => {});
        },
        close,
        [Symbol.asyncDispose]: close,
      };
      socket.on('message', (data, from) => onDatagram({ data, from: { host: from.address, port: from.port } }, self));
      resolve(self);
    });
  });
}
