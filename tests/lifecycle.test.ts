import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Ended, RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/until.ts';

interface SupervisorFile {
  supervisor: { pid: number };
  children: Record<string, { process: { pid: number } }>;
}

const supervisorFile = (cluster: RealCluster): string => join(cluster.home, cluster.name, 'run/supervisor.json');
const supervised = (cluster: RealCluster): SupervisorFile => JSON.parse(readFileSync(supervisorFile(cluster), 'utf8')) as SupervisorFile;
const processes = (cluster: RealCluster): number[] => Object.values(supervised(cluster).children).map(({ process: { pid } }) => pid);

/** A process that is there and no zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when none of them is there any more. */
const gone = (pids: number[]): Promise<boolean> => until(() => !pids.some(isAlive));

describe('a cluster over its life', () => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster({ nodes: 1 });
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  test('status, kubeconfig and logs tell of it', async () => {
    const status = await cluster.kubernats('status');
    for (const name of [
      'nats-server',
      'apiserver',
      'scheduler',
      'controller-manager',
      'volume-controller',
      'kubelet-sim',
      'service-proxy',
    ]) {
      expect(status.stdout).toMatch(new RegExp(`^${name} +\\d+ +yes +0 `, 'm'));
    }
    expect((await cluster.kubernats('kubeconfig')).stdout).toBe(`${cluster.kubeconfig}\n`);
    expect((await cluster.kubernats('logs', 'nats-server')).stdout).toContain('Server is ready');
    expect(await cluster.kubernats('logs', 'nothing')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no component nothing') as string,
    });
  });

  test('a second up says that it runs', async () => {
    expect(await cluster.kubernats('up', '--detach')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cluster default is already running \(supervisor \d+, https:.*\n.*kubernats down/) as string,
    });
  });

  test('another cluster lives beside it on addresses of its own; down --purge removes it and nothing else', async () => {
    await using other = await realCluster({ nodes: 1, name: 'other', home: cluster.home });
    await other.kubectl('create configmap only-here --from-literal=a=b');
    expect(await cluster.kubectl('get configmaps -o name')).not.toContain('only-here');
    const address = '{.items[0].status.addresses[0].address}';
    const [here, there] = [
      await cluster.kubectl(`get nodes -o jsonpath=${address}`),
      await other.kubectl(`get nodes -o jsonpath=${address}`),
    ];
    expect(there).not.toBe(here);
    const pids = processes(other);
    expect(await other.kubernats('down', '--purge')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/its state is removed:\n(.*\n)* {2}\S+\/other\n$/) as string,
    });
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(join(cluster.home, 'other'))).toBe(false);
    expect(await cluster.kubectl('get nodes -o name')).toBe('node/node1\n');
  });

  test('state survives down and up', async () => {
    await cluster.kubectl('create deployment web --image=example/web --port=8080 --replicas=2');
    await cluster.kubectl('rollout status deployment/web --timeout=180s');
    const before = await cluster.kubectl('get pods -l app=web -o name');
    const pids = processes(cluster);
    await cluster.down();
    await gone(pids);
    expect(existsSync(supervisorFile(cluster))).toBe(false);
    await cluster.up();
    await cluster.kubectl('rollout status deployment/web --timeout=180s');
    expect(await cluster.kubectl('get pods -l app=web -o name')).toBe(before);
  });

  test('when the supervisor is killed its processes end, and what it left behind is no obstacle', async () => {
    const pids = processes(cluster);
    process.kill(supervised(cluster).supervisor.pid, 'SIGKILL');
    await gone(pids);
    expect(existsSync(supervisorFile(cluster))).toBe(true);
    await cluster.up();
    expect(await cluster.kubectl('get deployment web -o name')).toBe('deployment.apps/web\n');
  });

  describe('what stands in the way is named', () => {
    beforeAll(() => cluster.down());
    const failed = (message: string) => ({ code: 1, stderr: expect.stringContaining(message) as string }) satisfies Partial<Ended>;

    test('a port that is taken', async () => {
      const holder = createServer().listen(0, '127.0.0.1');
      await once(holder, 'listening');
      const address = holder.address();
      const port = String(typeof address === 'object' ? address?.port : 0);
      expect(await cluster.kubernats('up', '--detach', '--port', port)).toMatchObject(failed(`--port ${port}`));
      expect(existsSync(supervisorFile(cluster))).toBe(false);
      holder.close();
    });

    const part = (...path: string[]): string => join(cluster.home, 'default', ...path);
    test.each([
      ['a certificate that is missing', () => part('pki/apiserver.crt'), undefined, 'apiserver.crt missing'],
      ['a damaged NATS authority', () => part('nats/authority.json'), '{', 'authority.json is damaged'],
      ['damaged settings', () => part('settings.json'), '{"nodes": "many"}', 'settings.json'],
      ['a damaged slot', () => part('slot'), 'x', 'slot is damaged'],
    ])('%s', async (_case, file, content, message) => {
      const before = readFileSync(file());
      if (content === undefined) rmSync(file());
      else writeFileSync(file(), content);
      expect(await cluster.kubernats('up', '--detach')).toMatchObject(failed(message));
      writeFileSync(file(), before);
    });

    test('wrong usage', async () => {
      for (const args of [['up', '--nodes', 'many'], ['up', '--unknown'], ['fly'], ['up', '--name', 'UPPER']]) {
        expect(await cluster.kubernats(...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(/.+/) as string });
      }
      expect(await cluster.kubernats('down')).toMatchObject({ code: 0 });
      expect(await cluster.kubernats('status')).toMatchObject(failed('not running'));
    });

    test('after all that it comes up; without nodes now, so that the one that it had is gone', async () => {
      expect(await cluster.kubernats('up', '--detach', '--nodes', '0')).toMatchObject({ code: 0 });
      expect(await cluster.kubectl('wait --for=delete node/node1 --timeout=180s')).toMatch(/^$|node\/node1 condition met/);
      await cluster.down();
    });
  });
});

