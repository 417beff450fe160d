import { type ClientRequest, type RequestOptions, request as startRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as startTls } from 'node:tls';
import type { Network } from '@kubernats/net';
import type { RawHeaders } from '../../../../proxy/forwarded-headers.ts';
import { encodePath, type ProxyTarget, queryOf } from '../../../../proxy/proxy-target.ts';

/** As in Kubernetes. */
const DIALLED_WITHIN_MS = 30_000;

async function connect(network: Network, { scheme, host, port, extension }: ProxyTarget, signal: AbortSignal): Promise<Duplex> {
  if (extension) return extension.connect(signal);
  const connection = await network.dial({ host, port }, { timeoutMs: DIALLED_WITHIN_MS });
  // The request listens for errors of the connection from here on; a handshake that fails is one of them.
  return scheme === 'http' ? connection : startTls({ socket: connection, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
}

export interface BackendRequest {
  method: string;
  url: string;
  headers: RawHeaders;
  /** It may be sent twice: a kept connection can turn out to be closed. */
  isRepeatable?: boolean;
}

/**
 * Begins a request to a backend. To an extension API server it goes over a connection that is kept, if it may be sent twice; else on a connection of its
 * own through `network` that ends with the answer. The backend's certificate, where it has one, is not checked (an extension API server's is): who it is
 * follows from its address. What goes wrong is emitted as 'error'.
 */
export function backendRequest(
  network: Network,
  target: ProxyTarget,
  { method, url, headers, isRepeatable }: BackendRequest,
): ClientRequest {
  const gone = new AbortController();
  const { host, port, extension } = target;
  const options = { method, path: `${encodePath(target.path) || '/'}${queryOf(url)}`, headers };
  const request =
    extension && isRepeatable
      ? startRequest({ ...options, host, port, agent: extension.kept(), ...{ attempt: { address: { host, port }, signal: gone.signal } } })
      : onNewConnection(options, () => connect(network, target, gone.signal));
  request.on('close', () => gone.abort(new Error('the client has gone')));
  return request;
}

function onNewConnection(options: RequestOptions, connecting: () => Promise<Duplex>): ClientRequest {
  const request = startRequest({
    ...options,
    createConnection(_options, connected) {
      connecting().then(
        (connection) => connected(null, connection),
        (error: Error) => connected(error, undefined as never),
      );
      return undefined;
    },
  });
  // The backend is not asked to close: where it answers before it has read everything, its answer would be lost in the reset.
  request.on('response', (answer) => answer.on('close', () => answer.socket.destroy()));
  return request;
}
