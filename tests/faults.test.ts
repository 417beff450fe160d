import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const REPLICAS = 20;
const COMPONENTS = ['apiserver', 'scheduler', 'controller-manager', 'volume-controller', 'kubelet-sim', 'service-proxy', 'nats-server'];

interface SupervisorFile {
  supervisor: { pid: number };
  children: Record<string, { process: { pid: number } }>;
}

describe('R2: any process may be killed', () => {
  let cluster: RealCluster;
  let version = 1;
  /** What kubectl was told is stored. */
  const acknowledged: string[] = [];

  beforeAll(async () => {
    cluster = await realCluster();
    await cluster.kubectl(`create deployment web --image=example/web:1 --port=8080 --replicas=${REPLICAS}`);
    await cluster.kubectl('rollout status deployment/web --timeout=60s');
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  const supervised = (): SupervisorFile =>
    JSON.parse(readFileSync(join(cluster.home, cluster.name, 'run/supervisor.json'), 'utf8')) as SupervisorFile;

  /** Tries to write until it is told to stop; a refusal is no promise, so only what was answered counts. */
  async function write(label: string, stop: AbortSignal): Promise<void> {
    for (let i = 0; !stop.aborted; i++) {
      const name = `${label}-${i}`;
      const { code } = await cluster.kubectlEnded(['create', 'configmap', name, '--from-literal=a=b']);
      if (code === 0) acknowledged.push(name);
    }
  }

  /** kubectl gives up when its connection breaks: asked again, it goes on where the cluster is. */
  async function rolledOut(): Promise<void> {
    for (let tries = 0; ; tries++) {
      const { code, stderr } = await cluster.kubectlEnded('rollout status deployment/web --timeout=60s');
      if (code === 0) return;
      if (tries === 100) throw new Error(stderr);
    }
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
    await cluster.kubectl('wait --for=jsonpath={.status.readyReplicas}=20 deployment/web --timeout=60s');
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
