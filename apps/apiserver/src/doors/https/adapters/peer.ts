import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { certificateUser } from '../../../authn/certificate-user.ts';
import type { FrontProxies } from '../../../authn/front-proxies.ts';
import type { Peer } from '../serve-request.ts';

export type Request = IncomingMessage | Http2ServerRequest;

interface Known {
  peer: Peer;
  expiresAtMs: number;
}

const known = new WeakMap<object, Known>();

/** Who is at the other end of the connection that a request came on; found out once a connection. A connection may outlive its certificate. */
export function peerOf(request: Request, nowMs: number, frontProxies: FrontProxies): Peer {
  const connection = 'stream' in request && request.stream.session ? request.stream.session : request.socket;
  let found = known.get(connection);
  if (!found) known.set(connection, (found = ofSocket(request.socket as TLSSocket, frontProxies)));
  return nowMs < found.expiresAtMs ? found.peer : 'untrusted';
}

function ofSocket(socket: TLSSocket, frontProxies: FrontProxies): Known {
  const { subject, fingerprint256, valid_to } = socket.getPeerCertificate();
  if (!subject) return { peer: undefined, expiresAtMs: Number.POSITIVE_INFINITY };
  const expiresAtMs = Date.parse(valid_to);
  if (!socket.authorized) return { peer: 'untrusted', expiresAtMs };
  const certificate = frontProxies.areNone ? undefined : socket.getPeerX509Certificate();
  if (certificate && frontProxies.haveSigned(certificate)) {
    return { peer: frontProxies.allow(subject) ? 'front proxy' : 'untrusted', expiresAtMs };
  }
  return { peer: certificateUser(subject, fingerprint256) ?? 'untrusted', expiresAtMs };
}