describe('up in the foreground', () => {
  /** Starts it, waits until it says that it is up, asks `meanwhile`, and presses Ctrl-C. */
  async function inForeground(
    cluster: RealCluster,
    flags: string[],
    meanwhile: (out: string) => Promise<void>,
  ): Promise<{ code: number | null; out: string }> {
    const child = cluster.foreground(...flags);
    const ended = once(child, 'exit');
    let out = '';
    child.stderr?.on('data', (chunk) => (out += String(chunk)));
    const { promise: up, resolve } = Promise.withResolvers<void>();
    child.stdout?.on('data', (chunk) => {
      out += String(chunk);
      if (out.includes('is up:')) resolve();
    });
    await Promise.race([up, ended.then(() => Promise.reject(new Error(`ended early: ${out}`)))]);
    await meanwhile(out);
    child.kill('SIGINT');
    const [code] = (await ended) as [number | null];
    return { code, out };
  }

  test('shows what the components say, and ends in order on Ctrl-C', async () => {
    await using cluster = new RealCluster({ nodes: 1, flags: ['--log-level', 'info'] });
    let pids: number[] = [];
    const { code, out } = await inForeground(cluster, [], async () => {
      pids = processes(cluster);
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^apiserver {10}\d\d:\d\d:\d\d\.\d{3} info {2}ready$/m);
    expect(pids.length).toBe(7);
    await gone(pids);
  });

  test('--single-process runs all components in one', async () => {
    await using cluster = await realCluster({ nodes: 1, flags: ['--single-process'] });
    expect(Object.keys(supervised(cluster).children).sort()).toEqual(['components', 'nats-server']);
    await cluster.kubectl('create deployment web --image=example/web --port=8080');
    await cluster.kubectl('rollout status deployment/web --timeout=180s');
  });

  test('--ephemeral leaves no file behind', async () => {
    await using cluster = new RealCluster({ nodes: 1 });
    let folder = '';
    const { code, out: said } = await inForeground(cluster, ['--ephemeral'], async (out) => {
      const kubeconfig = /export KUBECONFIG=(\S+)/.exec(out)?.[1] ?? '';
      expect(await cluster.kubectl('get nodes -o name', { env: { KUBECONFIG: kubeconfig } })).toBe('node/node1\n');
      folder = dirname(dirname(kubeconfig));
      expect(dirname(folder)).toBe(tmpdir());
      expect(existsSync(folder)).toBe(true);
    });
    expect(code, said).toBe(0);
    expect(existsSync(folder)).toBe(false);
    // kubectl keeps what it discovered; kubernats keeps nothing.
    expect(readdirSync(cluster.home).filter((name) => name !== '.kube')).toEqual([]);
  });
});
