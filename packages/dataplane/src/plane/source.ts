import { type Address, type Connection, cidrContains, type DialOptions, type Network, NetworkError } from '@kubernats/net';

/** Which clients keep their address on the way to a backend. */
export type KeepsSource = (clientHost: string) => boolean;

/**
 * For the loopback network: every address of 127.0.0.0/8 is this machine's and may be used as a source. What comes from 127.0.0.1
 * needs no choosing, because the system chooses that one itself.
 */
export const keepLoopbackSource: KeepsSource = (host) => host !== '127.0.0.1' && cidrContains('127.0.0.0/8', host);

const SOURCE_ERRORS = new Set(['EADDRNOTAVAIL', 'EADDRINUSE', 'EINVAL', 'EACCES']);

/** Dials with the client's address as the source where that is possible, else with the system's choice. */
export function dialAs(network: Network, target: Address, source: string | undefined, options: DialOptions): Promise<Connection> {
  if (source === undefined) return network.dial(target, options);
  return network.dial(target, { ...options, localHost: source }).catch((error) => {
    if (error instanceof NetworkError && SOURCE_ERRORS.has(error.code)) return network.dial(target, options);
    throw error;
  });
}
