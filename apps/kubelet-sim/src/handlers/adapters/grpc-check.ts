import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { healthRequest, healthStatus } from '@kubernats/containers';
import type { Connection } from '@kubernats/net';

export type GrpcReply =
  /** The name of a `HealthCheckResponse.ServingStatus`. */
  | { status: string }
  /** A gRPC error: its code and message. */
  | { code: number; message: string };

export interface GrpcCall {
  authority: string;
  service: string;
  userAgent: string;
}

const { HTTP2_HEADER_METHOD, HTTP2_HEADER_PATH, HTTP2_HEADER_STATUS } = constants;
const UNKNOWN = 2;
const INTERNAL = 13;
const UNAVAILABLE = 14;
/** What a message may measure; a health answer is a few bytes. */
const MESSAGE_MAX_BYTES = 64 * 1024;

/**
 * `grpc.health.v1.Health/Check` over a connection, which is closed after it. `connected` is called when the server has shown that it
 * speaks HTTP/2. Rejects when the server breaks off before that, or the signal aborts.
 */
export function grpcCheck(connection: Connection, call: GrpcCall, connected: () => void, signal: AbortSignal): Promise<GrpcReply> {
  return new Promise((resolve, reject) => {
    let ready = false;
    const session: ClientHttp2Session = connect(`http://${call.authority}`, { createConnection: () => connection });
    const settle = (done: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      session.destroy();
      connection.destroy();
      done();
    };
    const onAbort = (): void => settle(() => reject(new Error('aborted')));
    const lost = (error?: Error): void => {
      const message = `error reading from server: ${error?.message ?? 'EOF'}`;
      settle(() => (ready ? resolve({ code: UNAVAILABLE, message }) : reject(new Error(message))));
    };
    session.on('error', lost);
    session.once('close', () => lost());
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    session.once('remoteSettings', () => {
      ready = true;
      connected();
      void ask(session, call).then((reply) => settle(() => resolve(reply)), lost);
    });
  });
}

function ask(session: ClientHttp2Session, { service, userAgent }: GrpcCall): Promise<GrpcReply> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      [HTTP2_HEADER_METHOD]: 'POST',
      [HTTP2_HEADER_PATH]: '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': userAgent,
    });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    let httpStatus = 0;
    let ended: IncomingHttpHeaders = {};
    stream.on('response', (headers) => {
      httpStatus = Number(headers[HTTP2_HEADER_STATUS]);
      if (headers['grpc-status'] !== undefined) ended = headers;
    });
    stream.on('trailers', (headers) => {
      ended = headers;
    });
    stream.on('data', (chunk: Uint8Array) => {
      bytes += chunk.byteLength;
      if (bytes <= MESSAGE_MAX_BYTES) chunks.push(chunk);
      else stream.close(constants.NGHTTP2_CANCEL);
    });
    stream.on('error', reject);
    stream.on('close', () => resolve(replyOf(httpStatus, ended, Buffer.concat(chunks))));
    stream.end(healthRequest(service));
  });
}

function replyOf(httpStatus: number, ended: IncomingHttpHeaders, body: Uint8Array): GrpcReply {
  if (ended['grpc-status'] === undefined) {
    const message = `unexpected HTTP status code received from server: ${httpStatus}`;
    return { code: httpStatus === 404 ? 12 : UNKNOWN, message };
  }
  const code = Number(ended['grpc-status']);
  if (code !== 0) return { code, message: unescaped(String(ended['grpc-message'] ?? '')) };
  const status = healthStatus(body);
  return status === undefined ? { code: INTERNAL, message: 'cannot parse invalid wire-format data' } : { status };
}

/** gRPC escapes a message as URLs are. */
function unescaped(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
