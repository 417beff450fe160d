import { join } from 'node:path';
import { type RealCluster, ROOT, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/until.ts';

const EXAMPLE = join(ROOT, 'examples/pods/p5-resources/pods.yaml');

const POD = (name: string, annotations: Record<string, string>, spec: object = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, annotations },
    spec: { containers: [{ name: 'web', image: 'nginx' }], ...spec },
  });

describe('P5: requests and limits, seen with kubectl', () => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster({ nodes: 2 });
    await cluster.kubectl(['apply', '-f', EXAMPLE]);
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  const cells = (line: string | undefined): string[] => (line ?? '').trim().split(/\s{2,}/);
  const top = async (args: string): Promise<string[][]> => (await cluster.kubectl(`top ${args}`)).trim().split('\n').map(cells);
  const state = (pod: string, path: string): Promise<string> => cluster.value(`pod ${pod}`, `.status.containerStatuses[0]${path}`);

  const killed = (pod: string): Promise<string> =>
    cluster.kubectl(`wait --for=jsonpath={.status.containerStatuses[0].lastState.terminated.reason}=OOMKilled pod/${pod} --timeout=180s`);

  test('P5: CPU over its limit is throttled, never killed', async () => {
    await cluster.kubectl('wait --for=condition=Ready pod/greedy --timeout=180s');
    const isThrottled = ([, cpu]: string[]): boolean => Math.abs(Number.parseInt(cpu ?? '', 10) - 500) <= 25;
    await until(async () => cells(await cluster.kubectl('top pod greedy --no-headers')), isThrottled);
    expect(await state('greedy', '.restartCount')).toBe('0');
    const node = await cluster.value('pod greedy', '.spec.nodeName');
    const page = await cluster.kubectl(`get --raw /api/v1/nodes/${node}/proxy/metrics/cadvisor`);
    expect(page).toMatch(/^container_spec_cpu_quota\{container="web",namespace="default",pod="greedy".*\} 50000$/m);
    expect(page).toMatch(/^container_cpu_cfs_throttled_periods_total\{container="web",namespace="default",pod="greedy".*\} [1-9]/m);
  });

  test('P5: memory over its limit is OOMKilled, 137, and restarted', async () => {
    await killed('hungry');
    expect(await state('hungry', '.lastState.terminated.exitCode')).toBe('137');
    await cluster.kubectl('wait --for=condition=Ready pod/hungry --timeout=180s');
    // A person pushes a running Pod over its limit.
    await cluster.kubectl('annotate pod greedy kubernats.dev/memory=1Gi');
    await killed('greedy');
    await cluster.kubectl('annotate pod greedy kubernats.dev/memory=8Mi --overwrite');
  });

  test('kubectl top, in all its forms', async () => {
    expect((await top('nodes'))[0]).toEqual(['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)']);
    expect((await top('nodes --no-headers')).map(([name]) => name)).toEqual(['node1', 'node2']);
    await cluster.kubectl('apply -f -', { input: POD('other', { 'kubernats.dev/memory': '200Mi' }) });
    await cluster.kubectl('wait --for=condition=Ready pod/other --timeout=180s');
    const sorted = await until(
      () => top('pods --sort-by=memory --no-headers'),
      ([first]) => first?.[0] === 'other',
    );
    expect(sorted[0]).toEqual(['other', '0m', '200Mi']);
    // Both of them may be waiting for their next start.
    const labelled = await until(
      () => cluster.kubectlEnded('top pods -l example=resources --no-headers'),
      ({ code }) => code === 0,
    );
    expect(labelled.stdout).not.toContain('other');
    expect((await top('pods -A'))[0]).toEqual(['NAMESPACE', 'NAME', 'CPU(cores)', 'MEMORY(bytes)']);
    expect((await top('pod other --containers'))[1]).toEqual(['other', 'web', '0m', '200Mi']);
    expect((await cluster.kubectlEnded('top pod nobody')).stderr).toContain('NotFound');
  });

  test('metrics are a resource like others: discovered, listed, and for those who may see them', async () => {
    expect(await cluster.kubectl('api-resources --api-group=metrics.k8s.io --no-headers -o name')).toBe(
      'nodes.metrics.k8s.io\npods.metrics.k8s.io\n',
    );
    expect(cells((await cluster.kubectl('get podmetrics other')).split('\n')[0])).toEqual(['NAME', 'CPU', 'MEMORY', 'WINDOW']);
    expect(await cluster.kubectl('get nodemetrics -o name')).toBe('nodemetrics.metrics.k8s.io/node1\nnodemetrics.metrics.k8s.io/node2\n');
    expect(await cluster.kubectl('get pods.v1. other -o name')).toBe('pod/other\n');
    expect((await cluster.kubectlEnded('delete podmetrics other')).code).toBe(1);
    await cluster.kubectl('create rolebinding viewers --clusterrole=view --user=viewer');
    expect(await cluster.kubectl('auth can-i list pods.metrics.k8s.io --as viewer')).toBe('yes\n');
    expect((await cluster.kubectlEnded('auth can-i list pods.metrics.k8s.io --as nobody')).stdout).toBe('no\n');
    expect(JSON.parse(await cluster.kubectl('get --raw /api/v1/nodes/node1/proxy/stats/summary'))).toMatchObject({
      node: { nodeName: 'node1' },
    });
  });

  test('P5: a node that runs out of memory says so, is tainted, and evicts', async () => {
    const onNode2 = { nodeSelector: { hostname: 'node2' } };
    await cluster.kubectl('apply -f -', { input: POD('huge', { 'kubernats.dev/memory': '16340Mi' }, onNode2) });
    await cluster.kubectl('wait --for=jsonpath={.status.reason}=Evicted pod/huge --timeout=180s');
    expect(await cluster.value('pod huge', '.status.message')).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+Mi\. Container web was using 16340Mi, request is 0, has larger consumption of memory\. $/,
    );
    await cluster.kubectl('wait --for=condition=MemoryPressure node/node2 --timeout=180s');
    await cluster.kubectl('wait --for=jsonpath={.spec.taints[*].key}=node.kubernetes.io/memory-pressure node/node2 --timeout=180s');
    await until(
      () => cluster.kubectl('get events -A -o custom-columns=R:.reason,M:.message --no-headers'),
      (events) => /^EvictionThresholdMet\s+Attempting to reclaim memory$/m.test(events),
    );
    expect(await cluster.value('pod huge', '.status.phase')).toBe('Failed');
  });

  test('a node that is off has no metrics, and keeps nobody waiting', async () => {
    await cluster.kubernats('node', 'stop', 'node2');
    expect((await top('nodes --no-headers')).map(([name, cpu]) => `${name} ${cpu === '<unknown>' ? 'unknown' : 'known'}`)).toEqual([
      'node1 known',
      'node2 unknown',
    ]);
  });
});
