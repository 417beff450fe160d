import { once } from 'node:events';
import { connect, type SecureVersion } from 'node:tls';
import { realClock, SteppedClock } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import { loopbackNetwork } from '@kubernats/net';
import { createCertificateAuthority, issueClientCertificate, issueServerCertificate } from '@kubernats/pki';
import { expect, test } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';
import { HttpsClient } from './support/https-client.ts';

const deps = { clock: realClock };
const write = (files: ReturnType<typeof createMemoryFiles>, path: string, text: string) =>
  files.replace(path, new TextEncoder().encode(text));

test('a renewed certificate and another authority of clients are used by new connections, and a pair that does not fit by none', async () => {
  const clock = new SteppedClock(Date.now());
  await using fixture = await startApiServer({ clock });
  const [ca, otherCa] = await Promise.all(['one', 'two'].map((name) => createCertificateAuthority(deps, name)));
  if (!ca || !otherCa) throw new Error('no authorities');
  const names = { commonName: 'apiserver', names: ['localhost'], addresses: ['127.0.0.1'] };
  const [first, second] = await Promise.all([issueServerCertificate(deps, ca, names), issueServerCertificate(deps, ca, names)]);
  const files = createMemoryFiles(clock);
  await write(files, '/tls.crt', first.certificatePem);
  await write(files, '/tls.key', first.privateKeyPem);
  await write(files, '/ca.crt', ca.certificatePem);
  const at = (path: string) => ({ files, path });
  const door = await fixture.server.listenHttps({
    ...{ host: '127.0.0.1', port: 0, network: loopbackNetwork(), ...first, clientCaPem: ca.certificatePem },
    tlsFiles: { certificate: at('/tls.crt'), privateKey: at('/tls.key'), clientCa: at('/ca.crt') },
  });
  const { certificatePem: cert, privateKeyPem: key } = await issueClientCertificate(deps, otherCa, {
    user: 'ann',
    groups: ['system:masters'],
  });
  const serial = async () => {
    const socket = connect({ host: '127.0.0.1', port: door.port, ca: ca.certificatePem });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };
  const asAnn = async () => {
    using client = new HttpsClient(door.port, { ca: ca.certificatePem, cert, key });
    return (await client.get('/api/v1/namespaces')).code;
  };
  const before = await serial();
  expect(await asAnn()).toBe(401);

  await write(files, '/tls.key', second.privateKeyPem);
  await clock.advance(6_000);
  expect(await serial()).toBe(before);
  await write(files, '/tls.crt', second.certificatePem);
  await write(files, '/ca.crt', ca.certificatePem + otherCa.certificatePem);
  await clock.advance(6_000);
  expect(await serial()).not.toBe(before);
  expect(await asAnn()).toBe(200);

  const renewed = await serial();
  await write(files, '/tls.crt', 'rubbish');
  await clock.advance(6_000);
  expect(await serial()).toBe(renewed);
});

test('TLS 1.2 and 1.3 are spoken, and nothing older', async () => {
  await using fixture = await startApiServer();
  const { admin, port } = await fixture.https();
  const speak = async (version: SecureVersion, ciphers?: string) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      ...admin.tls,
      minVersion: version,
      maxVersion: version,
      ...(ciphers ? { ciphers } : {}),
    });
    const spoken = once(socket, 'secureConnect').then(() => `${socket.getProtocol()} ${socket.getCipher().name}`);
    return spoken.catch(() => 'refused').finally(() => socket.destroy());
  };
  expect(await speak('TLSv1.3')).toMatch(/^TLSv1\.3 TLS_AES_/);
  expect(await speak('TLSv1.2')).toBe('TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256');
  expect(await speak('TLSv1.2', 'AES128-SHA')).toBe('refused');
  expect(await speak('TLSv1.1', 'DEFAULT@SECLEVEL=0')).toBe('refused');
});
