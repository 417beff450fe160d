import type { CoreEvent, Lease, Node } from '@kubernats/api';
import { nodeSubject } from '@kubernats/bus';
import type { LogsHello } from '@kubernats/client';
import { fetchHttp, podNetwork } from '@kubernats/containers';
import { describe, expect, it } from 'vitest';
import { type StageTableInput, stageTable } from '../src/stages/stage-table.ts';
import { PoolFixture } from './pool.fixture.ts';

const table = (input: StageTableInput) => ({ stages: stageTable.parse(input) });

describe('the shape of a node', () => {
  it('is what it was registered with; at the next start the kubelet takes back what it gave, and nothing else', async () => {
    await using fixture = new PoolFixture();
    const taints = [{ key: 'gpu', effect: 'NoSchedule' as const }];
    const first = {
      cpu: '4',
      extendedResources: { 'nvidia.com/gpu': '2' },
      labels: { disk: 'ssd', team: 'x' },
      taints,
      unschedulable: true,
    };
    const { kill } = await fixture.start([{ name: 'a', shape: { ...first, reserved: { cpu: '1' } } }]);
    expect(fixture.node('a')).toMatchObject({
      metadata: { labels: { disk: 'ssd', team: 'x' } },
      spec: { taints, unschedulable: true },
      status: { capacity: { cpu: '4', 'nvidia.com/gpu': '2' }, allocatable: { cpu: '3', 'nvidia.com/gpu': '2' } },
    });
    await kill();
    const known = fixture.node('a');
    fixture.api.put('nodes', { ...known, metadata: { ...known?.metadata, labels: { ...known?.metadata?.labels, mine: 'yes' } } } as Node);
    await fixture.start([{ name: 'a', shape: { cpu: '8', labels: { disk: 'nvme' } } }]);
    const { metadata, spec, status } = fixture.node('a') ?? {};
    expect(metadata?.labels).toMatchObject({ disk: 'nvme', mine: 'yes' });
    expect(metadata?.labels).not.toHaveProperty('team');
    // As with a real kubelet: taints and cordons are people's once the Node is there.
    expect(spec).toMatchObject({ taints, unschedulable: true });
    expect(status?.capacity).toEqual({ cpu: '8', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi' });
  });

  it('leaves what others advertise on the Node, and lets it be allocated', async () => {
    await using fixture = new PoolFixture();
    await fixture.start([{ name: 'a' }]);
    const node = fixture.node('a');
    const capacity = { ...node?.status?.capacity, 'example.com/dongle': '4' };
    fixture.api.put('nodes', { ...node, status: { ...node?.status, capacity } } as Node);
    await fixture.until(() => fixture.node('a')?.status?.allocatable?.['example.com/dongle'] === '4');
  });

  it('nodes that the pool no longer has go, where it is told so; those of others stay', async () => {
    await using fixture = new PoolFixture();
    fixture.api.put('nodes', { metadata: { name: 'foreign', labels: { 'kubernats.dev/kubelet': 'other' } } } as Node);
    const { kill } = await fixture.start([{ name: 'a' }, { name: 'b' }]);
    await kill();
    const again = await fixture.start([{ name: 'a' }], { pruneNodes: true });
    await fixture.until(() => fixture.node('b') === undefined);
    expect(fixture.node('a')).toBeDefined();
    await again.kill();
    await fixture.start([], { pruneNodes: true });
    await fixture.until(() => fixture.node('a') === undefined);
    expect(fixture.node('foreign')).toBeDefined();
  });
});

describe('a kubelet that is started again', () => {
  it('is the same machine after another boot, and says that it was rebooted', async () => {
    await using fixture = new PoolFixture();
    const { kill } = await fixture.start([{ name: 'a' }]);
    const before = fixture.node('a')?.status?.nodeInfo;
    await kill();
    // A Node that was deleted in between takes nothing of the machine away.
    const file = new TextDecoder().decode(await fixture.disk('a').read('/etc/machine-id'));
    expect(file).toBe(`${before?.machineID}\n`);
    await fixture.start([{ name: 'a' }]);
    const after = await fixture.until(() => {
      const info = fixture.node('a')?.status?.nodeInfo;
      return info?.bootID !== before?.bootID && info;
    });
    expect(after).toMatchObject({ machineID: before?.machineID, systemUUID: before?.systemUUID });
    await fixture.until(() => fixture.api.list<CoreEvent>('events').some(({ reason }) => reason === 'Rebooted'));
    expect(fixture.api.list<CoreEvent>('events').find(({ reason }) => reason === 'Rebooted')?.message).toBe(
      `Node a has been rebooted, boot id: ${after.bootID}`,
    );
  });

  it('gives no address twice', async () => {
    await using fixture = new PoolFixture();
    const { kill } = await fixture.start([{ name: 'a' }]);
    for (const name of ['one', 'two', 'three']) fixture.bind(name, 'a');
    await fixture.until(() => ['one', 'two', 'three'].every((name) => fixture.isReady(name)));
    await kill();
    await fixture.start([{ name: 'a' }]);
    fixture.bind('four', 'a');
    const names = ['one', 'two', 'three', 'four'];
    await fixture.until(() => names.every((name) => fixture.isReady(name)));
    await fixture.until(() => new Set(names.map((name) => fixture.pod(name)?.status?.podIP)).size === 4);
    expect(fixture.network.listening).toHaveLength(4);
  });

  it('while another one runs takes its nodes over: the older one falls silent, says so, and closes its sockets', async () => {
    await using fixture = new PoolFixture();
    const errors: string[] = [];
    const log = { trace() {}, debug() {}, info() {}, warn() {}, error: (_fields: object, message: string) => void errors.push(message) };
    const old = await fixture.start([{ name: 'a' }, { name: 'b' }], {}, log);
    fixture.bind('web', 'a');
    await fixture.until(() => fixture.isReady('web'));
    const recent = await fixture.start([{ name: 'a' }]);
    await fixture.until(() => old.kubelet.node('a')?.isOn === false);
    expect(errors).toEqual(['another kubelet has taken this node over: it is switched off here']);
    expect(old.kubelet.node('b')?.isOn).toBe(true);
    expect(recent.kubelet.node('a')?.isOn).toBe(true);
    const bootId = fixture.node('a')?.status?.nodeInfo?.bootID;
    expect(fixture.api.get<Lease>('leases', 'a', 'kube-node-lease')?.metadata?.annotations).toEqual({ 'kubernats.dev/boot-id': bootId });
    await fixture.clock.advance(60_000);
    expect(recent.kubelet.node('a')?.isOn).toBe(true);
    expect(fixture.node('a')?.status?.nodeInfo?.bootID).toBe(bootId);
    expect(fixture.network.listening).toHaveLength(1);
  });
});

describe('fidelity', () => {
  it('is by node, and a Pod may ask for the other: live on a node that only tells, told on a live one', async () => {
    await using fixture = new PoolFixture();
    await fixture.start([{ name: 'live' }, { name: 'told', shape: { fidelity: 'status' } }]);
    expect([...fixture.disks.keys()]).toEqual(['live']);
    fixture.bind('a', 'live');
    fixture.bind('b', 'live', { metadata: { annotations: { 'kubernats.dev/fidelity': 'status' } } });
    fixture.bind('c', 'told');
    fixture.bind('d', 'told', { metadata: { annotations: { 'kubernats.dev/fidelity': 'live' } } });
    fixture.bind('e', 'told', { metadata: { annotations: { 'kubernats.dev/fidelity': 'dead' } } });
    await fixture.until(() => ['a', 'b', 'c', 'd', 'e'].every((name) => fixture.isReady(name)));
    const ipOf = (name: string) => fixture.pod(name)?.status?.podIP;
    expect([...fixture.network.listening].sort()).toEqual([`${ipOf('a')}:8000`, `${ipOf('d')}:8000`].sort());
    const client = podNetwork(fixture.network, '10.244.9.9', { hostname: 'client' });
    const { body } = await fetchHttp(client, { url: `http://${ipOf('d')}:8000/` });
    expect(new TextDecoder().decode(body)).toContain('node: told');
    // Of what is only told, the trouble alone becomes an event.
    await fixture.until(() => fixture.api.list<CoreEvent>('events').some(({ reason }) => reason === 'InvalidFidelity'));
    const events = fixture.api.list<CoreEvent>('events').filter(({ involvedObject }) => involvedObject.name === 'e');
    expect(events.map(({ type, message }) => [type, message])).toEqual([
      ['Warning', 'annotation kubernats.dev/fidelity: "dead" must be live or status; the Pod runs as its node does: status'],
    ]);
  });

  it('status: the log says that nothing runs', async () => {
    await using fixture = new PoolFixture();
    await fixture.start([{ name: 'a', shape: { fidelity: 'status' } }]);
    fixture.bind('web', 'a');
    await fixture.until(() => fixture.isReady('web'));
    const hello: LogsHello = { namespace: 'default', pod: 'web', container: 'main', follow: false, previous: false, timestamps: false };
    const stream = await fixture.otherBus.openStream(nodeSubject('default', 'a', 'logs'), new TextEncoder().encode(JSON.stringify(hello)));
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream.incoming) chunks.push(chunk);
    await stream.end();
    expect(Buffer.concat(chunks).toString()).toBe('main of web: simulated by its status only\n');
  });
});

describe('life cycles by a table', () => {
  const status = { fidelity: 'status' as const };

  it('a slow start, readiness later, and flaps', async () => {
    await using fixture = new PoolFixture();
    const pods = [{ start: { after: '5s' }, ready: { after: '3s', flaps: { every: '10s', for: '2s' } } }];
    await fixture.start([{ name: 'a', shape: status }], table({ pods }));
    fixture.bind('web', 'a');
    const state = () => fixture.pod('web')?.status?.containerStatuses?.[0];
    await fixture.until(() => state()?.state?.waiting?.reason === 'ContainerCreating');
    await fixture.clock.advance(5000);
    await fixture.until(() => state()?.state?.running !== undefined);
    expect(fixture.isReady('web')).toBe(false);
    await fixture.clock.advance(3000);
    await fixture.until(() => fixture.isReady('web'));
    await fixture.clock.advance(10_000);
    await fixture.until(() => !fixture.isReady('web'));
    await fixture.clock.advance(2000);
    await fixture.until(() => fixture.isReady('web'));
    expect(state()?.restartCount).toBe(0);
  });

  it('a Pod that is deleted while it starts goes at once', async () => {
    await using fixture = new PoolFixture();
    const { kubelet } = await fixture.start([{ name: 'a', shape: status }], table({ pods: [{ start: { after: '1h' } }] }));
    fixture.bind('web', 'a');
    await fixture.until(() => fixture.pod('web')?.status?.containerStatuses?.[0]?.state?.waiting);
    fixture.api.deletePod('web');
    await fixture.until(() => fixture.pod('web') === undefined && kubelet.node('a')?.size === 0);
  });

  it('OOMKilled three times, then well: a crash loop that ends', async () => {
    await using fixture = new PoolFixture();
    const pods = [{ exit: { after: '1s', reason: 'OOMKilled' as const, times: 3 } }];
    await fixture.start([{ name: 'a', shape: status }], table({ pods }));
    fixture.bind('web', 'a', { spec: { restartPolicy: 'Always' } });
    const state = () => fixture.pod('web')?.status?.containerStatuses?.[0];
    await fixture.until(() => fixture.isReady('web'));
    await fixture.clock.advance(2000);
    await fixture.until(() => state()?.restartCount === 1 && state()?.state?.waiting?.reason === 'CrashLoopBackOff');
    expect(state()?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    await fixture.clock.advance(60_000);
    await fixture.until(() => state()?.restartCount === 3 && fixture.isReady('web'));
    await fixture.clock.advance(3_600_000);
    expect(state()?.restartCount).toBe(3);
  });

  it('an image that cannot be pulled at first', async () => {
    await using fixture = new PoolFixture();
    const pods = [{ refuse: { reason: 'ErrImagePull' as const, message: 'no such image', times: 2 } }];
    await fixture.start([{ name: 'a', shape: status }], table({ pods }));
    fixture.bind('web', 'a');
    const waiting = () => fixture.pod('web')?.status?.containerStatuses?.[0]?.state?.waiting;
    await fixture.until(() => waiting()?.reason === 'ErrImagePull');
    await fixture.clock.advance(1_000);
    await fixture.until(() => waiting()?.reason === 'ImagePullBackOff');
    expect(waiting()?.message).toBe('Back-off pulling image "example.com/app:1": ErrImagePull: no such image');
    await fixture.clock.advance(9_000);
    await fixture.until(() => waiting()?.reason === 'ErrImagePull');
    await fixture.clock.advance(20_000);
    await fixture.until(() => fixture.isReady('web'));
  });

  it('a node that is not ready at first, has disk pressure for a time, and falls silent', async () => {
    await using fixture = new PoolFixture();
    const nodes = [
      { match: { node: 'a' }, notReady: { for: '5s' }, conditions: [{ type: 'DiskPressure', after: '10s', for: '10s' }] },
      { match: { node: 'a' }, silent: { after: '30s', for: '60s' } },
    ];
    await fixture.start([{ name: 'a' }, { name: 'b' }], table({ nodes }));
    expect(fixture.condition('a', 'Ready')).toBe('False');
    expect(fixture.condition('b', 'Ready')).toBe('True');
    await fixture.clock.advance(6000);
    expect(fixture.condition('a', 'Ready')).toBe('True');
    await fixture.clock.advance(6000);
    expect(fixture.condition('a', 'DiskPressure')).toBe('True');
    await fixture.clock.advance(10_000);
    expect(fixture.condition('a', 'DiskPressure')).toBe('False');
    const renewed = (name: string) => fixture.api.get<Lease>('leases', name, 'kube-node-lease')?.spec?.renewTime ?? '';
    await fixture.clock.advance(10_000);
    const [a, b] = [renewed('a'), renewed('b')];
    fixture.bind('web', 'a');
    await fixture.clock.advance(50_000);
    expect(renewed('a')).toBe(a);
    expect(renewed('b') > b).toBe(true);
    // Nor does it say anything of its Pods.
    expect(fixture.pod('web')?.status).toEqual({ phase: 'Pending' });
    await fixture.clock.advance(10_000);
    expect(renewed('a') > a).toBe(true);
    await fixture.until(() => fixture.isReady('web'));
  });
});

it('a node that is silent from its boot on comes later, and nobody waits for it', async () => {
  await using fixture = new PoolFixture();
  await fixture.start([{ name: 'a' }], table({ nodes: [{ silent: { for: '30s' } }] }));
  expect(fixture.node('a')?.status?.conditions).toBeUndefined();
  expect(fixture.api.get<Lease>('leases', 'a', 'kube-node-lease')).toBeUndefined();
  await fixture.clock.advance(31_000);
  await fixture.until(() => fixture.condition('a', 'Ready') === 'True');
  expect(fixture.api.get<Lease>('leases', 'a', 'kube-node-lease')).toBeDefined();
});

it('100 nodes and 1,000 Pods: one write a Pod, and renewals of all nodes spread over the period', async () => {
  await using fixture = new PoolFixture();
  const nodes = Array.from({ length: 100 }, (_, i) => ({ name: `node${i}` }));
  const { kubelet } = await fixture.start(nodes, { fidelity: 'status' });
  fixture.api.requests.length = 0;
  for (let i = 0; i < 1000; i++) fixture.bind(`pod-${i}`, `node${i % 100}`);
  for (let i = 0; i < 1000; i++) await fixture.until(() => fixture.isReady(`pod-${i}`));
  expect(fixture.api.requests).toHaveLength(1000);
  expect(kubelet.node('node7')?.worker('default', 'pod-507')?.pod.metadata?.name).toBe('pod-507');
  await fixture.clock.advance(20_000);
  fixture.api.requests.length = 0;
  const each: number[] = [];
  for (let second = 0; second < 10; second++) {
    const before = fixture.api.requests.length;
    await fixture.clock.advance(1000);
    each.push(fixture.api.requests.length - before);
  }
  expect(fixture.api.requests).toHaveLength(100);
  expect(Math.max(...each)).toBeLessThan(40);
});
