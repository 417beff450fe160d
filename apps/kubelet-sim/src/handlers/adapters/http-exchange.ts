import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { systemCode } from '@kubernats/errors';
import type { Connection } from '@kubernats/net';
import { hostPort } from '../go-words.ts';

/** Of an answer's header; Go's own limit. */
const HEADER_MAX_BYTES = 10 * 1024 * 1024;

export interface HttpExchange {
  /** TLS first; the server's certificate is not looked at. */
  secure: boolean;
  /** Path and query, as they are sent. */
  path: string;
  /** Name, value, name, value, …; as they are sent. */
  headers: readonly string[];
  /** How much of the answer's body is read. */
  bodyMaxBytes: number;
}

export interface HttpReply {
  status: number;
  location: string | undefined;
  body: string;
}

/** Why there was no answer, in the words of Go's client; `phase` says how far it came. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly phase: 'headers' | 'body';
  constructor(phase: 'headers' | 'body', message: string) {
    super(message);
    this.phase = phase;
  }
}

/** One GET over a connection, which is closed after it. Throws `HttpFailure`, also when the signal aborts. */
export function exchange(connection: Connection, asked: HttpExchange, signal: AbortSignal): Promise<HttpReply> {
  return new Promise<HttpReply>((resolve, reject) => {
    let phase: HttpFailure['phase'] = 'headers';
    let request: ClientRequest | undefined;
    const fail = (message: string): void => settle(() => reject(new HttpFailure(phase, message)));
    const onAbort = (): void => fail('aborted');
    const settle = (done: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      request?.on('error', () => {});
      request?.destroy();
      connection.destroy();
      done();
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const stream = asked.secure ? connectTls({ socket: connection, rejectUnauthorized: false }) : connection;
    try {
      request = httpRequest({
        createConnection: () => stream,
        method: 'GET',
        path: asked.path,
        headers: asked.headers,
        maxHeaderSize: HEADER_MAX_BYTES,
      });
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error));
    }
    request.once('error', (error) => fail(wordsOf(error, connection)));
    request.once('response', (response: IncomingMessage) => {
      phase = 'body';
      const chunks: Uint8Array[] = [];
      let left = asked.bodyMaxBytes;
      const finish = (): void => {
        const body = Buffer.concat(chunks).toString('utf8');
        settle(() => resolve({ status: response.statusCode ?? 0, location: response.headers.location, body }));
      };
      response.on('data', (chunk: Uint8Array) => {
        chunks.push(chunk.subarray(0, left));
        left -= Math.min(left, chunk.byteLength);
        if (left === 0) finish();
      });
      response.once('end', finish);
      response.once('error', () => fail('unexpected EOF'));
    });
    request.end();
  });
}

function wordsOf(error: Error & { rawPacket?: Uint8Array; reason?: string }, { local, remote }: Connection): string {
  const code = systemCode(error) ?? '';
  if (code === 'HPE_HEADER_OVERFLOW') return `net/http: server response headers exceeded ${HEADER_MAX_BYTES} bytes; aborted`;
  if (code.startsWith('HPE_')) {
    const line =
      Buffer.from(error.rawPacket ?? [])
        .toString('latin1')
        .split(/\r?\n/, 1)[0] ?? '';
    return `net/http: HTTP/1.x transport connection broken: malformed HTTP response ${JSON.stringify(line)}`;
  }
  // TLS in OpenSSL's words: what came was not TLS at all, or the two could not agree.
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    if (/wrong version number|packet length too long/.test(error.message)) return 'http: server gave HTTP response to HTTPS client';
    return `remote error: tls: ${error.reason ?? code}`;
  }
  // Node says "socket hang up" of a server that closes in good order without an answer.
  if (code === 'ECONNRESET' && !error.message.includes('read')) return 'EOF';
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    const what = code === 'EPIPE' ? 'write: broken pipe' : 'read: connection reset by peer';
    return `read tcp ${hostPort(local.host, local.port)}->${hostPort(remote.host, remote.port)}: ${what}`;
  }
  return error.message;
}
