import { kubeconfig } from '@kubernats/pki/kubeconfig';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readKubeconfig } from './kubeconfig.ts';
import { serviceName } from './target.ts';

const own = kubeconfig({
  cluster: 'kubernats',
  server: 'https://127.0.0.1:6443',
  caPem: 'CA',
  user: 'kubernetes-admin',
  client: { certificatePem: 'CERT', privateKeyPem: 'KEY' },
});

test('a kubeconfig of ours gives its server and certificates', () => {
  expect(readKubeconfig('config', () => own)).toEqual({
    ...{ url: 'https://127.0.0.1:6443', ca: 'CA', cert: 'CERT', key: 'KEY', token: undefined, namespace: 'default' },
  });
});

test('certificates in files, a token, and a namespace of the context', () => {
  const text = stringify({
    'current-context': 'b',
    contexts: [
      { name: 'a', context: { cluster: 'none', user: 'none' } },
      { name: 'b', context: { cluster: 'c', user: 'u', namespace: 'shop' } },
    ],
    clusters: [{ name: 'c', cluster: { server: 'https://example.com', 'certificate-authority': 'ca.crt' } }],
    users: [{ name: 'u', user: { token: 'secret' } }],
  });
  expect(readKubeconfig('config', (file) => (file === 'config' ? text : `text of ${file}`))).toMatchObject({
    url: 'https://example.com',
    ca: 'text of ca.crt',
    token: 'secret',
    namespace: 'shop',
  });
});

test.each([
  ['{}', /config is no kubeconfig that can be used:.*current-context/s],
  ['just text', /config is no kubeconfig that can be used/],
  ['a: [', /config is no kubeconfig that can be used/],
  [stringify({ 'current-context': 'x', contexts: [], clusters: [], users: [] }), /config has no context "x"/],
])('%j is refused', (text, message) => {
  expect(() => readKubeconfig('config', () => text)).toThrow(message);
});

test.each(['svc/web', 'service/web', 'services/web'])('%s is the Service web', (target) => {
  expect(serviceName(target)).toBe('web');
});

test.each([
  ['web', 'only Services can be traced: svc/web, not "web"'],
  ['pod/web', 'only Services can be traced: svc/NAME, not "pod/web"'],
  ['svc/', 'only Services can be traced: svc/NAME, not "svc/"'],
  ['svc/a/b', 'only Services can be traced: svc/NAME, not "svc/a/b"'],
  ['', 'only Services can be traced: svc/NAME, not ""'],
])('%j is refused', (target, message) => {
  expect(() => serviceName(target)).toThrow(message);
});
