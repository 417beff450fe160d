import type { Buffer } from 'node:buffer';
import { X509Certificate } from 'node:crypto';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type DetailedPeerCertificate } from 'node:tls';
import { authorityHash } from '../nats/join-token.ts';

/** Why the authority of a server is not known: nothing answers, it is no NATS server, it does not encrypt, or another authority vouches for it. */
export type NoAuthority = 'silent' | 'no-nats' | 'no-tls' | 'foreign';

/**
 * The certificate (PEM) of the authority behind a NATS server, when its key has this hash. Nothing that is secret is sent. Without it the
 * answer says why: `why` in words where the system has some.
 */
export async function authorityOfServer(
  { host, port }: { host: string; port: number },
  caHash: string,
  withinMs: number,
): Promise<{ ca: string } | { refusal: NoAuthority; why?: string }> {
  const socket = connectPlain({ host, port });
  let isConnected = false;
  let hasSpoken = false;
  socket.once('connect', () => {
    isConnected = true;
  });
  socket.setTimeout(withinMs, () => socket.destroy(new Error(`no answer within ${withinMs / 1000} s`)));
  try {
    const info = await firstLine(socket);
    hasSpoken = info !== '';
    const said = infoOf(info);
    if (said === undefined) return { refusal: 'no-nats' };
    if (said.tls_required !== true) return { refusal: 'no-tls' };
    const chain = await certificatesOf(socket);
    const found = chain.find((certificate) => authorityHash(certificate) === caHash);
    return found ? { ca: `${new X509Certificate(found).toString()}` } : { refusal: 'foreign' };
  } catch (error) {
    // Who serves something else waits for the client to begin.
    if (isConnected && !hasSpoken) return { refusal: 'no-nats' };
    return { refusal: 'silent', why: error instanceof Error ? error.message : String(error) };
  } finally {
    socket.destroy();
  }
}

/** A NATS server speaks first. Source: NATS documentation, "Client protocol". */
function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (!text.includes('\n') && text.length < 65_536) return;
      socket.removeAllListeners('data');
      resolve(text.split('\n', 1)[0] ?? '');
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(text));
  });
}

function infoOf(line: string): { tls_required?: boolean } | undefined {
  const json = /^INFO (\{.*\})\s*$/.exec(line)?.[1];
  try {
    return json === undefined ? undefined : (JSON.parse(json) as { tls_required?: boolean });
  } catch {
    return undefined;
  }
}

/** All that the server shows, its own first. They are looked at and not trusted yet: the hash says which is. */
function certificatesOf(socket: Socket): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const secured = connectTls({ socket, rejectUnauthorized: false }, () => {
      const chain: Buffer[] = [];
      let next: DetailedPeerCertificate | undefined = secured.getPeerCertificate(true);
      while (next?.raw && !chain.some((known) => known.equals(next?.raw ?? known))) {
        chain.push(next.raw);
        next = next.issuerCertificate;
      }
      resolve(chain);
      secured.destroy();
    });
    secured.once('error', reject);
    socket.once('close', () => reject(new Error('the server has closed the connection')));
  });
}
