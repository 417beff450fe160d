import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { certificateUser } from '../../../authn/certificate-user.ts';
import type { UserInfo } from '../../../call.ts';

export type Request = IncomingMessage | Http2ServerRequest;

const known = new WeakMap<object, { user: UserInfo | undefined }>();

/** The user of the connection that a request came on; found out once a connection. */
export function peerUser(request: Request): UserInfo | undefined {
  const connection = 'stream' in request && request.stream.session ? request.stream.session : request.socket;
  let peer = known.get(connection);
  if (!peer) known.set(connection, (peer = { user: userOf(request.socket as TLSSocket) }));
  return peer.user;
}

function userOf(socket: TLSSocket): UserInfo | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  return subject ? certificateUser(subject) : undefined;
}
