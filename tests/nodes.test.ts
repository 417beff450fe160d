import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RealCluster, ROOT, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { curl } from './support/http.ts';

const example = (name: string): string => join(ROOT, 'examples/nodes', name);

describe('nodes of many shapes', () => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster({ flags: ['--node-config', example('zones.yaml'), '--stages', example('stages.yaml')] });
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  test('kubectl sees them', async () => {
    const names = await cluster.kubectl('get nodes -o name');
    expect(names.trim().split('\n')).toHaveLength(55);
    const described = await cluster.kubectl('describe node node1');
    expect(described).toMatch(/^Capacity:\n {2}cpu: +4\n {2}ephemeral-storage: +100Gi\n {2}memory: +8Gi\n {2}pods: +110$/m);
    expect(described).toMatch(/^Allocatable:\n {2}cpu: +3500m\n {2}ephemeral-storage: +100Gi\n {2}memory: +7Gi\n {2}pods: +110$/m);
    expect(described).toContain('topology.kubernetes.io/zone=kr-a');
    const gpu = await cluster.kubectl('describe node gpu');
    expect(gpu).toMatch(/^Taints: +nvidia.com\/gpu=present:NoSchedule$/m);
    expect(gpu).toMatch(/^ {2}nvidia.com\/gpu: +2$/m);
    expect(await cluster.kubectl('get nodes -l topology.kubernetes.io/zone=kr-b -o name')).toBe('node/b-1\nnode/b-2\nnode/gpu\n');
  });

  test('describe counts what Pods ask for', async () => {
    const pod = (name: string, spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
    const container = (resources: object) => [{ name: 'app', image: 'nginx', resources }];
    const ask = { requests: { cpu: '350m', memory: '700Mi' }, limits: { cpu: '700m', memory: '1Gi' } };
    const gpu = pod('gpu', {
      containers: container({ limits: { 'nvidia.com/gpu': 2 } }),
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }],
    });
    const items = [pod('asks', { nodeName: 'node1', containers: container(ask) }), gpu];
    await cluster.kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
    await cluster.kubectl('wait --for=condition=Ready pod/asks pod/gpu --timeout=180s');
    const described = await cluster.kubectl('describe node node1');
    expect(described).toMatch(/^Non-terminated Pods: +\(1 in total\)$/m);
    expect(described).toMatch(/^ {2}default +asks +350m \(10%\) +700m \(20%\) +700Mi \(9%\) +1Gi \(14%\)/m);
    expect(described).toMatch(/^ {2}cpu +350m \(10%\) +700m \(20%\)$/m);
    expect(await cluster.value('pod gpu', '.spec.nodeName')).toBe('gpu');
    await cluster.kubectl('delete pod asks gpu --wait');
  });

  test('cordon and drain move Pods away, and uncordon lets them come again', async () => {
    await cluster.kubectl('create deployment web --image=nginx --replicas=4');
    await cluster.kubectl('run bare --image=nginx --overrides={"spec":{"nodeName":"node1"}}');
    await cluster.kubectl('rollout status deployment/web --timeout=180s');
    await cluster.kubectl('wait --for=condition=Ready pod/bare --timeout=180s');
    const refused = await cluster.kubectlEnded('drain node1');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('cannot delete Pods that declare no controller (use --force to override): default/bare');
    const drained = await cluster.kubectl('drain node1 --ignore-daemonsets --delete-emptydir-data --force --timeout=180s');
    expect(drained).toContain('pod/bare evicted\n');
    expect(drained).toMatch(/node\/node1 drained\n$/);
    expect(await cluster.kubectl('get pods --field-selector spec.nodeName=node1 -o name')).toBe('');
    await cluster.kubectl('rollout status deployment/web --timeout=180s');
    expect(await cluster.kubectl('get node node1')).toMatch(/Ready,SchedulingDisabled/);
    await cluster.kubectl('uncordon node1');
    await cluster.kubectl('scale deployment web --replicas=8');
    await cluster.kubectl('rollout status deployment/web --timeout=180s');
    expect(await cluster.kubectl('get pods --field-selector spec.nodeName=node1 -o name')).not.toBe('');
    await cluster.kubectl('delete deployment web');
  });

  test('a Pod asks for another fidelity than its node has, and a table says how told ones live', async () => {
    const on = (name: string, nodeName: string, part: { labels?: object; fidelity?: string }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: part.labels, ...(part.fidelity ? { annotations: { 'kubernats.dev/fidelity': part.fidelity } } : {}) },
      spec: { nodeName, restartPolicy: 'Never', containers: [{ name: 'app', image: 'kubernats/echo' }] },
    });
    const items = [
      on('told', 'node1', { fidelity: 'status' }),
      on('real', 'far-1', { fidelity: 'live' }),
      on('fragile', 'far-2', { labels: { app: 'fragile' } }),
    ];
    await cluster.kubectl('apply -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
    await cluster.kubectl('wait --for=condition=Ready pod/told pod/real --timeout=180s');
    expect(await cluster.kubectl('logs told')).toBe('app of told: simulated by its status only\n');
    expect(await curl(`http://${await cluster.value('pod real', '.status.podIP')}:8080/`)).toContain('node: far-1');
    await cluster.kubectl('wait --for=jsonpath={.status.phase}=Failed pod/fragile --timeout=180s');
    expect(await cluster.value('pod fragile', '.status.containerStatuses[0].state.terminated.exitCode')).toBe('3');
    expect(await cluster.value('pod fragile', '.status.containerStatuses[0].state.terminated.message')).toBe('gave up');
    await cluster.kubectl('delete pod told real fragile');
  });

  test('the next up remembers the nodes, and applies what is new: a node goes, others change', async () => {
    await cluster.down();
    const again = await cluster.kubernats('up', '--detach');
    expect(again.stdout).toContain('is up: 55 nodes');
    const machine = () => cluster.value('node node1', '.status.nodeInfo.machineID');
    const before = await machine();
    await cluster.down();
    const file = join(cluster.home, 'fewer.yaml');
    const text = readFileSync(example('zones.yaml'), 'utf8');
    writeFileSync(file, text.replace('count: 50', 'count: 1').replace('cpu: 4', 'cpu: 6').replace('zone: kr-a', 'zone: kr-z'));
    expect(await cluster.kubernats('up', '--detach', '--node-config', file)).toMatchObject({ code: 0 });
    await cluster.kubectl('wait --for=delete node/far-50 --timeout=180s');
    await cluster.kubectl('wait --for=jsonpath={.status.capacity.cpu}=6 node/node1 --timeout=180s');
    expect(await cluster.kubectl('get nodes -l topology.kubernetes.io/zone=kr-z -o name')).toBe('node/node1\nnode/node2\n');
    expect(await machine()).toBe(before);
  });

  test('a file that is wrong is refused before anything is started, by file and field', async () => {
    await cluster.down();
    const file = join(cluster.home, 'wrong.yaml');
    writeFileSync(file, 'nodes:\n- cpu: plenty\n');
    expect(await cluster.kubernats('up', '--detach', '--node-config', file)).toMatchObject({
      code: 2,
      stderr: `kubernats: ${file}: nodes[0].cpu: must be a quantity such as 4 or 16Gi\n`,
    });
    writeFileSync(file, 'pods:\n- exit: { after: soon }\n');
    expect(await cluster.kubernats('up', '--detach', '--stages', file)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${file}: pods[0].exit.after: must be a time`) as string,
    });
    expect(await cluster.kubernats('up', '--detach', '--nodes', '1', '--node-config', file)).toMatchObject({ code: 2 });
  });
});
