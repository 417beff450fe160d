import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/until.ts';

const REPLICAS = 20;
const COMPONENTS = ['apiserver', 'scheduler', 'controller-manager', 'volume-controller', 'kubelet-sim', 'service-proxy', 'nats-server'];

interface SupervisorFile {
  supervisor: { pid: number };
  children: Record<string, { process: { pid: number } }>;
}

describe('R2: any process may be killed', () => {
  let cluster: RealCluster;
  let version = 1;
  let proxy: ChildProcess;
  /** The API, by way of one kubectl: one for each write would take the processor from what is to come back. */
  let api: string;
  /** What the API said is stored. */
  const acknowledged: string[] = [];

  beforeAll(async () => {
    cluster = await realCluster();
    await cluster.kubectl(`create deployment web --image=example/web:1 --port=8080 --replicas=${REPLICAS}`);
    await cluster.kubectl('rollout status deployment/web --timeout=180s');
    proxy = spawn('kubectl', ['proxy', '--port=0'], {
      env: { ...process.env, KUBECONFIG: cluster.kubeconfig },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [said] = await once(proxy.stdout as Readable, 'data');
    api = `http://${/127\.0\.0\.1:\d+/.exec(String(said))?.[0]}`;
  });
  afterAll(async () => {
    proxy.kill();
    await cluster[Symbol.asyncDispose]();
  });

  const supervised = (): SupervisorFile =>
    JSON.parse(readFileSync(join(cluster.home, cluster.name, 'run/supervisor.json'), 'utf8')) as SupervisorFile;

  /** Tries to write until it is told to stop; a refusal is no promise, so only what was answered counts. */
  async function write(label: string, stop: AbortSignal): Promise<void> {
    let count = 0;
    await until(async () => {
      const name = `${label}-${count++}`;
      const body = JSON.stringify({ metadata: { name }, data: { a: 'b' } });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${api}/api/v1/namespaces/default/configmaps`, { method: 'POST', headers, body });
      if (answer.status === 201) acknowledged.push(name);
      return stop.aborted;
    });
  }

  /** kubectl gives up when its connection breaks: asked again, it goes on where the cluster is. */
  async function rolledOut(): Promise<void> {
    await until(async () => (await fetch(`${api}/readyz`)).ok);
    await until(async () => (await cluster.kubectlEnded('rollout status deployment/web --timeout=180s')).code === 0);
  }

  test.each(COMPONENTS)(`${REPLICAS} replicas roll on while %s is killed, and no acknowledged write is lost`, async (component) => {
    const image = `example/web:${++version}`;
    await cluster.kubectl(`set image deployment/web web=${image}`);
    const stop = new AbortController();
    const writing = write(component, stop.signal);
    process.kill(supervised().children[component]?.process.pid ?? 0, 'SIGKILL');
    await rolledOut();
    stop.abort();
    await writing;
    await cluster.kubectl('wait --for=jsonpath={.status.readyReplicas}=20 deployment/web --timeout=180s');
    const rows = await cluster.kubectl([
      ...['get', 'pods', '-l', 'app=web', '--field-selector=status.phase=Running'],
      ...[
        '-o',
        'jsonpath={range .items[?(@.metadata.deletionTimestamp=="")]}{end}{range .items[*]}{.spec.containers[0].image}{"\\n"}{end}',
      ],
    ]);
    expect(
      rows
        .trim()
        .split('\n')
        .filter((row) => row === image),
    ).toHaveLength(REPLICAS);
    const stored = new Set((await cluster.kubectl('get configmaps -o name')).trim().split('\n'));
    expect(acknowledged.filter((name) => !stored.has(`configmap/${name}`))).toEqual([]);
  });

  test('all of them together are started again, and the Pods are still there', async () => {
    const { children } = supervised();
    for (const { process: child } of Object.values(children)) process.kill(child.pid, 'SIGKILL');
    await rolledOut();
    expect(acknowledged.length).toBeGreaterThan(0);
  });
});
