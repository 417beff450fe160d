// P5 on a node alone: limits kill and throttle, use follows annotations, and a node that runs out of memory evicts.
import type { Node, Pod, PodSpec } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeletSimConfig } from '../src/index.ts';
import { KubeletFixture } from './kubelet.fixture.ts';

let fixture: KubeletFixture;
let clock: SteppedClock;
beforeEach(() => {
  clock = new SteppedClock();
  fixture = new KubeletFixture({ clock });
});
afterEach(() => fixture.stop());

type Amounts = Record<string, string>;
const container = (requests: Amounts = {}, limits: Amounts = {}) => ({
  name: 'main',
  image: 'nginx',
  resources: { requests: { ...limits, ...requests }, limits },
});
const use = (memory: string, more: Amounts = {}) => ({ annotations: { 'kubernats.dev/memory': memory, ...more } });
const limited = (limit: string): Partial<PodSpec> => ({ containers: [container({}, { memory: limit })] });

async function start(config: Partial<KubeletSimConfig> = {}): Promise<void> {
  await fixture.start({ fidelity: 'status', ...config });
}

const statusOf = (pod: Pod, list: 'containerStatuses' | 'initContainerStatuses' = 'containerStatuses') => pod.status?.[list]?.[0];
const annotate = (name: string, annotations: Amounts): void => {
  const pod = fixture.pod(name);
  fixture.api.put('pods', { ...pod, metadata: { ...pod?.metadata, annotations } } as Pod);
};
const condition = (): string => {
  const found = fixture.api.get<Node>('nodes', 'node1')?.status?.conditions?.find(({ type }) => type === 'MemoryPressure');
  return `${found?.status} ${found?.reason}`;
};
const told = (start: string, of: 'Pod' | 'Node' = 'Pod'): string[] => fixture.events(of).filter((event) => event.startsWith(start));
const stats = (name: string) => fixture.kubelet.node('node1')?.worker('default', name)?.running.get('main')?.stats();

