import type { Duplex } from 'node:stream';
import { type SecureContext, connect as startTls, type TLSSocket } from 'node:tls';
import type { Clock } from '@kubernats/clock';
import { certificateProblem } from '../certificate-problem.ts';
import { isAddress } from '../webhook-target.ts';

/** What has gone wrong on the way, in Go's words. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
}

/** Who is to be at the other end. */
export interface Expected {
  serverName: string;
  /** Who may have signed the certificate, and what this side proves. */
  context: SecureContext;
  /** Whoever it is will do. */
  isAnyone?: boolean;
}

const HANDSHAKE_MS = 10_000;

/** Speaks TLS on a connection. Rejects with what is wrong with the other side's certificate, and with the signal's reason. */
export function secureConnection(clock: Clock, connection: Duplex, expected: Expected, signal: AbortSignal): Promise<TLSSocket> {
  const { serverName, context, isAnyone = false } = expected;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(signal.reason);
    const timer = clock.setTimer(HANDSHAKE_MS, () => fail(new TransportError('net/http: TLS handshake timeout')));
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
    };
    const socket = startTls({
      socket: connection,
      host: serverName,
      servername: isAddress(serverName) ? '' : serverName,
      secureContext: context,
      ALPNProtocols: ['http/1.1'],
      // The certificate is checked below, where it can be said what is wrong with it.
      rejectUnauthorized: false,
    });
    signal.addEventListener('abort', onAbort, { once: true });
    // It stays: an error of an idle connection ends the connection and not the process.
    socket.on('error', fail);
    socket.once('close', () => fail(new TransportError('EOF')));
    socket.once('secureConnect', () => {
      const problem = isAnyone ? undefined : problemOf(socket, serverName, clock.now());
      if (problem !== undefined) return fail(new TransportError(problem));
      settle();
      resolve(socket);
    });
  });
}

function problemOf(socket: TLSSocket, serverName: string, nowMs: number): string | undefined {
  if (socket.authorized) return undefined;
  return certificateProblem(String(socket.authorizationError), socket.getPeerCertificate(), serverName, nowMs);
}
