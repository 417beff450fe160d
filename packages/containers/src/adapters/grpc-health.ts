import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { Listener } from '@kubernats/net';
import { healthResponse, type ServingStatus } from '../grpc/health-messages.ts';
import type { PodNetwork } from '../network/pod-network.ts';

const CHECK = '/grpc.health.v1.Health/Check';
const UNIMPLEMENTED = '12';

/**
 * Serves `grpc.health.v1.Health/Check` (HTTP/2 without TLS) on the container's network, the same answer for every service: what `status`
 * gives at that moment.
 */
export function serveGrpcHealth(network: PodNetwork, port: number, status: () => ServingStatus): Promise<Listener> {
  let server: Http2Server | undefined;
  return network.listen({ host: '0.0.0.0', port }, (connection) => {
    server ??= createServer()
      .on('stream', (stream, headers) => answer(stream, String(headers[':path']), status()))
      .on('sessionError', () => {});
    server.emit('connection', connection);
  });
}

function answer(stream: ServerHttp2Stream, path: string, status: ServingStatus): void {
  stream.on('error', () => {});
  stream.resume();
  const header = { ':status': 200, 'content-type': 'application/grpc' };
  if (path !== CHECK) {
    const [, service = '', method = ''] = path.split('/');
    const known = service === 'grpc.health.v1.Health';
    const message = known ? `unknown method ${method} for service ${service}` : `unknown service ${service}`;
    stream.respond({ ...header, 'grpc-status': UNIMPLEMENTED, 'grpc-message': encodeURI(message) }, { endStream: true });
    return;
  }
  stream.respond(header, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(healthResponse(status));
}
