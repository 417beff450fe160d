import { TLSSocket } from 'node:tls';
import { realClock } from '@kubernats/clock';
import { type Listener, VirtualNetwork } from '@kubernats/net';
import { createCertificateAuthority, issueServerCertificate } from '@kubernats/pki';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { podNetwork } from '../network/pod-network.ts';
import { fetchHttp } from './http.ts';
import { CertificateError } from './tls.ts';

const network = new VirtualNetwork();
const client = {
  ...podNetwork(network, '10.244.0.9', { hostname: 'client' }),
  lookup: async (name: string) => (name === '10.96.0.2' ? name : '10.96.0.1'),
};
const deps = { clock: realClock };
let ca: string;
let server: Listener;

beforeAll(async () => {
  const authority = await createCertificateAuthority(deps, 'ca');
  ca = authority.certificatePem;
  const { certificatePem: cert, privateKeyPem: key } = await issueServerCertificate(deps, authority, {
    commonName: 'api',
    names: ['kubernetes.default.svc'],
    addresses: ['10.96.0.1'],
  });
  server = await network.listen({ host: '10.96.0.1', port: 443 }, (connection) => {
    const socket = new TLSSocket(connection, { isServer: true, cert, key });
    // A client that does not believe the certificate goes.
    for (const end of [socket, connection]) end.on('error', () => {});
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  });
});
afterAll(() => server.close());

const ask = async (host: string, tls: object): Promise<string> =>
  Buffer.from((await fetchHttp(client, { url: `https://${host}/api`, tls })).body).toString();

it('reaches a server whose authority it was given, by name and by address', async () => {
  expect(await ask('kubernetes.default.svc', { ca })).toBe('ok');
  expect(await ask('10.96.0.1', { ca })).toBe('ok');
});

it('believes nobody else, unless it believes everybody', async () => {
  const { certificatePem: another } = await createCertificateAuthority(deps, 'another');
  for (const tls of [{}, { ca: another }]) {
    await expect(ask('kubernetes.default.svc', tls)).rejects.toThrow(new CertificateError('unable to get local issuer certificate'));
  }
  await expect(ask('other', { ca })).rejects.toThrow("no alternative certificate subject name matches target host name 'other'");
  expect(await ask('other', { insecure: true })).toBe('ok');
});

it('a handshake that nobody answers ends with the signal', async () => {
  await using _silent = await network.listen({ host: '10.96.0.2', port: 443 }, () => {});
  const abort = new AbortController();
  const asked = fetchHttp(client, { url: 'https://10.96.0.2', signal: abort.signal });
  setImmediate(() => abort.abort(new Error('enough')));
  await expect(asked).rejects.toThrow('enough');
});
