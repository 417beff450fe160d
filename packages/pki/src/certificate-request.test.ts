import { X509Certificate } from 'node:crypto';
import { realClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { createCertificateAuthority, createCertificateRequest, readCertificateRequest, signCertificateRequest } from './index.ts';

const deps = { clock: realClock };
const HOUR_MS = 3_600_000;

test('what was asked for is read and signed: names, organisations, usages', async () => {
  const ca = await createCertificateAuthority(deps, 'kubernats-ca');
  const { requestPem } = await createCertificateRequest({
    commonName: 'system:node:a',
    organizations: ['system:nodes'],
    dnsNames: ['a.local'],
  });
  const request = await readCertificateRequest(requestPem);
  expect(request).toMatchObject({ commonName: 'system:node:a', organizations: ['system:nodes'], dnsNames: ['a.local'], ipAddresses: [] });
  const pem = await signCertificateRequest(deps, ca, request, { usages: ['digital signature', 'server auth'], validMs: HOUR_MS });
  const certificate = new X509Certificate(pem);
  expect(certificate.checkIssued(new X509Certificate(ca.certificatePem))).toBe(true);
  expect(certificate.checkHost('a.local')).toBe('a.local');
  expect(certificate.subject.split('\n').toSorted()).toEqual(['CN=system:node:a', 'O=system:nodes']);
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(certificate.validToDate.getTime() - certificate.validFromDate.getTime()).toBe(HOUR_MS);
});

test('what a key may do is said only where it was asked for', async () => {
  const ca = await createCertificateAuthority(deps, 'kubernats-ca');
  const request = await readCertificateRequest((await createCertificateRequest({ commonName: 'jane' })).requestPem);
  const pem = await signCertificateRequest(deps, ca, request, { usages: ['client auth'], validMs: HOUR_MS });
  const KEY_USAGE = '0603551d0f';
  expect(new X509Certificate(pem).raw.toString('hex')).not.toContain(KEY_USAGE);
});

test('what is no request is refused, and one that its key did not sign', async () => {
  await expect(readCertificateRequest('hello')).rejects.toThrow('PEM block type must be CERTIFICATE REQUEST');
  const { requestPem } = await createCertificateRequest({ commonName: 'a' });
  const lines = requestPem.trimEnd().split('\n');
  const other = (await createCertificateRequest({ commonName: 'a' })).requestPem.trimEnd().split('\n');
  const forged = [...lines.slice(0, -2), ...other.slice(-2)].join('\n');
  await expect(readCertificateRequest(forged)).rejects.toThrow(/^x509: /);
});
