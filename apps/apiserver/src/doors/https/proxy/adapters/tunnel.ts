import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { StatusError } from '@kubernats/errors';
import type { Network } from '@kubernats/net';
import { type BodyReply, encodeError } from '../../../../encode/reply.ts';
import { failureText } from '../../../../proxy/failure-text.ts';
import { requestHeaders, responseHeaders } from '../../../../proxy/forwarded-headers.ts';
import type { ProxyTarget } from '../../../../proxy/proxy-target.ts';
import { backendRequest } from './backend-request.ts';

/** What has become of a request for another protocol: the backend speaks it now, it has refused, or there is an answer of our own. */
export type Tunnelled = 'open' | { refusal: IncomingMessage } | { reply: BodyReply };

/**
 * Passes a request on that wants to upgrade its connection (WebSocket or any other), and joins both connections when the backend agrees.
 * `head` is what the client has sent behind the request. Never rejects.
 */
export function tunnel(
  network: Network,
  target: ProxyTarget,
  request: IncomingMessage,
  socket: Socket,
  head: Uint8Array,
): Promise<Tunnelled> {
  const { method = 'GET', url = '', rawHeaders } = request;
  const { promise, resolve } = Promise.withResolvers<Tunnelled>();
  const clientAddress = socket.remoteAddress ?? '';
  const headers = requestHeaders({
    method,
    headers: rawHeaders,
    clientAddress,
    upgrade: true,
    hasUnknownLength: false,
    extension: target.extension,
  });
  const backend = backendRequest(network, target, { method, url, headers });
  const own = (text: string) => resolve({ reply: encodeError(new StatusError('Unknown', text), []) });
  backend.on('error', (error) => own(failureText(error, target)));
  backend.on('upgrade', (answer, connection, behind) => {
    if (socket.destroyed) return connection.destroy();
    // Heads are bytes: whatever is not ASCII in them goes as it came.
    socket.write(headOf(answer), 'latin1');
    if (behind.length > 0) socket.write(behind);
    if (head.length > 0) connection.write(head);
    join(socket, connection);
    resolve('open');
  });
  backend.on('response', (answer) => {
    if ((answer.statusCode ?? 0) >= 400) return resolve({ refusal: answer });
    answer.destroy();
    own(`invalid upgrade response: status code ${answer.statusCode}`);
  });
  socket.on('close', () => backend.destroy());
  backend.end();
  return promise;
}

/** Sends what a backend has refused with. */
export function sendRefusal(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, responseHeaders(answer.rawHeaders));
  answer.on('error', () => response.destroy());
  answer.pipe(response);
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  let text = `HTTP/1.1 ${statusCode} ${statusMessage}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${text}\r\n`;
}

/** Each end goes over as an end; when one is lost, so is the other. */
function join(client: Socket, backend: Duplex): void {
  client.pipe(backend);
  backend.pipe(client);
  for (const [one, other] of [
    [client, backend],
    [backend, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}
