import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { certificateUser } from '../../../authn/certificate-user.ts';
import type { Peer } from '../serve-request.ts';

export type Request = IncomingMessage | Http2ServerRequest;

const known = new WeakMap<object, { peer: Peer }>();

/** Who is at the other end of the connection that a request came on; found out once a connection. */
export function peerOf(request: Request): Peer {
  const connection = 'stream' in request && request.stream.session ? request.stream.session : request.socket;
  let found = known.get(connection);
  if (!found) known.set(connection, (found = { peer: ofSocket(request.socket as TLSSocket) }));
  return found.peer;
}

function ofSocket(socket: TLSSocket): Peer {
  const { subject } = socket.getPeerCertificate();
  if (!subject) return undefined;
  return socket.authorized ? (certificateUser(subject) ?? 'untrusted') : 'untrusted';
}
