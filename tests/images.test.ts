import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RealCluster, ROOT, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curl } from './support/http.ts';
import { until } from './support/until.ts';

const LOOP = `import { defineImage } from '@kubernats/image';
export default defineImage({ names: ['demo/loop'], run(context) { context.stdout('looping\\n'); for (;;); } });
`;

let cluster: RealCluster;
let images: string;
beforeAll(async () => {
  images = mkdtempSync(join(tmpdir(), 'kubernats-images-'));
  cpSync(join(ROOT, 'examples/images'), images, { recursive: true });
  writeFileSync(join(images, 'loop.ts'), LOOP);
  cluster = await realCluster({ nodes: 1, flags: ['--images', images] });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  rmSync(images, { recursive: true, force: true });
});

const run = (name: string, ...args: string[]) => cluster.kubectl(['run', name, '--restart=Never', ...args]);
const ready = (what: string) => cluster.kubectl(['wait', '--for=condition=Ready', what, '--timeout=180s']);

describe('images of the user', () => {
  test('one that loops for ever freezes nobody: the node stays Ready, its neighbour answers, and a delete ends it', async () => {
    await run('loop', '--image=demo/loop');
    await ready('pod/loop');
    await run('good', '--image=demo/slow-server', '--env=START_SECONDS=0');
    await ready('pod/good');
    const ip = await cluster.value('pod good', '.status.podIP');
    await cluster.kubectl(['wait', '--for=jsonpath={.status.phase}=Running', 'pod/good', '--timeout=180s']);
    expect(await answerOf(`http://${ip}:8080`)).toBe('hello from good on node1\n');
    expect(await cluster.value('node node1', '.status.conditions[?(@.type=="Ready")].status')).toBe('True');
    expect(await cluster.kubectl('logs loop')).toBe('looping\n');
    await cluster.kubectl('delete pod loop good --grace-period=1 --wait --timeout=180s');
  });

  test('the examples of the manual run as it says', async () => {
    await cluster.kubectl(['apply', '-f', join(ROOT, 'examples/images/demo.yaml')]);
    await cluster.kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/service-client --timeout=180s');
    expect(await cluster.kubectl('logs service-client')).toContain('200 hello from slow-server on node1');
    expect(await cluster.kubectl('logs config-worker -c worker')).toMatch(/^1 good morning\n/);
    await cluster.kubectl('delete pod config-worker --wait=false');
    expect(await cluster.kubectl('logs -f config-worker -c worker')).toContain('stopped in order\n');
  });

  test('a module that cannot be loaded is told of where its container is; mended, the next start uses it', async () => {
    writeFileSync(join(images, 'broken.ts'), 'export default {');
    await run('broken', '--image=broken', '--restart=OnFailure');
    const last = '.status.containerStatuses[0].lastState.terminated';
    await cluster.kubectl(['wait', `--for=jsonpath={${last}.reason}=StartError`, 'pod/broken', '--timeout=180s']);
    expect(await cluster.value('pod broken', `${last}.message`)).toContain(`failed to load the image from ${join(images, 'broken.ts')}: `);
    writeFileSync(join(images, 'broken.ts'), `export default { names: ['broken'], run: () => 0 };`);
    await cluster.kubectl(['wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/broken', '--timeout=180s']);
  });
});

test('nginx serves a ConfigMap that is mounted into it', async () => {
  await cluster.kubectl('create configmap page --from-literal=index.html=from-a-config-map');
  await cluster.kubectl('apply -f -', {
    input: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: {
        containers: [
          {
            name: 'nginx',
            image: 'nginxinc/nginx-unprivileged:1.29',
            volumeMounts: [{ name: 'page', mountPath: '/usr/share/nginx/html' }],
          },
        ],
        volumes: [{ name: 'page', configMap: { name: 'page' } }],
      },
    }),
  });
  await ready('pod/web');
  const ip = await cluster.value('pod web', '.status.podIP');
  expect(await answerOf(`http://${ip}:8080/`)).toBe('from-a-config-map');
  expect(await cluster.kubectl('logs web')).toMatch(/ - - \[.*\] "GET \/ HTTP\/1\.1" 200 17 "-"/);
});

test('a key-value server speaks real RESP over its Service, and its data outlives the Pod on a hostPath', async () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'redis', labels: { app: 'redis' } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'redis', image: 'redis:8', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [{ name: 'data', hostPath: { path: '/srv/redis', type: 'DirectoryOrCreate' } }],
    },
  };
  await cluster.kubectl('apply -f -', { input: JSON.stringify(pod) });
  await cluster.kubectl('create service clusterip redis --tcp=6379');
  await ready('pod/redis');
  const host = await cluster.value('service redis', '.spec.clusterIP');
  expect(await resp(host, '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$5\r\nhello\r\n', '+OK\r\n')).toBe('+OK\r\n');
  await cluster.kubectl('delete pod redis --force --wait');
  await cluster.kubectl('apply -f -', { input: JSON.stringify(pod) });
  await ready('pod/redis');
  expect(await resp(host, '*2\r\n$3\r\nGET\r\n$1\r\na\r\n', 'hello')).toBe('$5\r\nhello\r\n');
});

test('the folder is remembered, and one that is gone is named', async () => {
  await cluster.down();
  rmSync(images, { recursive: true });
  const { code, stderr } = await cluster.kubernats('up', '--detach');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`--images ${images}: there is no such folder`) as string });
  expect((await cluster.kubernats('up', '--detach', '--images', '')).code).toBe(0);
});

/** What is Ready may not listen yet: without a probe, Ready is running. */
async function answerOf(url: string): Promise<string> {
  return (await until(() => curl(url).catch(() => undefined))) ?? '';
}

/** Sends bytes through the Service, and gives what has come once it holds `wanted`. */
function resp(host: string, bytes: string, wanted: string): Promise<string> {
  const attempt = (): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(6379, host, () => socket.write(bytes));
      let got = '';
      socket.on('data', (chunk) => {
        got += String(chunk);
        if (got.includes(wanted)) socket.destroy();
      });
      socket.on('end', () => socket.destroy());
      socket.on('error', () => {});
      socket.on('close', () => resolve(got));
    });
  return until(attempt, (got) => got.includes(wanted));
}
