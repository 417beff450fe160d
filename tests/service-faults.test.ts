import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askOnce, Conversation } from './support/conversation.ts';
import { until } from './support/until.ts';

const REPLICAS = 3;
const PORT = 9000;
const NODE_PORT = 30950;
const WEB = `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: web }
  ports: [{ port: ${PORT}, targetPort: 8080 }]
`;
const ON_EVERY_NODE = `
apiVersion: v1
kind: Service
metadata:
  name: on-every-node
spec:
  type: NodePort
  selector: { app: web }
  ports: [{ port: ${PORT}, targetPort: 8080, nodePort: ${NODE_PORT} }]
`;

interface SupervisorFile {
  children: Record<string, { process: { pid: number } }>;
}

describe('R2: Services while things go wrong', () => {
  let cluster: RealCluster;
  let host: string;

  beforeAll(async () => {
    cluster = await realCluster({ nodes: 2 });
    await cluster.kubectl(`create deployment web --image=example/web:1 --port=8080 --replicas=${REPLICAS}`);
    await cluster.kubectl('apply -f -', { input: WEB });
    host = await cluster.value('service web', '.spec.clusterIP');
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });
  beforeEach(() => scaleTo(REPLICAS));

  const ask = (): Promise<string> => askOnce(host, PORT);
  const asks = (count: number): Promise<string[]> => Promise.all(Array.from({ length: count }, ask));

  /** Resolves when just as many Pods answer. */
  async function scaleTo(replicas: number): Promise<void> {
    await cluster.kubectl(`scale deployment web --replicas=${replicas}`);
    await cluster.kubectl('rollout status deployment/web --timeout=180s');
    await until(async () => new Set(await asks(2 * replicas).catch(() => [])).size === replicas);
  }

  function pidOf(component: string): number | undefined {
    const file = readFileSync(join(cluster.home, cluster.name, 'run/supervisor.json'), 'utf8');
    return (JSON.parse(file) as SupervisorFile).children[component]?.process?.pid;
  }

  test('S1: a Pod that is killed takes its own connections along and no other; new ones reach Pods that live', async () => {
    const held = await Promise.all(Array.from({ length: 4 * REPLICAS }, () => Conversation.begin(host, PORT)));
    const pods = await Promise.all(held.map((conversation) => conversation.ask()));
    const victim = pods[0] ?? '';
    await cluster.kubectl(`delete pod ${victim} --grace-period=0 --force`);
    await Promise.all(held.filter((_, i) => pods[i] === victim).map(({ ended }) => ended));
    const others = held.filter((_, i) => pods[i] !== victim);
    expect(others.length).toBeGreaterThan(0);
    expect(await Promise.all(others.map((conversation) => conversation.ask()))).toEqual(pods.filter((pod) => pod !== victim));
    expect(await asks(30)).not.toContain(victim);
    for (const conversation of held) conversation[Symbol.dispose]();
  });

  test('S1: without endpoints connections are refused, and answered again when there are some', async () => {
    await cluster.kubectl('scale deployment web --replicas=0');
    const refused = (): Promise<boolean> =>
      ask().then(
        () => false,
        ({ code }) => code === 'ECONNREFUSED',
      );
    await until(refused);
    expect(await refused()).toBe(true);
    await scaleTo(1);
  });

  test('the proxy is killed under load: connections through it are lost, new ones work when it is back', async () => {
    using held = await Conversation.begin(host, PORT);
    await held.ask();
    const pid = pidOf('service-proxy') ?? 0;
    const stop = new AbortController();
    const load = Array.from({ length: 8 }, async () => {
      while (!stop.signal.aborted) await ask().catch(() => {});
    });
    process.kill(pid, 'SIGKILL');
    await held.ended;
    await until(async () => (await ask().catch(() => undefined)) !== undefined);
    expect(pidOf('service-proxy')).not.toBe(pid);
    expect(new Set(await asks(10 * REPLICAS)).size).toBe(REPLICAS);
    stop.abort();
    await Promise.all(load);
  });

  test('NATS stands still: routes keep working, balanced; what changes afterwards arrives', async () => {
    using held = await Conversation.begin(host, PORT);
    const pod = await held.ask();
    const nats = pidOf('nats-server') ?? 0;
    process.kill(nats, 'SIGSTOP');
    try {
      for (let round = 0; round < 10; round++) expect(new Set(await asks(3 * REPLICAS)).size).toBe(REPLICAS);
      expect(await held.ask()).toBe(pod);
    } finally {
      process.kill(nats, 'SIGCONT');
    }
    await scaleTo(REPLICAS + 1);
  });

  test('NATS is killed: routes keep working until it is back, and what changes afterwards arrives', async () => {
    using held = await Conversation.begin(host, PORT);
    const pod = await held.ask();
    const nats = pidOf('nats-server');
    process.kill(nats ?? 0, 'SIGKILL');
    do expect(new Set(await asks(2 * REPLICAS)).size).toBe(REPLICAS);
    while (pidOf('nats-server') === nats);
    expect(await held.ask()).toBe(pod);
    await until(async () => (await cluster.kubectlEnded('get --raw /readyz')).code === 0);
    await scaleTo(REPLICAS + 1);
  });

  test('thousands of idle connections stay, and leave no descriptor behind', async () => {
    const limit = Number(/^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
    // The proxy holds two for each: 4,000 where this machine gives a process as many.
    const count = Math.min(4000, Math.floor((limit - 1000) / 2));
    const descriptors = (): number => readdirSync(`/proc/${pidOf('service-proxy')}/fd`).length;
    const before = descriptors();
    const held: Conversation[] = [];
    for (let i = 0; i < count; i++) held.push(await Conversation.begin(host, PORT));
    await until(() => descriptors() >= 2 * count);
    const pods = await Promise.all(held.map((conversation) => conversation.ask()));
    const each = [...Map.groupBy(pods, (pod) => pod).values()].map(({ length }) => length);
    expect(Math.min(...each)).toBeGreaterThan((0.9 * count) / REPLICAS);
    for (const conversation of held) conversation[Symbol.dispose]();
    await until(() => descriptors() <= before);
  });

  test('S4: a node port that a foreign process has: an event on the Service, the others serve, and it opens when that one leaves', async () => {
    const [first = '', second = ''] = (
      await cluster.kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].status.addresses[?(@.type=="InternalIP")].address}'])
    ).split(' ');
    const foreign = createServer();
    await new Promise<void>((resolve) => foreign.listen(NODE_PORT, first, resolve));
    await cluster.kubectl('apply -f -', { input: ON_EVERY_NODE });
    const events = (): Promise<string> =>
      cluster.kubectl(
        'get events --field-selector=involvedObject.kind=Service,involvedObject.name=on-every-node,reason=PortNotOpened -o jsonpath={.items[*].type}:{.items[*].message}',
      );
    await until(async () => (await events()).startsWith('Warning:'));
    expect(await events()).toContain(`Cannot open TCP ${first}:${NODE_PORT}: another process listens there (EADDRINUSE)`);
    expect(await askOnce(second, NODE_PORT)).toMatch(/^web-/);
    expect(await askOnce(await cluster.value('service on-every-node', '.spec.clusterIP'), PORT)).toMatch(/^web-/);
    foreign.close();
    await until(async () => (await askOnce(first, NODE_PORT).catch(() => '')).startsWith('web-'));
  });
});
