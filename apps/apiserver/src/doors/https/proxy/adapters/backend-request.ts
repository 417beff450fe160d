import { type ClientRequest, request as startRequest } from 'node:http';
import { connect as startTls } from 'node:tls';
import type { Network } from '@kubernats/net';
import type { RawHeaders } from '../../../../proxy/forwarded-headers.ts';
import { encodePath, type ProxyTarget, queryOf } from '../../../../proxy/proxy-target.ts';

/** As in Kubernetes. */
const DIALLED_WITHIN_MS = 30_000;

/**
 * Begins a request to a backend, on a connection of its own through `network` that ends with the answer. The backend's certificate, where
 * it has one, is not checked: who it is follows from its address. What goes wrong is emitted as 'error'.
 */
export function backendRequest(
  network: Network,
  { scheme, host, port, path }: ProxyTarget,
  { method, url, headers }: { method: string; url: string; headers: RawHeaders },
): ClientRequest {
  const request = startRequest({
    method,
    path: `${encodePath(path) || '/'}${queryOf(url)}`,
    headers,
    createConnection(_options, connected) {
      network.dial({ host, port }, { timeoutMs: DIALLED_WITHIN_MS }).then(
        (connection) => {
          if (scheme === 'http') return connected(null, connection);
          // The request listens for errors of the connection from here on; a handshake that fails is one of them.
          connected(null, startTls({ socket: connection, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }));
        },
        (error: Error) => connected(error, undefined as never),
      );
      return undefined;
    },
  });
  // The backend is not asked to close: where it answers before it has read everything, its answer would be lost in the reset.
  request.on('response', (answer) => answer.on('close', () => answer.socket.destroy()));
  return request;
}
