import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { certificateUser } from '../../../authn/certificate-user.ts';
import type { Peer } from '../serve-request.ts';

export type Request = IncomingMessage | Http2ServerRequest;

interface Known {
  peer: Peer;
  expiresAtMs: number;
}

const known = new WeakMap<object, Known>();

/** Who is at the other end of the connection that a request came on; found out once a connection. A connection may outlive its certificate. */
export function peerOf(request: Request, nowMs: number): Peer {
  const connection = 'stream' in request && request.stream.session ? request.stream.session : request.socket;
  let found = known.get(connection);
  if (!found) known.set(connection, (found = ofSocket(request.socket as TLSSocket)));
  return nowMs < found.expiresAtMs ? found.peer : 'untrusted';
}

function ofSocket(socket: TLSSocket): Known {
  const { subject, fingerprint256, valid_to } = socket.getPeerCertificate();
  if (!subject) return { peer: undefined, expiresAtMs: Number.POSITIVE_INFINITY };
  const user = socket.authorized ? certificateUser(subject, fingerprint256) : undefined;
  return { peer: user ?? 'untrusted', expiresAtMs: Date.parse(valid_to) };
}
