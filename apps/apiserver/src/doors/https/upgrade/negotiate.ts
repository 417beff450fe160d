// Which way of speaking a client and this server agree on, from the heads of the request. Source: RFC 6455 and SPDY/3.1 upgrades as
// kubectl and the client libraries make them; "Remote command" and "port forward" protocols.
import type { StreamService } from '../../../streams/stream-service.ts';

export interface UpgradeHeaders {
  method: string;
  upgrade: string | undefined;
  webSocketProtocols: string | undefined;
  streamProtocols: string | undefined;
  userAgent: string | undefined;
}

/** `protocol` is '' where the client names none. */
export type Negotiated =
  | { transport: 'webSocket' | 'spdy'; protocol: string }
  | { transport: 'none'; code: number; text: string; headers?: Record<string, string> };

/** A SPDY connection inside a WebSocket. */
export const TUNNEL = 'SPDY/3.1+portforward.k8s.io';
export const PORT_FORWARD_SPDY = 'portforward.k8s.io';

/** In the order in which this server likes them. */
const WEB_SOCKET: Readonly<Record<StreamService['kind'], readonly string[]>> = {
  command: ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io', 'channel.k8s.io', 'base64.channel.k8s.io'],
  portForward: [TUNNEL, 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io'],
};
const SPDY: Readonly<Record<StreamService['kind'], readonly string[]>> = {
  command: ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io'],
  portForward: [PORT_FORWARD_SPDY],
};

/**
 * Versions of kubectl that may read from a WebSocket before they know its channels, and then lose what the command says
 * (kubernetes/kubernetes#131203). All fall back to SPDY, which has no such gap, where a server knows none of their WebSocket protocols, as
 * Kubernetes before 1.30.
 */
const LOSES_WEB_SOCKET_OUTPUT = /^kubectl\S*\/v1\.(29|30|31|32|33)\./;
const WEB_SOCKET_BEFORE_V5 = WEB_SOCKET.command.filter((name) => name !== 'v5.channel.k8s.io');

export function negotiate(
  kind: StreamService['kind'],
  { method, upgrade, webSocketProtocols, streamProtocols, userAgent = '' }: UpgradeHeaders,
): Negotiated {
  const wanted = (upgrade ?? '').trim().toLowerCase();
  if (wanted === 'websocket' && method === 'GET') {
    const known = kind === 'command' && LOSES_WEB_SOCKET_OUTPUT.test(userAgent) ? WEB_SOCKET_BEFORE_V5 : WEB_SOCKET[kind];
    return chosen('webSocket', listOf(webSocketProtocols), known, 'Sec-Websocket-Protocol');
  }
  if (wanted === 'spdy/3.1') return chosen('spdy', listOf(streamProtocols), SPDY[kind], 'X-Accepted-Stream-Protocol-Versions');
  return { transport: 'none', code: 400, text: 'Upgrade request required' };
}

/** A client that names no protocol speaks the first version there was. */
function chosen(transport: 'webSocket' | 'spdy', offered: readonly string[], known: readonly string[], acceptedHeader: string): Negotiated {
  if (offered.length === 0) return { transport, protocol: '' };
  const protocol = known.find((name) => offered.includes(name));
  if (protocol !== undefined) return { transport, protocol };
  const text = `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${known.join(' ')}]`;
  return { transport: 'none', code: 403, text, headers: { [acceptedHeader]: known.join(', ') } };
}

const listOf = (header: string | undefined): string[] =>
  (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
