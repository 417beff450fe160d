import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curl } from './support/http.ts';
import { until } from './support/until.ts';

const WEB = `
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: { app: web }
spec:
  containers:
    - name: web
      image: example/web:1
      ports: [{ name: http, containerPort: 8080 }]
      startupProbe: { tcpSocket: { port: http }, periodSeconds: 1, timeoutSeconds: 60 }
      readinessProbe: { exec: { command: [cat, /data/ready] }, periodSeconds: 1, timeoutSeconds: 60, failureThreshold: 1 }
      livenessProbe: { httpGet: { port: http, path: /healthz }, periodSeconds: 1, timeoutSeconds: 60 }
      volumeMounts: [{ name: data, mountPath: /data }]
  volumes: [{ name: data, hostPath: { path: /data } }]
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: { app: web }
  ports: [{ port: 9000, targetPort: http }]
`;

const FRAGILE = `
apiVersion: v1
kind: Pod
metadata:
  name: fragile
spec:
  containers:
    - name: main
      image: busybox
      command: [sh, -c, 'trap "exit 0" TERM; while true; do sleep 0.1; done']
      livenessProbe: { httpGet: { port: 9 }, periodSeconds: 1, timeoutSeconds: 60, failureThreshold: 1 }
`;

const PARTING = `
apiVersion: v1
kind: Pod
metadata:
  name: parting
spec:
  containers:
    - name: web
      image: example/web:1
      ports: [{ containerPort: 8081 }]
      lifecycle: { postStart: { httpGet: { port: 8081 } }, preStop: { sleep: { seconds: 2 } } }
`;

describe('probes and hooks', () => {
  let cluster: RealCluster;
  let ready: string;
  beforeAll(async () => {
    cluster = await realCluster({ nodes: 1 });
    const data = join(cluster.home, cluster.name, 'nodes/node1/data');
    mkdirSync(data, { recursive: true });
    ready = join(data, 'ready');
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  const apply = (manifest: string): Promise<string> => cluster.kubectl('apply -f -', { input: manifest });
  const events = (pod: string, reason: string): Promise<string> =>
    cluster.kubectl(`get events --field-selector=involvedObject.name=${pod},reason=${reason} -o jsonpath={.items[*].message}`);
  const endpointIsReady = (): Promise<string> =>
    cluster.kubectl('get endpointslices -l kubernetes.io/service-name=web -o jsonpath={.items[*].endpoints[*].conditions.ready}');

  test('S3: a readiness probe takes a Pod into its Service, out of it, and back', async () => {
    expect(await apply(WEB)).toBe('pod/web created\nservice/web created\n');
    await until(async () => (await events('web', 'Unhealthy')).includes('Readiness probe failed: cat: '));
    expect(await cluster.kubectl('get pod web --no-headers')).toMatch(/^web +0\/1 +Running /);
    const url = `http://${await cluster.value('service web', '.spec.clusterIP')}:9000/`;
    for (const round of ['first', 'second']) {
      writeFileSync(ready, round);
      await cluster.kubectl('wait --for=condition=Ready pod/web --timeout=180s');
      await until(async () => (await endpointIsReady()) === 'true');
      await until(() =>
        curl(url).then(
          (body) => body.includes('pod: web'),
          () => false,
        ),
      );
      rmSync(ready);
      await cluster.kubectl('wait --for=condition=Ready=false pod/web --timeout=180s');
      await until(async () => (await endpointIsReady()) === 'false');
      await until(() =>
        curl(url).then(
          () => false,
          () => true,
        ),
      );
    }
    expect(await cluster.value('pod web', '.status.containerStatuses[0].restartCount')).toBe('0');
  });

  test('a liveness probe restarts a container', async () => {
    await apply(FRAGILE);
    await cluster.kubectl('wait --for=jsonpath={.status.containerStatuses[0].lastState.terminated.reason} pod/fragile --timeout=180s');
    const ip = await cluster.value('pod fragile', '.status.podIP');
    expect(await events('fragile', 'Unhealthy')).toContain(
      `Liveness probe failed: Get "http://${ip}:9/": dial tcp ${ip}:9: connect: connection refused`,
    );
    expect(await events('fragile', 'Killing')).toBe('Container main failed liveness probe, will be restarted');
  });

  test('a preStop hook is waited for', async () => {
    await apply(PARTING);
    await cluster.kubectl('wait --for=condition=Ready pod/parting --timeout=180s');
    const beganMs = performance.now();
    await cluster.kubectl('delete pod parting');
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(2000);
    expect(await events('parting', 'Killing')).toBe('Stopping container web');
    expect(await events('parting', 'FailedPreStopHook')).toBe('');
  });
});
