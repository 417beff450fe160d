import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';

/** Whom a client believes to be the server that it meant. */
export interface TlsOptions {
  /** Certificates (PEM) of the authorities to believe instead of the machine's. */
  ca?: string | Uint8Array;
  /** Believes everybody: `curl -k`. */
  insecure?: boolean;
}

/** A server's certificate was not accepted; the message says why, in OpenSSL's words. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

const NO_ISSUER = 'unable to get local issuer certificate';
const WHY: Readonly<Record<string, string>> = {
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NO_ISSUER,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NO_ISSUER,
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in certificate chain',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  CERT_HAS_EXPIRED: 'certificate has expired',
  CERT_NOT_YET_VALID: 'certificate is not yet valid',
};

/** TLS over a connection that is there, as a client; HTTP/1.1 is agreed on. Throws `CertificateError`, and the signal's reason. */
export function overTls(
  connection: Duplex,
  host: string,
  { ca, insecure = false, signal }: TlsOptions & { signal?: AbortSignal },
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: connection,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: !insecure,
      ...(isIP(host) ? { host } : { servername: host }),
      ...(ca === undefined ? {} : { ca: Buffer.from(ca) }),
    });
    const abort = (): void => void socket.destroy(asError(signal?.reason));
    const failed = (error: Error): void => {
      signal?.removeEventListener('abort', abort);
      connection.destroy();
      reject(whyNot(error, host));
    };
    socket.once('error', failed);
    socket.once('secureConnect', () => {
      signal?.removeEventListener('abort', abort);
      socket.off('error', failed);
      resolve(socket);
    });
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
  });
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));

function whyNot(error: Error & { code?: string }, host: string): Error {
  if (error.code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new CertificateError(`no alternative certificate subject name matches target host name '${host}'`);
  }
  const why = WHY[error.code ?? ''];
  return why === undefined ? error : new CertificateError(why);
}
