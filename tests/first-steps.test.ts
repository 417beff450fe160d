import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RealCluster, ROOT, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curl } from './support/http.ts';

const HELLO = join(ROOT, 'examples/hello.yaml');

describe('R1, P4, S2: the first steps of the README', () => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster();
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  test('three nodes are Ready', async () => {
    const rows = (await cluster.kubectl('get nodes --no-headers')).trim().split('\n');
    expect(rows.map((row) => row.split(/\s+/).slice(0, 2))).toEqual(['node1', 'node2', 'node3'].map((name) => [name, 'Ready']));
  });

  test('a Pod and its Service answer over TCP, its log is read, and they go', async () => {
    expect(await cluster.kubectl(['apply', '-f', HELLO])).toBe('pod/hello created\nservice/hello created\n');
    await cluster.kubectl('wait --for=condition=Ready pod/hello --timeout=180s');
    const [podIp, clusterIp] = [await cluster.value('pod hello', '.status.podIP'), await cluster.value('service hello', '.spec.clusterIP')];
    expect(await curl(`http://${podIp}:8000`)).toContain('hello');
    expect(await curl(`http://${clusterIp}:9000`)).toContain('hello');
    expect(await cluster.kubectl('logs hello -c web')).not.toBe('');
    // Newer ones say the namespace as well.
    const deleted = (await cluster.kubectl(['delete', '-f', HELLO])).replaceAll(' from default namespace', '');
    expect(deleted).toBe('pod "hello" deleted\nservice "hello" deleted\n');
    await expect(curl(`http://${podIp}:8000`)).rejects.toThrow();
  });

  test('every example is taken as it is', async () => {
    for (const name of ['hello', 'rollout', 'claim']) {
      const file = join(ROOT, `examples/${name}.yaml`);
      expect(readFileSync(file, 'utf8')).toContain('apiVersion');
      const { stdout, stderr } = await cluster.kubectlEnded(['apply', '--dry-run=server', '-f', file]);
      expect(stderr).toBe('');
      expect(stdout).toContain('created (server dry run)');
    }
  });
});
