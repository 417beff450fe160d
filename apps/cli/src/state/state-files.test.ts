import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClusterPaths, clusterPaths } from './paths.ts';
import { ensurePki, writeKubeconfig } from './pki-files.ts';
import { DEFAULTS, readSettings, writeSettings } from './settings.ts';
import { runningCluster } from './supervisor-file.ts';

let paths: ClusterPaths;
beforeEach(() => {
  paths = clusterPaths('test', mkdtempSync(join(tmpdir(), 'kubernats-test-')));
  mkdirSync(paths.run, { recursive: true });
});
afterEach(() => rmSync(join(paths.folder, '..'), { recursive: true }));

const NAMES = { names: ['localhost'], addresses: ['127.0.0.1'] };

test.each(['', '..', 'a/b', 'UPPER', 'tools', `${'a'.repeat(33)}`, '-a'])('a cluster cannot be called %j', (name) => {
  expect(() => clusterPaths(name, '/tmp')).toThrow(/--name/);
});

test('settings are as they were written, and the defaults before that', () => {
  expect(readSettings(paths)).toEqual(DEFAULTS);
  writeSettings(paths, { nodes: 5, durability: 'power', port: 7000 });
  expect(readSettings(paths)).toEqual({ nodes: 5, durability: 'power', port: 7000 });
});

test('a damaged file is named', () => {
  writeFileSync(paths.settingsFile, '{"nodes":');
  expect(() => readSettings(paths)).toThrow(`${paths.settingsFile} is damaged`);
});

test('what a dead supervisor left is no running cluster', () => {
  const supervisor = { pid: 999_999_999, startTime: '1' };
  const state = {
    supervisor,
    startedAt: 0,
    slot: 0,
    nodes: [],
    server: '',
    natsUrl: '',
    dns: { host: '127.96.0.10', port: 53 },
    children: {},
  };
  writeFileSync(paths.supervisorFile, JSON.stringify(state));
  expect(runningCluster(paths)).toBeUndefined();
});

test('certificates are made once, keys are for their owner only, and the kubeconfig follows the server', async () => {
  const files = await ensurePki(paths, NAMES);
  const ca = readFileSync(files.caCert, 'utf8');
  await writeKubeconfig(paths, 'https://127.0.0.1:6443');
  await ensurePki(paths, NAMES);
  await writeKubeconfig(paths, 'https://127.0.0.1:7000');
  expect(readFileSync(files.caCert, 'utf8')).toBe(ca);
  expect(readFileSync(paths.kubeconfig, 'utf8')).toContain('server: https://127.0.0.1:7000');
  expect([files.serverKey, paths.kubeconfig].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
});

test('a folder of certificates with a part missing is refused by that part', async () => {
  const files = await ensurePki(paths, NAMES);
  rmSync(files.serverKey);
  await expect(ensurePki(paths, NAMES)).rejects.toThrow('apiserver.key missing');
});

test('certificates from before there were front proxies are completed, with an authority that is not that of clients', async () => {
  const files = await ensurePki(paths, NAMES);
  const kept = readFileSync(files.caCert, 'utf8');
  for (const file of readdirSync(paths.pki).filter((each) => each.startsWith('front-proxy-'))) rmSync(join(paths.pki, file));
  await ensurePki(paths, NAMES);
  expect(readFileSync(files.caCert, 'utf8')).toBe(kept);
  const [client, authority] = [files.frontProxyClientCert, files.frontProxyCaCert].map((file) => new X509Certificate(readFileSync(file)));
  expect(client?.subject).toBe('CN=front-proxy-client');
  expect(authority && client?.verify(authority.publicKey)).toBe(true);
  expect(client?.verify(new X509Certificate(kept).publicKey)).toBe(false);
  expect(statSync(files.frontProxyClientKey).mode & 0o777).toBe(0o600);
  rmSync(files.frontProxyClientKey);
  await expect(ensurePki(paths, NAMES)).rejects.toThrow('front-proxy-client.key missing');
});
