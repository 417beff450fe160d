import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { Listener } from '@kubernats/net';
import { healthResponse, requestedService, type ServingStatus } from '../grpc/health-messages.ts';
import type { PodNetwork } from '../network/pod-network.ts';

const SERVICE = 'grpc.health.v1.Health';
const CODES = { ok: 0, notFound: 5, unimplemented: 12, internal: 13 };
const REQUEST_MAX_BYTES = 64 * 1024;

/** The status of a service by its name, at that moment; '' is the server as a whole. Undefined: there is no such service. */
export type GrpcHealth = (service: string) => ServingStatus | undefined;

/** Serves `grpc.health.v1.Health/Check` (HTTP/2 without TLS) on the container's network. */
export function serveGrpcHealth(network: PodNetwork, port: number, health: GrpcHealth): Promise<Listener> {
  let server: Http2Server | undefined;
  return network.listen({ host: '0.0.0.0', port }, (connection) => {
    server ??= healthServer(health);
    server.emit('connection', connection);
  });
}

function healthServer(health: GrpcHealth): Http2Server {
  return createServer()
    .on('sessionError', () => {})
    .on('stream', (stream, headers) => {
      stream.on('error', () => {});
      const chunks: Buffer[] = [];
      let length = 0;
      stream.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > REQUEST_MAX_BYTES) stream.close();
        else chunks.push(chunk);
      });
      stream.on('end', () => answer(stream, headers[':path'] ?? '', Buffer.concat(chunks), health));
    });
}

function answer(stream: ServerHttp2Stream, path: string, request: Buffer, health: GrpcHealth): void {
  if (stream.destroyed) return;
  const [, service = '', method = ''] = path.split('/');
  if (service !== SERVICE) return refuse(stream, CODES.unimplemented, `unknown service ${service}`);
  if (method !== 'Check') return refuse(stream, CODES.unimplemented, `unknown method ${method} for service ${SERVICE}`);
  const asked = requestedService(request);
  if (asked === undefined) return refuse(stream, CODES.internal, 'malformed request');
  const status = health(asked);
  if (status === undefined) return refuse(stream, CODES.notFound, 'unknown service');
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(CODES.ok) }));
  stream.end(healthResponse(status));
}

function refuse(stream: ServerHttp2Stream, code: number, message: string): void {
  const header = { ':status': 200, 'content-type': 'application/grpc' };
  stream.respond({ ...header, 'grpc-status': String(code), 'grpc-message': encodeURI(message) }, { endStream: true });
}
