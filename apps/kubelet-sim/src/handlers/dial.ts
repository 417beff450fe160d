import { type Connection, isIp, type Network } from '@kubernats/net';
import { errnoText, hostPort } from './go-words.ts';

/** Opens a TCP connection. Throws `DialError`; when the signal aborts, with a message that says so. */
export type Dial = (host: string, port: number, signal: AbortSignal) => Promise<Connection>;

/** Why a connection could not be opened, as Go words it: `dial tcp 10.0.0.1:80: connect: connection refused`. */
export class DialError extends Error {
  override readonly name = 'DialError';
}

const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '::1']);

export interface DialerParts {
  network: Network;
  /** The node's address: where connections come from, and what its localhost is. */
  nodeIp: string;
  /** The network of a Pod that shares its node's: `localhost` is what listens there. */
  hostPod?: Network;
  /** Finds the address of a name. */
  resolve?(name: string): Promise<string | undefined>;
}

/**
 * Connections as the kubelet makes them: from the node, not from the Pod. The node's localhost is its own, never the machine's that
 * simulates it.
 */
export function nodeDialer({ network, nodeIp, hostPod, resolve }: DialerParts): Dial {
  return async (host, port, signal) => {
    const local = LOCAL_HOSTS.has(host);
    const address = local ? nodeIp : isIp(host) || host.includes(':') ? host : await resolve?.(host);
    if (address === undefined) throw new DialError(`dial tcp: lookup ${host}: no such host`);
    const shown = hostPort(local && host === 'localhost' ? '127.0.0.1' : local ? host : address, port);
    try {
      if (local && hostPod) return await hostPod.dial({ host: '127.0.0.1', port }, { signal });
      return await network.dial({ host: address, port }, { localHost: nodeIp, signal });
    } catch (error) {
      if (signal.aborted) throw new DialError(`dial tcp ${shown}: i/o timeout`);
      throw new DialError(`dial tcp ${shown}: connect: ${errnoText(error)}`);
    }
  };
}
