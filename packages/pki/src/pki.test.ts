import { X509Certificate } from 'node:crypto';
import { realClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  createCertificateAuthority,
  issueClientCertificate,
  issueServerCertificate,
  kubeconfig,
  loadCertificateAuthority,
} from './index.ts';

const deps = { clock: realClock };

test('a reloaded authority still signs: server names, addresses, users and groups are in the certificates', async () => {
  const made = await createCertificateAuthority(deps, 'kubernats-ca');
  const ca = await loadCertificateAuthority({ certificatePem: made.certificatePem, privateKeyPem: made.privateKeyPem });
  const root = new X509Certificate(ca.certificatePem);
  expect(root.ca).toBe(true);

  const server = new X509Certificate(
    (await issueServerCertificate(deps, ca, { commonName: 'kube-apiserver', names: ['kubernetes.default.svc'], addresses: ['127.96.0.1'] }))
      .certificatePem,
  );
  expect(server.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
  expect(server.checkIP('127.96.0.1')).toBe('127.96.0.1');
  expect(server.verify(root.publicKey)).toBe(true);

  const client = await issueClientCertificate(deps, ca, { user: 'kubernetes-admin', groups: ['system:masters', 'ops'] });
  const parsed = new X509Certificate(client.certificatePem);
  expect(parsed.subject.split('\n').sort()).toEqual(['CN=kubernetes-admin', 'O=ops', 'O=system:masters']);
  expect(parsed.checkIssued(root)).toBe(true);
});

test('a kubeconfig carries all that kubectl needs', async () => {
  const ca = await createCertificateAuthority(deps, 'kubernats-ca');
  const client = await issueClientCertificate(deps, ca, { user: 'kubernetes-admin', groups: ['system:masters'] });
  const config = parse(
    kubeconfig({ cluster: 'default', server: 'https://127.0.0.1:6443', caPem: ca.certificatePem, user: 'kubernetes-admin', client }),
  );
  expect(config['current-context']).toBe('default');
  expect(Buffer.from(config.users[0].user['client-certificate-data'], 'base64').toString()).toBe(client.certificatePem);
});
