import { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

const ANSWER = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

/** Tells whoever speaks HTTP without TLS what is wrong, in Go's words. Call it with what has failed a handshake. */
export function answerPlainHttp(error: Error, socket: TLSSocket): void {
  if (!('code' in error) || error.code !== 'ERR_SSL_HTTP_REQUEST') return;
  // The connection below TLS: it still writes. Node has no name for it that is documented.
  const below: unknown = Reflect.get(socket, '_parent');
  if (below instanceof Socket && below.writable) below.end(ANSWER);
}
