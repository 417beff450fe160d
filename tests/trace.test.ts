import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RealCluster, ROOT, realCluster, run } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curl } from './support/http.ts';
import { CURL, patternOf, stepsOf } from './support/lesson.ts';
import { until } from './support/until.ts';

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{ name: web, image: example/web:1, ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: NodePort, selector: { app: web }, ports: [{ name: http, port: 9000, targetPort: http }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: shop }
spec: { terminationGracePeriodSeconds: 0, containers: [{ name: c, image: busybox, command: [sleep, '100000'] }] }
`;

interface Line {
  type: string;
  connection?: string;
  proxy?: string;
  client?: { pod?: string };
  door?: { node?: string; address: string; port?: string };
  backend?: { pod?: string };
  choice?: string;
  ready?: number;
}

describe('./kubernats trace', () => {
  let cluster: RealCluster;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    cluster = await realCluster({ nodes: 2 });
    await cluster.kubectl('apply -f -', { input: SHOP });
    await cluster.kubectl('-n shop rollout status deployment/web --timeout=180s');
    await cluster.kubectl('-n shop wait --for=condition=Ready pod/client --timeout=180s');
  });
  afterAll(async () => {
    for (const child of children) child.kill();
    await cluster[Symbol.asyncDispose]();
  });

  /** A command that goes on: what it says can be waited for. */
  function running(...args: string[]) {
    // Not by the shell of ./kubernats: it would not hand a signal on to a Node.js that a package manager wraps in another shell.
    const launcher = [join(ROOT, 'scripts/launch.mjs'), ...args];
    const child = spawn(process.execPath, launcher, { env: { ...process.env, KUBERNATS_HOME: cluster.home } });
    children.push(child);
    const ended = once(child, 'close') as Promise<[number | null]>;
    let said = '';
    let wake = (): void => {};
    child.stdout.on('data', (chunk) => {
      said += chunk;
      wake();
    });
    const until = async (holds: (said: string) => boolean): Promise<string> => {
      while (!holds(said)) await new Promise<void>((resolve) => (wake = resolve));
      return said;
    };
    const lines = (): Line[] =>
      said
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line));
    return { child, ended, until, said: () => said, lines };
  }

  test('S3: each connection is told live, with its Pods, its door and the reason, until the Service is deleted', async () => {
    const text = running('trace', 'svc/web', '-n', 'shop');
    const json = running('trace', 'service/web', '--namespace', 'shop', '--output', 'json');
    await Promise.all([text, json].map(({ until }) => until((said) => said.includes('service-proxy'))));
    expect(text.said()).toContain('service shop/web: 2 endpoints are ready');

    const clusterIp = await cluster.value('service web -n shop', '.spec.clusterIP');
    const nodePort = await cluster.value('service web -n shop', '.spec.ports[0].nodePort');
    const node = await cluster.value('node node2', '.status.addresses[?(@.type=="InternalIP")].address');
    for (let i = 0; i < 2; i++) await cluster.kubectl(`-n shop exec client -- wget -qO- http://${clusterIp}:9000/`);
    await curl(`http://${node}:${nodePort}/`);
    await json.until((said) => said.split('"type":"Closed"').length > 3);
    const opened = json.lines().filter(({ type }) => type === 'Opened');
    expect(opened).toHaveLength(3);
    for (const line of opened.slice(0, 2))
      expect(line).toMatchObject({
        client: { pod: 'shop/client' },
        door: { address: `${clusterIp}:9000`, port: 'http' },
        choice: 'NextInTurn',
      });
    expect(new Set(opened.slice(0, 2).map(({ backend }) => backend?.pod)).size).toBe(2);
    expect(opened[2]).toMatchObject({ door: { kind: 'NodePort', node: 'node2', address: `${node}:${nodePort}` } });
    expect(opened[2]?.client?.pod).toBeUndefined();
    const told = await text.until((said) => said.split('closed after').length > 3);
    expect(told).toMatch(
      /pod shop\/client \(node\d, 127\..*\) → ClusterIP 127\..*:9000 \(http\) → pod shop\/web-\S+ \(node\d, 127\..*:8080\) {2}next in turn of 2, each with 0 open/,
    );

    const status = await cluster.kubernats('status');
    const metrics = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(status.stdout)?.[0] ?? '';
    expect(await curl(metrics)).toMatch(/kubernats_proxy_connections_total\{service="shop\/web",endpoint="127\..*:8080"\} [12]\n/);

    // A proxy that dies and comes back joins by itself.
    const proxy = Number(/service-proxy +(\d+)/.exec(status.stdout)?.[1]);
    process.kill(proxy, 'SIGKILL');
    await text.until((said) => said.split('service-proxy is watched').length > 2);

    await cluster.kubectl('-n shop scale deployment/web --replicas=0');
    await text.until((said) => said.includes('no ready endpoints: connections are refused'));
    await cluster.kubectl('-n shop delete service web');
    for (const { ended } of [text, json]) expect((await ended)[0]).toBe(0);
    expect(text.said()).toMatch(/service shop\/web is deleted\n$/);
    expect(json.lines().at(-1)).toMatchObject({ type: 'Deleted' });
  });

  test('the page about it is true, and Ctrl-C ends a trace', async () => {
    const steps = stepsOf(readFileSync(join(ROOT, 'docs/tracing.md'), 'utf8'));
    const [before, command, during] = steps;
    const shell = async (commands = ''): Promise<void> => {
      const env = { KUBERNATS_HOME: cluster.home, HOME: cluster.home, KUBECONFIG: cluster.kubeconfig };
      const { code, stderr } = await run('bash', ['-c', `set -euo pipefail\n${CURL}${commands}`], { env, cwd: ROOT });
      expect({ code, stderr }).toMatchObject({ code: 0 });
    };
    await shell(before?.commands);
    const slices = 'get endpointslices -l kubernetes.io/service-name=hello -o jsonpath={.items[*].endpoints[*].conditions.ready}';
    await until(async () => (await cluster.kubectl(slices)) === 'true');
    const args = command?.commands.trim().split(' ').slice(1) ?? [];
    const [trace, other] = [running(...args), running(...args)];
    await Promise.all([trace, other].map(({ until }) => until((said) => said.includes('is watched'))));
    other.child.kill('SIGINT');
    expect((await other.ended)[0]).toBe(0);
    await shell(during?.commands);
    expect((await trace.ended)[0]).toBe(0);
    expect(trace.said()).toMatch(patternOf(command?.says ?? []));
  });

  test.each([
    [['trace', 'svc/none'], 1, 'services "none" not found'],
    [['trace', 'svc/web', '-n', 'nowhere'], 1, 'namespaces "nowhere" not found'],
    [['trace', 'pod/web'], 2, 'only Services can be traced'],
    [['trace', 'svc/web', '--output', 'yaml'], 2, "argument 'yaml' is invalid"],
    [['trace', 'svc/web', '--kubeconfig', '/nowhere/config'], 2, '/nowhere/config cannot be read'],
  ])('%j is refused', async (args, code, message) => {
    const ended = await cluster.kubernats(...args);
    expect(ended).toMatchObject({ code, stderr: expect.stringContaining(message) });
  });
});
