import { Socket, type SocketConstructorOpts } from 'node:net';
import { isIp } from '../cidr.ts';
import type { Address, Connection } from '../port.ts';

/**
 * A socket that this process connects: it is the connection itself, so that nothing is between the bytes and their reader. Its ends are looked
 * up when somebody wants to know them; a relay does not.
 */
export class DialledSocket extends Socket implements Connection {
  readonly #target: Address;
  #local: Address | undefined;
  #remote: Address | undefined;

  constructor(target: Address, options: SocketConstructorOpts) {
    super(options);
    this.#target = target;
  }

  get remote(): Address {
    this.#remote ??= isOne(this.#target.host) ? { ...this.#target } : remoteOf(this);
    return this.#remote;
  }

  get local(): Address {
    this.#local ??= localOf(this);
    return this.#local;
  }

  // What went wrong is told with both ends: the last moment in which the system still knows this one.
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (error) this.#local ??= localOf(this);
    super._destroy(error, callback);
  }

  reset(): void {
    this.resetAndDestroy();
  }
}

/** Whether the host is one address; a name, or 0.0.0.0, stands for several, of which each connection knows its own. */
export const isOne = (host: string): boolean => isIp(host) && host !== '0.0.0.0';

/** Makes an accepted socket a connection. `local`: where it was accepted, if that is known. */
export function acceptedConnection(socket: Socket, local: Address | undefined): Connection {
  // Without a listener an error would end the process; whoever cares hears of it through its own listener or 'close'.
  socket.on('error', ignore);
  return Object.assign(socket, { local: local ?? localOf(socket), remote: remoteOf(socket), reset });
}

function ignore(): void {}

function reset(this: Socket): void {
  this.resetAndDestroy();
}

const localOf = (socket: Socket): Address => ({ host: socket.localAddress ?? '', port: socket.localPort ?? 0 });
const remoteOf = (socket: Socket): Address => ({ host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 });
