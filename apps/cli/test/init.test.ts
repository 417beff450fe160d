import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credsAreOf } from '@kubernats/bus';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { init } from '../src/commands/init.ts';

let folder: string;

// One cluster for all: its keys take a while to make.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubernats-init-'));
  vi.stubEnv('KUBERNATS_HOME', join(folder, 'authority'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await run();
});

afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const run = (server = 'https://127.0.0.1:6443'): Promise<void> =>
  init({
    ...{ name: 'default', parts: join(folder, 'parts'), kubeconfig: join(folder, 'project/.kubernats/compose/kubeconfig'), server },
    ...{ address: ['172.30.255.1'], natsStore: join(folder, 'data') },
  });

/** All files of the parts, with what is in them. */
function parts(): Record<string, string> {
  const files = readdirSync(join(folder, 'parts'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      join(parentPath, name).slice(join(folder, 'parts').length + 1),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}

test('gives each component its own part of the keys, for its owner alone', () => {
  expect(Object.keys(parts()).sort()).toEqual([
    'apiserver/client-ca.crt',
    'apiserver/front-proxy-ca.crt',
    'apiserver/front-proxy-client.crt',
    'apiserver/front-proxy-client.key',
    'apiserver/nats.creds',
    'apiserver/service-account.key',
    'apiserver/tls.crt',
    'apiserver/tls.key',
    'controller-manager/ca.crt',
    'controller-manager/ca.key',
    'controller-manager/nats.creds',
    'load-balancer/nats.creds',
    'nats/server.conf',
    'node/kubelet-sim.creds',
    'node/service-proxy.creds',
    'scheduler/nats.creds',
    'service-proxy/nats.creds',
    'volume-controller/nats.creds',
  ]);
  expect(statSync(join(folder, 'parts/apiserver')).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'parts/apiserver/tls.key')).mode & 0o777).toBe(0o600);
});

test('run again it keeps all keys, and tells clients of another server', async () => {
  const before = parts();
  await run('https://127.0.0.1:7443');
  expect(parts()).toEqual(before);
  const kubeconfig = parse(readFileSync(join(folder, 'project/.kubernats/compose/kubeconfig'), 'utf8'));
  expect(kubeconfig.clusters[0].cluster.server).toBe('https://127.0.0.1:7443');
});

test('refuses the state of a cluster whose keys are gone, and changes nothing', async () => {
  const before = parts();
  const [state, aside] = [join(folder, 'data/jetstream'), join(folder, 'aside')];
  renameSync(state, aside);
  mkdirSync(join(state, `A${'B'.repeat(55)}`), { recursive: true });
  await expect(run()).rejects.toThrow(
    /data holds the state of a cluster whose keys are not those in .*authority\/default\.\n.*to begin anew/,
  );
  expect(parts()).toEqual(before);
  rmSync(state, { recursive: true });
  renameSync(aside, state);
});

test('refuses keys that are damaged, and makes no others: all state belongs to them', async () => {
  const file = join(folder, 'authority/default/nats/authority.json');
  const keys = readFileSync(file, 'utf8');
  writeFileSync(file, keys.slice(0, 100));
  await expect(run()).rejects.toThrow(/authority\.json is damaged.*put the file back from a backup/);
  expect(readFileSync(file, 'utf8')).toBe(keys.slice(0, 100));
  writeFileSync(file, keys);
});

test('keys that were gone and are put back are those of all components again', async () => {
  const file = join(folder, 'authority/default/nats/authority.json');
  const keys = readFileSync(file, 'utf8');
  rmSync(file);
  await expect(run()).rejects.toThrow(/Put its keys back/);
  writeFileSync(file, keys);
  await run();
  const [account = ''] = readdirSync(join(folder, 'data/jetstream'));
  const creds = Object.entries(parts()).filter(([name]) => name.endsWith('.creds'));
  expect(creds.map(([, text]) => credsAreOf(text, account))).toEqual(creds.map(() => true));
});

test('refuses what a newer kubernats has written, and changes nothing', async () => {
  const file = join(folder, 'authority/default/layout.json');
  writeFileSync(file, JSON.stringify({ layout: 99, version: '9.9.9' }));
  await expect(run()).rejects.toThrow(/was written by kubernats 9\.9\.9 \(layout 99\).*\n.*remove the volumes to begin anew/);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ layout: 99, version: '9.9.9' });
});

test('refuses the folder of a cluster that is run in another way', async () => {
  rmSync(join(folder, 'authority/default/layout.json'));
  await expect(run()).rejects.toThrow(/another kind of set-up/);
});

test('makes the configuration of several NATS servers that keep the state together, and know each other by a secret', async () => {
  const home = mkdtempSync(join(tmpdir(), 'kubernats-init-'));
  vi.stubEnv('KUBERNATS_HOME', join(home, 'authority'));
  try {
    await init({
      ...{ name: 'default', parts: join(home, 'parts'), kubeconfig: join(home, 'kubeconfig'), server: 'https://127.0.0.1:6443' },
      ...{ address: [], natsStore: join(home, 'data'), natsPeer: [{ host: 'nats-2', store: join(home, 'data-2') }] },
    });
    const conf = (name: string) => readFileSync(join(home, 'parts/nats', name), 'utf8');
    const [first, second] = [conf('server.conf'), conf('nats-2.conf')];
    expect([first, second].map((text) => /^server_name: (.*)$/m.exec(text)?.[1])).toEqual(['"nats"', '"nats-2"']);
    const routes = [first, second].map((text) => /^ {2}routes: (.*)$/m.exec(text)?.[1]);
    expect(routes[0]).toMatch(
      /^\["nats-route:\/\/kubernats:[0-9a-f]{64}@nats:6222","nats-route:\/\/kubernats:[0-9a-f]{64}@nats-2:6222"\]$/,
    );
    expect(routes[1]).toBe(routes[0]);
    expect([first, conf('server.power.conf')].map((text) => text.includes('sync_interval: always'))).toEqual([false, true]);
    expect(readdirSync(join(home, 'data-2/jetstream'))).toHaveLength(1);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
