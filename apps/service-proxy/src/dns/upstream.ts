import { type ExchangeParts, exchangeTcp, exchangeUdp } from '@kubernats/dns';
import { type Address, NetworkError } from '@kubernats/net';

/** Whoever knows the names of the world outside. */
export interface Upstream {
  /** Hands a query on as it came; undefined: nobody answered. */
  forward(message: Uint8Array, transport: 'udp' | 'tcp'): Promise<Uint8Array | undefined>;
}

/** How long one server may take. */
const TIMEOUT_MS = 2000;
/** Each query under way is a socket: beyond so many, the ones that come fail at once. */
const UNDER_WAY_MAX = 1000;

/** Asks servers one after the other. `from` is left to the system: they are beyond the cluster's network. */
export function forwardTo(servers: readonly Address[], parts: Pick<ExchangeParts, 'network' | 'clock'>): Upstream {
  let underWay = 0;
  return {
    async forward(message, transport) {
      if (underWay >= UNDER_WAY_MAX) return undefined;
      underWay += 1;
      const exchange = transport === 'tcp' ? exchangeTcp : exchangeUdp;
      // It is the same query, number and all: so must be the answer's number.
      const accepts = (bytes: Uint8Array): Uint8Array | undefined =>
        bytes.length >= 12 && bytes[0] === message[0] && bytes[1] === message[1] ? bytes : undefined;
      try {
        for (const server of servers) {
          try {
            return await exchange(server, message, accepts, { ...parts, from: '0.0.0.0', timeoutMs: TIMEOUT_MS });
          } catch (error) {
            if (!(error instanceof NetworkError)) throw error;
          }
        }
        return undefined;
      } finally {
        underWay -= 1;
      }
    },
  };
}
