import type { CertificateSigningRequest } from '@kubernats/api';
import type { CertificateRequest } from '@kubernats/pki';
import { expect, test } from 'vitest';
import { recognize } from '../csrapproving/decide.ts';
import { goneAtMs } from '../csrcleaner/decide.ts';
import { isToBeSigned, SIGNERS, validMs } from './decide.ts';

const KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet';
const SERVING = 'kubernetes.io/kubelet-serving';
const CLIENT = 'kubernetes.io/kube-apiserver-client';
const kubelet = {
  commonName: 'system:node:a',
  organizations: ['system:nodes'],
  dnsNames: [],
  ipAddresses: [],
  emailAddresses: [],
  uris: [],
};
const asked = (more: object = {}): CertificateRequest => ({ ...kubelet, ...more }) as unknown as CertificateRequest;
const request = (spec: object = {}, status: object = {}): CertificateSigningRequest =>
  ({
    metadata: { name: 'a', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { signerName: KUBELET, usages: ['client auth', 'digital signature'], ...spec },
    status,
  }) as CertificateSigningRequest;
const condition = (type: string): object => ({ type, status: 'True', lastUpdateTime: '2026-01-01T02:00:00Z' });

test.each<[string, object, string[], string | undefined]>([
  [KUBELET, {}, ['client auth', 'digital signature', 'key encipherment'], undefined],
  [KUBELET, { organizations: ['dev'] }, ['client auth', 'digital signature'], 'subject organization is not system:nodes'],
  [KUBELET, { commonName: 'a' }, ['client auth', 'digital signature'], 'subject common name does not begin with system:node:'],
  [KUBELET, { dnsNames: ['a'] }, ['client auth', 'digital signature'], 'DNS subjectAltNames are not allowed'],
  [KUBELET, {}, ['server auth'], 'usages did not match [client auth digital signature key encipherment]'],
  [SERVING, { ipAddresses: ['10.0.0.1'] }, ['digital signature', 'server auth'], undefined],
  [SERVING, {}, ['digital signature', 'server auth'], 'DNS or IP subjectAltName is required'],
  [SERVING, { dnsNames: ['a'], uris: ['spiffe://a'] }, ['server auth'], 'URI subjectAltNames are not allowed'],
  [CLIENT, { organizations: ['dev'] }, ['client auth', 'key encipherment'], undefined],
  [CLIENT, {}, ['digital signature'], 'missing required usage for client certificate: client auth'],
  [CLIENT, {}, ['server auth'], 'invalid usage for client certificate: server auth'],
])('%s signs %j for %j: %s', (signer, more, usages, problem) => {
  expect(SIGNERS[signer]?.(asked(more), usages)).toBe(problem);
});

test('what is approved is signed, once, by our own signers', () => {
  expect(isToBeSigned(request())).toBe(false);
  expect(isToBeSigned(request({}, { conditions: [condition('Approved')] }))).toBe(true);
  expect(isToBeSigned(request({}, { conditions: [condition('Approved'), condition('Failed')] }))).toBe(false);
  expect(isToBeSigned(request({}, { conditions: [condition('Approved')], certificate: 'x' }))).toBe(false);
  expect(isToBeSigned(request({ signerName: 'example.com/x' }, { conditions: [condition('Approved')] }))).toBe(false);
});

test.each([
  [undefined, 31_536_000_000],
  [600, 600_000],
  [86_400, 86_400_000],
  [1e9, 31_536_000_000],
])('%s seconds are %d ms', (expirationSeconds, expected) => {
  expect(validMs(request({ expirationSeconds }))).toBe(expected);
});

test('a kubelet is recognized by what it asks for, and its own node by who asks', () => {
  const subresources = (username: string, more: object = {}) =>
    recognize(request({ username }), asked(more)).map(({ subresource }) => subresource);
  expect(subresources('system:node:a')).toEqual(['selfnodeclient', 'nodeclient']);
  expect(subresources('system:bootstrap:x')).toEqual(['nodeclient']);
  expect(subresources('system:node:a', { organizations: [] })).toEqual([]);
});

test.each<[string, object, string]>([
  ['waits a day', {}, '2026-01-02T00:00:00Z'],
  ['is approved, and waits for its signer', { conditions: [condition('Approved')] }, '2026-01-02T02:00:00Z'],
  ['was denied an hour ago', { conditions: [condition('Denied')] }, '2026-01-01T03:00:00Z'],
  ['failed an hour ago', { conditions: [condition('Approved'), condition('Failed')] }, '2026-01-01T03:00:00Z'],
])('a request goes when it %s', (_, status, at) => {
  expect(goneAtMs(request({}, status))).toBe(Date.parse(at));
});
