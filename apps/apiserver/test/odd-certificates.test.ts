import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { ClientHttp2Session } from 'node:http2';
import { realClock } from '@kubernats/clock';
import { createCertificateAuthority, issueClientCertificate } from '@kubernats/pki';
import { expect, test } from 'vitest';
import { clusterOfFile } from './support/cluster-of-file.ts';
import { HttpsClient } from './support/https-client.ts';

const { door } = await clusterOfFile();

/** A client whose certificate says that its key may be used for nothing. */
async function useless(): Promise<HttpsClient> {
  const ca = await createCertificateAuthority({ clock: realClock }, 'other');
  const { certificatePem, privateKeyPem: key } = await issueClientCertificate({ clock: realClock }, ca, { user: 'eve', groups: [] });
  const der = new X509Certificate(certificatePem).raw;
  const keyUsage = der.indexOf(Buffer.from('551d0f', 'hex'));
  const flags = der.indexOf(Buffer.from('03020780', 'hex'), keyUsage);
  der[flags + 3] = 0;
  const cert = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  return new HttpsClient(door.port, { ca: door.admin.tls.ca, cert, key });
}

async function codesOn(session: ClientHttp2Session): Promise<unknown[]> {
  const codes: unknown[] = [];
  for (let i = 0; i < 5; i++) {
    const stream = session.request({ ':path': '/version' });
    stream.on('response', (headers) => codes.push(headers[':status']));
    stream.on('error', () => {});
    stream.resume();
    await once(stream, 'close');
  }
  return codes;
}

test('R1: a certificate that OpenSSL cannot make sense of is refused request by request, and harms no connection', async () => {
  const admin = door.admin.http2();
  expect(await codesOn(admin)).toEqual([200, 200, 200, 200, 200]);
  for (let i = 0; i < 3; i++) {
    using client = await useless();
    expect((await client.get('/version')).code).toBe(401);
    const session = client.http2();
    // The server reads its first request when all of the handshake is over.
    await once(session, 'remoteSettings');
    const [refused, served] = await Promise.all([codesOn(session), codesOn(admin)]);
    expect([refused, served]).toEqual([Array(5).fill(401), Array(5).fill(200)]);
    session.destroy();
  }
  admin.destroy();
});