describe.each(['live', 'status'] as const)('P5: memory, %s', (fidelity) => {
  it('P5: memory over its limit is OOMKilled, 137, and restarted with back-off', async () => {
    await start({ fidelity });
    fixture.bind('web', limited('64Mi'), use('32Mi, 128Mi after 5s'));
    await fixture.runs('web');
    await clock.advance(4900);
    expect(statusOf(await fixture.runs('web'))?.restartCount).toBe(0);
    await clock.advance(200);
    const first = await fixture.podThat('web', (pod) => statusOf(pod)?.restartCount === 1 && statusOf(pod)?.state?.running !== undefined);
    expect(statusOf(first)?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    // The course begins anew with each run.
    await clock.advance(5000);
    const again = await fixture.podThat('web', (pod) => statusOf(pod)?.state?.waiting?.reason === 'CrashLoopBackOff');
    expect(statusOf(again)?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    await fixture.until(() => told('BackOff: Back-off restarting failed container main').length > 0);
  });

  it('init containers too, and a Pod that is not restarted has failed', async () => {
    await start({ fidelity });
    const init = { ...container({}, { memory: '64Mi' }), name: 'setup' };
    fixture.bind('web', { restartPolicy: 'Never', initContainers: [init] }, { annotations: { 'kubernats.dev/memory.setup': '65Mi' } });
    const pod = await fixture.ends('web');
    expect(pod.status?.phase).toBe('Failed');
    expect(statusOf(pod, 'initContainerStatuses')?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  it('use follows annotations that change, and those that cannot be read are told of', async () => {
    await start({ fidelity });
    fixture.bind('web', limited('1Gi'), use('64Mi', { 'kubernats.dev/cpu': '250m' }));
    await fixture.runs('web');
    expect(stats('web')).toMatchObject({ memoryBytes: 64 * 2 ** 20, cpuMillicores: 250 });
    annotate('web', { 'kubernats.dev/memory.main': '100Mi, 200Mi over 10s', 'kubernats.dev/cpu': 'much' });
    await fixture.until(() => told('InvalidUsage: annotation kubernats.dev/cpu: "much": quantities must match').length > 0);
    await clock.advance(5000);
    expect(stats('web')).toMatchObject({ memoryBytes: 150 * 2 ** 20, cpuMillicores: 0 });
    annotate('web', {});
    await fixture.until(() => (stats('web')?.memoryBytes ?? Infinity) < 64 * 2 ** 20);
  });
});

it('P5: CPU over its limit is throttled, never killed', async () => {
  await start({ cpu: '1' });
  const cpu = (amount: string) => ({ annotations: { 'kubernats.dev/cpu': amount } });
  fixture.bind('greedy', { containers: [container({ cpu: '100m' }, { cpu: '500m' })] }, cpu('4'));
  fixture.bind('calm', { containers: [container({ cpu: '600m' })] }, cpu('200m'));
  await fixture.runs('greedy');
  await fixture.runs('calm');
  await clock.advance(60_000);
  expect([stats('greedy')?.cpuNanoCores, stats('calm')?.cpuNanoCores]).toEqual([500_000_000, 200_000_000]);
  // The node's CPU runs out: shares by request.
  annotate('calm', { 'kubernats.dev/cpu': '4' });
  await fixture.until(() => Math.abs((stats('calm')?.cpuMillicores ?? 0) - 857) < 1);
  expect(stats('greedy')?.cpuMillicores).toBeCloseTo(143, 0);
  expect(statusOf(await fixture.runs('greedy'))?.restartCount).toBe(0);
});

it('P5: with cpuThrottle: request it is brought down to its request', async () => {
  await start({ cpuThrottle: 'request' });
  fixture.bind('greedy', { containers: [container({ cpu: '100m' }, { cpu: '500m' })] }, { annotations: { 'kubernats.dev/cpu': '1' } });
  await fixture.runs('greedy');
  await clock.advance(30_000);
  expect(stats('greedy')).toMatchObject({ cpuNanoCores: 100_000_000, cpuMillicores: 100 });
});

it("counts by the node's own shape; memory that it keeps for itself is not for Pods", async () => {
  const shape = { cpuThrottle: 'request', memory: '2Gi', reserved: { memory: '1Gi' } } as const;
  await start({ nodes: [{ name: 'node1', ip: '172.30.0.1', shape }] });
  fixture.bind('greedy', { containers: [container({ cpu: '100m' }, { cpu: '500m' })] }, { annotations: { 'kubernats.dev/cpu': '1' } });
  await fixture.runs('greedy');
  await clock.advance(30_000);
  expect(stats('greedy')?.cpuMillicores).toBe(100);
  fixture.bind('huge', {}, use('1000Mi'));
  expect((await fixture.ends('huge')).status?.message).toContain('Threshold quantity: 100Mi, available: 24Mi.');
});

describe('what a Pod keeps on the disk', () => {
  async function holds(path: string, bytes: number): Promise<void> {
    while ((await fixture.disk('node1').usage(path)) < bytes) await new Promise((resolve) => setImmediate(resolve));
  }
  // Process 1 of a container ends at SIGTERM only if it says so.
  const sh = (script: string, part: object = {}) => [
    { name: 'main', image: 'busybox', command: ['sh', '-c', `trap exit TERM; ${script}; sleep 1d & wait`], ...part },
  ];

  it('more than the limit of an emptyDir, and it is evicted', async () => {
    await start({ fidelity: 'live' });
    fixture.bind('writer', {
      volumes: [{ name: 'cache', emptyDir: { sizeLimit: '1Ki' } }],
      containers: sh('seq 1000 > /cache/numbers', { volumeMounts: [{ name: 'cache', mountPath: '/cache' }] }),
    });
    await fixture.runs('writer');
    const folder = `/var/lib/kubelet/pods/${fixture.pod('writer')?.metadata?.uid}/volumes`;
    await holds(folder, 3000);
    await clock.advance(10_000);
    const pod = await fixture.ends('writer');
    expect(pod.status).toMatchObject({ reason: 'Evicted', message: 'Usage of EmptyDir volume "cache" exceeds the limit "1Ki". ' });
    expect(pod.status?.conditions?.map(({ type }) => type)).not.toContain('DisruptionTarget');
    await clock.advance(10_000);
    await fixture.until(() => fixture.pod('writer')?.status?.containerStatuses?.[0]?.state?.terminated !== undefined);
  });

  it('a container that logs more than its limit is evicted', async () => {
    await start({ fidelity: 'live' });
    fixture.bind('talker', { containers: sh('seq 1000', { resources: { limits: { 'ephemeral-storage': '1Ki' } } }) });
    await fixture.runs('talker');
    await holds('/var/log/pods', 3000);
    await clock.advance(10_000);
    expect((await fixture.ends('talker')).status?.message).toBe(
      'Pod ephemeral local storage usage exceeds the total limit of containers 1Ki. ',
    );
  });
});

describe('P5: node memory pressure', () => {
  const GI = { memory: '1Gi' };

  it('evicts in the order of Kubernetes, one at a time, says why to the letter, and goes back after five minutes', async () => {
    await start(GI);
    fixture.bind('modest', { containers: [container({ memory: '400Mi' })] }, use('300Mi'));
    fixture.bind('important', { priority: 1000 }, use('250Mi'));
    fixture.bind('over', { containers: [container({ memory: '100Mi' })] }, use('150Mi'));
    fixture.bind('most', {}, use('200Mi, 300Mi after 10s'));
    fixture.bind('critical', { priority: 2_000_001_000 }, use('10Mi'));
    for (const name of ['modest', 'important', 'over', 'most', 'critical']) await fixture.runs(name);
    expect(condition()).toBe('False KubeletHasSufficientMemory');
    await clock.advance(10_000);
    const evicted = await fixture.ends('most');
    const message =
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 14Mi. Container main was using 300Mi, request is 0, has larger consumption of memory. ';
    expect(evicted.status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message });
    expect(evicted.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message }),
    );
    await fixture.until(() => condition() === 'True KubeletHasInsufficientMemory');
    await fixture.until(() => told('Evicted').length > 0 && told('EvictionThresholdMet', 'Node').length > 0);
    expect(told('Evicted')).toEqual([`Evicted: ${message}`]);
    expect(told('EvictionThresholdMet', 'Node')).toEqual(['EvictionThresholdMet: Attempting to reclaim memory']);
    await fixture.until(() => told('NodeHasInsufficientMemory', 'Node').length > 0);
    expect(told('NodeHasInsufficientMemory', 'Node')).toEqual([
      'NodeHasInsufficientMemory: Node node1 status is now: NodeHasInsufficientMemory',
    ]);

    // Among those that are over their request priority counts, then how far they are over it.
    await clock.advance(10_000);
    annotate('modest', { 'kubernats.dev/memory': '380Mi, 590Mi after 1s' });
    await clock.advance(1000);
    expect((await fixture.ends('modest')).status?.reason).toBe('Evicted');
    annotate('important', { 'kubernats.dev/memory': '830Mi' });
    expect((await fixture.ends('over')).status?.reason).toBe('Evicted');
    for (const name of ['important', 'critical']) expect((await fixture.runs(name)).status?.phase).toBe('Running');

    // It has enough again: it says so after the transition.
    await clock.advance(290_000);
    expect(condition()).toBe('True KubeletHasInsufficientMemory');
    await clock.advance(11_000);
    await fixture.until(() => condition() === 'False KubeletHasSufficientMemory');
  });

  it('counts what a container holds from its first moment, before it is known to run', async () => {
    await start({ ...GI, fidelity: 'live' });
    fixture.bind('huge', {}, use('1000Mi'));
    expect((await fixture.ends('huge')).status?.message).toBe(
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 24Mi. Container main was using 1000Mi, request is 0, has larger consumption of memory. ',
    );
    await fixture.podThat('huge', (pod) => statusOf(pod)?.state?.terminated !== undefined);
  });

  it('takes no Pod that asked for nothing, but for critical ones and those that tolerate it', async () => {
    await start(GI);
    fixture.bind('most', {}, use('960Mi'));
    await fixture.ends('most');
    fixture.bind('none');
    fixture.bind('asks', { containers: [container({ memory: '1Mi' })] });
    fixture.bind('critical', { priority: 2_000_000_000 });
    fixture.bind('tolerant', { tolerations: [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists' }] });
    for (const name of ['asks', 'critical', 'tolerant']) await fixture.runs(name);
    expect((await fixture.ends('none')).status).toMatchObject({
      reason: 'Evicted',
      message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
    });
    await fixture.until(() => told('Evicted: The node had condition: [MemoryPressure]. ').length === 1);
  });

  it('a Pod that heeds no SIGTERM has two seconds, the least that a kubelet gives', async () => {
    await start({ ...GI, stages: { pods: [{ match: {}, stop: 'never' }], nodes: [] } });
    fixture.bind('most', { terminationGracePeriodSeconds: 600 }, use('960Mi'));
    await fixture.until(() => fixture.pod('most')?.status?.phase === 'Failed' || told('Evicted').length > 0);
    await clock.advance(2000);
    const pod = await fixture.podThat('most', (each) => statusOf(each)?.state?.terminated !== undefined);
    expect(statusOf(pod)?.state?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
  });

  it('who jumps over everything there is meets the kernel first', async () => {
    await start(GI);
    fixture.bind('guaranteed', { containers: [container({ cpu: '1', memory: '500Mi' }, { cpu: '1', memory: '500Mi' })] }, use('400Mi'));
    fixture.bind('wild', {}, use('1Mi, 2Gi after 5s'));
    for (const name of ['guaranteed', 'wild']) await fixture.runs(name);
    await clock.advance(5000);
    const pod = await fixture.podThat('wild', (each) => statusOf(each)?.restartCount === 1);
    expect(statusOf(pod)?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    await fixture.until(() => told('SystemOOM', 'Node').length > 0);
    expect(told('SystemOOM', 'Node')).toEqual(['SystemOOM: System OOM encountered, victim process: main, pid: 1']);
    expect(condition()).toBe('False KubeletHasSufficientMemory');
    expect((await fixture.runs('guaranteed')).status?.phase).toBe('Running');
  });
});
