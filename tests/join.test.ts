import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, RealCluster, ROOT, run } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { type Machine, type TwoMachines, twoMachines } from './support/two-machines.ts';
import { until } from './support/until.ts';

const KUBERNATS = join(ROOT, 'kubernats');

const pod = (name: string, node: string, container: object) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name.replace(/\d$/, '') } } },
  spec: { nodeSelector: { hostname: node }, containers: [{ name: 'main', ...container }], terminationGracePeriodSeconds: 0 },
});
const whoami = { image: 'traefik/whoami', args: ['--port=8080'], ports: [{ containerPort: 8080 }] };
const box = { image: 'busybox', command: ['sleep', '1000000'] };
const service = {
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } },
  spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 9000, targetPort: 8080, nodePort: 30_777 }] },
};
const ITEMS = [pod('web1', 'node1', whoami), pod('web2', 'node2', whoami), pod('box1', 'node1', box), pod('box2', 'node2', box), service];

describe('R2: a cluster of several machines', () => {
  const cleanup = new AsyncDisposableStack();
  let machines: TwoMachines | { refusal: string };
  let cluster: RealCluster;
  let url: string;
  let root: string;
  let node: ChildProcess | undefined;
  let said = '';

  beforeAll(async () => {
    machines = await twoMachines();
    if ('refusal' in machines) return;
    cleanup.use(machines);
    const { namespace, address } = machines.main;
    url = `tls://${address}:4222`;
    root = mkdtempSync(join(tmpdir(), 'kubernats-joined-'));
    cleanup.defer(() => rmSync(root, { recursive: true, force: true }));
    // A node is heard of every ten seconds.
    const env = { KUBERNATS_NODE_MONITOR_GRACE_PERIOD: '18s' };
    cluster = cleanup.use(new RealCluster({ namespace, flags: ['--address', address], env }));
    cleanup.defer(() => end('SIGTERM'));
    await cluster.up();
    await joins(await token());
    await cluster.kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: ITEMS }) });
    await cluster.kubectl('wait --for=condition=Ready pod/web1 pod/web2 pod/box1 pod/box2 --timeout=180s');
  });
  afterAll(() => cleanup.disposeAsync());

  /** The machines; without them the test is skipped, and says why. */
  const both = ({ skip }: TestContext): TwoMachines => ('refusal' in machines ? skip(machines.refusal) : machines);
  const onOther = (args: string[]): [string, string[]] => {
    if ('refusal' in machines) throw new Error(machines.refusal);
    return ['ip', ['netns', 'exec', machines.other.namespace, KUBERNATS, 'join', ...args, '--log-level', 'warn']];
  };
  const token = async (...flags: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cluster.kubernats('token', 'create', ...flags);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.trim();
  };
  /** Makes the other machine a node, with a token or as what it is already, and waits until it is. */
  async function joins(word?: string, ...flags: string[]): Promise<void> {
    said = '';
    const child = spawn(...onOther([...(word === undefined ? [] : [url, '--token', word]), '--root', root, ...flags]), {
      stdio: 'pipe',
      detached: true,
    });
    node = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes) => {
        said += bytes;
      });
    }
    await until(
      () => said.includes('this machine is ') || child.exitCode !== null,
      (isOver) => isOver,
    );
    if (child.exitCode !== null) throw new Error(said);
  }
  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = node;
    node = undefined;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    // With the launcher before it.
    process.kill(-(child.pid ?? 0), signal);
    await exited;
  }
  /** `join` that is to fail: what it says. */
  const refused = async (
    args: string[],
    folder = join(tmpdir(), `kubernats-no-${process.pid}`),
  ): Promise<Pick<Ended, 'code' | 'stderr'>> => {
    const { code, stderr } = await run(...onOther([...args, '--root', folder]));
    return { code, stderr };
  };
  const ready = (name: string): Promise<string> => cluster.value(`node ${name}`, '.status.conditions[?(@.type=="Ready")].status');
  const curl = async ({ namespace }: Machine, target: string): Promise<string> =>
    (await run('ip', ['netns', 'exec', namespace, 'curl', '--silent', '--max-time', '5', target])).stdout;
  const wget = (from: string, target: string): Promise<string> => cluster.kubectl(['exec', from, '--', 'wget', '-qO-', target]);

  test('R2: both are nodes, at their own addresses, and their Pods reach each other by IP, from their own', async (context) => {
    const { main, other } = both(context);
    const addresses = await cluster.value('nodes', '.items[*].status.addresses[?(@.type=="InternalIP")].address');
    expect(addresses).toBe(`${main.address} ${other.address}`);
    for (const [from, to] of [
      ['box1', 'web2'],
      ['box2', 'web1'],
    ] as const) {
      const [source, target] = await Promise.all([from, to].map((name) => cluster.value(`pod ${name}`, '.status.podIP')));
      expect(await wget(from, `http://${target}:8080/`)).toMatch(new RegExp(`^RemoteAddr: ${source}:\\d+$`, 'm'));
    }
  });

  test('R2: a Service has its Pods on both, by its name, and a node port is open on both', async (context) => {
    const { main, other } = both(context);
    for (const from of ['box1', 'box2']) {
      const answers = await Promise.all(Array.from({ length: 6 }, () => wget(from, 'http://web:9000/')));
      expect([...new Set(answers.map((text) => /^Hostname: (.*)$/m.exec(text)?.[1]))].sort()).toEqual(['web1', 'web2']);
    }
    for (const client of [main, other])
      for (const { address } of [main, other]) expect(await curl(client, `http://${address}:30777/`)).toContain('Hostname: web');
  });

  test('R1: kubectl reads logs and runs commands on the other machine', async (context) => {
    both(context);
    expect(await cluster.kubectl('logs web2')).toContain('Starting up on port 8080');
    expect(await cluster.kubectl('exec box2 -- hostname')).toBe('box2\n');
  });

  describe('when the other machine is lost', () => {
    beforeAll(() => end('SIGKILL'));

    test('nobody joins with a token that is wrong, expired or deleted, under a name that is taken, or where no such cluster is', async (context) => {
      const { main } = both(context);
      const [good, short] = await Promise.all([token('--uses', '1', '--description', 'one more'), token('--ttl', '1s')]);
      const id = good.slice(0, 6);
      const list = (await cluster.kubernats('token', 'list')).stdout;
      expect(list).toMatch(new RegExp(`^${id} +2[34]h +\\S+ +1 +one more$`, 'm'));
      const expiresAtMs = Date.parse(new RegExp(`^${short.slice(0, 6)} +\\S+ +(\\S+)`, 'm').exec(list)?.[1] ?? '');
      const [wrong, foreign] = [`${id}.${'a'.repeat(16)}${good.slice(23)}`, `${good.slice(0, 24)}${'A'.repeat(43)}${good.slice(67)}`];
      const all = await Promise.all([
        refused([url, '--token', wrong]),
        refused([url, '--token', foreign]),
        refused([url, '--token', good, '--node-name', 'node1']),
        refused([`tls://${main.address}:4221`, '--token', good]),
      ]);
      expect(all.map(({ code, stderr }) => `${code} ${stderr.split('\n')[0]}`)).toEqual([
        `1 kubernats: the token ${id} is wrong.`,
        `1 kubernats: the server at ${url} is not of the cluster that the token is of: another authority vouches for it. Nothing was sent to it.`,
        '1 kubernats: a Node with the name "node1" is in the cluster already.',
        `1 kubernats: no NATS server answers at tls://${main.address}:4221 (connect ECONNREFUSED ${main.address}:4221).`,
      ]);
      expect((await cluster.kubernats('token', 'delete', good)).stdout).toBe(`bootstrap token "${id}" deleted\n`);
      await until(
        async () => Date.now(),
        (now) => now > expiresAtMs,
      );
      const [late, deleted] = await Promise.all([refused([url, '--token', short]), refused([url, '--token', good])]);
      expect(late.stderr).toMatch(/^kubernats: the token \S{6} has expired at 20/);
      expect(deleted.stderr).toContain(`the token ${id} is not known: it was deleted, or never made.\n`);
    });

    test('P8: it is NotReady; it comes back as the same node, without a token', async (context) => {
      both(context);
      const uid = await cluster.value('node node2', '.metadata.uid');
      await cluster.kubectl('wait --for=condition=Ready=Unknown node/node2 --timeout=180s');
      await joins();
      expect(said).toContain(`this machine is node2 of cluster default (${url})\n`);
      await until(
        () => ready('node2'),
        (status) => status === 'True',
      );
      expect(await cluster.value('node node2', '.metadata.uid')).toBe(uid);
    });
  });

  test('a machine whose Node is deleted ends, and does not come back without a new token', async (context) => {
    both(context);
    const exited = once(node ?? context.skip('no machine has joined'), 'exit');
    await cluster.kubectl('delete node node2');
    expect((await exited)[0]).toBe(1);
    expect(said).toContain(
      'kubernats: node2 was deleted from cluster default, or its credentials were ended: this machine is no node any more.\n',
    );
    const again = await refused([], root);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('node2 was deleted from cluster default') });
    await joins(await token());
    await until(
      () => ready('node2'),
      (status) => status === 'True',
    );
  });
});
