import type { SecureServerOptions } from 'node:http2';
import type { TlsMaterial } from '../tls-material.ts';

/** Go's defaults, which are kube-apiserver's: what of TLS 1.2 and 1.3 is without known weakness, and for old clients CBC with ECDHE. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
].join(':');

/** How connections are secured: also what `setSecureContext` takes when the files have changed. */
export function secureContext({ certificatePem, privateKeyPem, clientCaPem, requestHeader }: TlsMaterial) {
  return {
    key: privateKeyPem,
    cert: certificatePem,
    ca: requestHeader ? [clientCaPem, requestHeader.caPem] : clientCaPem,
    ciphers: CIPHERS,
    honorCipherOrder: true,
    minVersion: 'TLSv1.2',
  } as const satisfies SecureServerOptions;
}
