// grpc.health.v1.Health over HTTP/2. Its two messages are small enough to read and write by hand: a string in field 1, an enumeration in field 1.
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { Listener } from '@kubernats/net';
import type { PodNetwork } from '../network/pod-network.ts';

const CHECK = '/grpc.health.v1.Health/Check';
const STATUS = { ok: 0, notFound: 5, unimplemented: 12, internal: 13 };
const SERVING = 1;
const NOT_SERVING = 2;
const REQUEST_MAX_BYTES = 64 * 1024;

/** Answers whether a service (by its name, '' for the whole server) is healthy; undefined: there is no such service. */
export type GrpcHealth = (service: string) => boolean | undefined;

/** Serves the gRPC health protocol on the container's network, with an answer for each service. */
export function serveGrpcHealthServices(network: PodNetwork, port: number, health: GrpcHealth): Promise<Listener> {
  const server = healthServer(health);
  return network.listen({ host: '0.0.0.0', port }, (connection) => void server.emit('connection', connection));
}

function healthServer(health: GrpcHealth): Http2Server {
  const server = createServer();
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunks.reduce((bytes, { length }) => bytes + length, 0) > REQUEST_MAX_BYTES) stream.close();
    });
    stream.on('end', () => answer(stream, headers[':path'] ?? '', Buffer.concat(chunks), health));
  });
  return server;
}

function answer(stream: ServerHttp2Stream, path: string, request: Buffer, health: GrpcHealth): void {
  if (stream.destroyed) return;
  if (path !== CHECK) return end(stream, STATUS.unimplemented, `unknown method ${path}`);
  const service = serviceOf(request);
  if (service === undefined) return end(stream, STATUS.internal, 'malformed request');
  const healthy = health(service);
  if (healthy === undefined) return end(stream, STATUS.notFound, 'unknown service');
  end(stream, STATUS.ok, '', Buffer.from([0, 0, 0, 0, 2, 0x08, healthy ? SERVING : NOT_SERVING]));
}

function end(stream: ServerHttp2Stream, status: number, message: string, body?: Buffer): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () =>
    stream.sendTrailers({ 'grpc-status': String(status), ...(message === '' ? {} : { 'grpc-message': encodeURIComponent(message) }) }),
  );
  stream.end(body);
}

/** The service's name in a framed `HealthCheckRequest`; undefined: it is none. */
function serviceOf(frame: Buffer): string | undefined {
  if (frame.length < 5 || frame[0] !== 0 || frame.readUInt32BE(1) !== frame.length - 5) return undefined;
  const message = frame.subarray(5);
  if (message.length === 0) return '';
  const length = message[1] ?? 0;
  // A name beyond 127 bytes would have a longer length; no service of ours has one.
  if (message[0] !== 0x0a || length > 127 || message.length !== 2 + length) return undefined;
  return message.subarray(2).toString();
}
