import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/until.ts';

/** The life of a Pod as kubectl shows it. What it is in full stands in apps/kubelet-sim/test/life-cycle.test.ts. */
describe('R1: the life of a Pod, by kubectl', () => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster({ nodes: 1 });
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  const apply = (name: string, spec: object, annotations: Record<string, string> = {}): Promise<string> =>
    cluster.kubectl('apply -f -', {
      input: JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations }, spec }),
    });
  const wait = (pod: string, path: string, value: string): Promise<string> =>
    cluster.kubectl(`wait --for=jsonpath={${path}}=${value} pod/${pod} --timeout=180s`);
  const sh = (script: string, part: object = {}) => ({ name: 'main', image: 'busybox', command: ['sh', '-c', script], ...part });
  const folders = (...path: string[]): string[] => readdirSync(join(cluster.home, cluster.name, 'nodes/node1', ...path));

  test('kubectl debug puts a container into a Pod that runs, or beside a copy of it', async () => {
    await apply('web', { containers: [sh('sleep 1d')] });
    await cluster.kubectl('wait --for=condition=Ready pod/web --timeout=180s');
    const debug = ['debug', 'pod/web', '--image=busybox', '--profile=general', '-c', 'look', '--target=main'];
    await cluster.kubectl([...debug, '--', 'sh', '-c', 'echo looked around; exit 3']);
    await wait('web', '.status.ephemeralContainerStatuses[0].state.terminated.exitCode', '3');
    expect(await cluster.kubectl('logs web -c look')).toBe('looked around\n');
    expect(await cluster.kubectl('describe pod web')).toMatch(/^Ephemeral Containers:\n {2}look:\n/m);
    expect(await cluster.kubectl('get pod web --no-headers')).toMatch(/^web +1\/1 +Running +0 /);

    const again = await cluster.kubectlEnded([
      'patch',
      'pod',
      'web',
      '--subresource=ephemeralcontainers',
      '-p',
      '{"spec":{"ephemeralContainers":null}}',
    ]);
    expect(again.stderr).toContain('existing ephemeral containers "look" may not be removed');

    await cluster.kubectl([
      'debug',
      'pod/web',
      '--copy-to=copy',
      '--profile=general',
      '--image=busybox',
      '-c',
      'beside',
      '--',
      'sleep',
      '1d',
    ]);
    await cluster.kubectl('wait --for=condition=Ready pod/copy --timeout=180s');
    expect(await cluster.kubectl('get pod copy --no-headers')).toMatch(/^copy +2\/2 +Running +0 /);
  });

  test('an image that is missing is asked for again; another one in its place starts', async () => {
    await apply('lost', { containers: [{ name: 'main', image: 'shop/lost' }] }, { 'kubernats.dev/missing-images': 'shop/*' });
    await wait('lost', '.status.containerStatuses[0].state.waiting.reason', 'ImagePullBackOff');
    expect(await cluster.kubectl('get pod lost --no-headers')).toMatch(/^lost +0\/1 +ImagePullBackOff +0 /);
    await cluster.kubectl('set image pod/lost main=nginxinc/nginx-unprivileged');
    await cluster.kubectl('wait --for=condition=Ready pod/lost --timeout=180s');
    const reasons = await cluster.kubectl(
      'get events --field-selector=involvedObject.name=lost --sort-by=.metadata.creationTimestamp -o jsonpath={.items[*].reason}',
    );
    expect(new Set(reasons.split(' '))).toEqual(new Set(['Scheduled', 'Pulling', 'Failed', 'BackOff', 'Pulled', 'Created', 'Started']));
  });

  test('the last word of a container stands in describe', async () => {
    await apply('last', { restartPolicy: 'Never', containers: [sh('echo no way to the database > /dev/termination-log; exit 4')] });
    await wait('last', '.status.phase', 'Failed');
    expect(await cluster.kubectl('describe pod last')).toMatch(/ Reason: +Error\n +Message: +no way to the database\n\n +Exit Code: +4\n/);
  });

  test('V1, P8: a kubelet that is killed starts its Pods again, with their volumes, and ends what was on its way out', async () => {
    const mount = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
    await apply('kept', {
      volumes: [{ name: 'data', emptyDir: {} }],
      containers: [sh('echo run >> /data/runs; cat /data/runs; sleep 1d', mount)],
    });
    await apply('leaving', { containers: [sh("trap '' TERM; sleep 1d")] });
    await cluster.kubectl('wait --for=condition=Ready pod/kept pod/leaving --timeout=180s');
    await cluster.kubectl('delete pod leaving --wait=false');
    const supervised: unknown = JSON.parse(readFileSync(join(cluster.home, cluster.name, 'run/supervisor.json'), 'utf8'));
    process.kill(
      (supervised as { children: Record<string, { process: { pid: number } }> }).children['kubelet-sim']?.process.pid ?? 0,
      'SIGKILL',
    );
    await wait('kept', '.status.containerStatuses[0].restartCount', '1');
    await cluster.kubectl('wait --for=delete pod/leaving --timeout=180s');
    expect(await cluster.value('pod kept', '.status.containerStatuses[0].lastState.terminated.reason')).toBe('Unknown');
    await cluster.kubectl('wait --for=condition=Ready pod/kept --timeout=180s');
    await until(async () => (await cluster.kubectl('logs kept')) === 'run\nrun\n');
  });

  test('deletion by force leaves no folder on the node', async () => {
    await cluster.kubectl('delete pods --all --force --grace-period=0');
    expect(await cluster.kubectl('get pods')).toBe('');
    await until(() => folders('var/lib/kubelet/pods').length + folders('var/log/pods').length === 0);
  });
});
