import type { ConfigMap, Lease, Node, Service } from '@kubernats/api';
import { nodeSubject } from '@kubernats/bus';
import type { ApiRequest, LogsHello } from '@kubernats/client';
import { SteppedClock } from '@kubernats/clock';
import { fetchHttp, podNetwork } from '@kubernats/containers';
import { afterEach, describe, expect, it } from 'vitest';
import { stageTable } from '../src/stages/stage-table.ts';
import { KubeletFixture } from './kubelet.fixture.ts';

let fixture: KubeletFixture;
afterEach(async () => {
  await fixture.stop();
  expect(fixture.network.listening).toEqual([]);
});

const sh = (script: string, part: object = {}) => [{ name: 'main', image: 'busybox', command: ['sh', '-c', script], ...part }];
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

async function logs(hello: Partial<LogsHello>): Promise<string> {
  const whole: LogsHello = {
    namespace: 'default',
    pod: 'web',
    container: 'main',
    follow: false,
    previous: false,
    timestamps: false,
    ...hello,
  };
  const stream = await fixture.otherBus.openStream(
    nodeSubject('default', 'node1', 'logs'),
    new TextEncoder().encode(JSON.stringify(whole)),
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream.incoming) chunks.push(chunk);
  await stream.end();
  return text(Buffer.concat(chunks));
}

/** Waits for a text in the log of the Pod `web`. */
async function logged(wanted: string): Promise<void> {
  while (!(await logs({})).includes(wanted)) await new Promise((resolve) => setImmediate(resolve));
}

async function control(action: string): Promise<unknown> {
  return JSON.parse(
    text(await fixture.otherBus.request(nodeSubject('default', 'node1', 'control'), new TextEncoder().encode(JSON.stringify({ action })))),
  );
}

describe('a node', () => {
  it('P6: registers itself with both hostname labels, becomes Ready when it has addresses, and beats', async () => {
    fixture = new KubeletFixture();
    await fixture.start({ labels: { disk: 'ssd' } });
    const node = fixture.api.get<Node>('nodes', 'node1');
    expect(node?.metadata?.labels).toMatchObject({
      hostname: 'node1',
      'kubernetes.io/hostname': 'node1',
      'kubernats.dev/kubelet': 'node1',
      disk: 'ssd',
    });
    expect(node?.status).toMatchObject({
      addresses: [
        { type: 'InternalIP', address: '172.30.0.1' },
        { type: 'Hostname', address: 'node1' },
      ],
      capacity: { cpu: '8', memory: '16Gi', pods: '110' },
      nodeInfo: { kubeletVersion: 'v1.36.0', operatingSystem: 'linux', architecture: 'amd64' },
    });
    expect(node?.status?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`)).toEqual([
      'MemoryPressure=False KubeletHasSufficientMemory',
      'DiskPressure=False KubeletHasNoDiskPressure',
      'PIDPressure=False KubeletHasSufficientPID',
      'Ready=True KubeletReady',
    ]);
    const lease = await fixture.until(() => fixture.api.get<Lease>('leases', 'node1', 'kube-node-lease'));
    expect(lease.spec).toMatchObject({ holderIdentity: 'node1', leaseDurationSeconds: 40 });
  });

  it('is Ready in the end, however slow the write is that says that it is not', async () => {
    fixture = new KubeletFixture();
    const isStatus = ({ resource, subresource }: ApiRequest): boolean => resource === 'nodes' && subresource === 'status';
    const held = Promise.withResolvers<void>();
    let statuses = 0;
    // The first write is held until the second has been answered, or, where they wait for each other, until nothing else happens.
    fixture.api.before = (request) => {
      if (!isStatus(request)) return undefined;
      if (++statuses > 1) setImmediate(held.resolve);
      else setImmediate(() => setImmediate(held.resolve));
      return statuses === 1 ? held.promise : undefined;
    };
    await fixture.start();
    await fixture.until(() => (statuses >= 2 ? true : undefined));
    await held.promise;
    const ready = () => fixture.api.get<Node>('nodes', 'node1')?.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    expect(await fixture.until(ready)).toBe('True');
  });

  it('beats every ten seconds, and writes its status every five minutes', async () => {
    const clock = new SteppedClock();
    fixture = new KubeletFixture({ clock });
    await fixture.start();
    await clock.advance(20_000);
    fixture.api.requests.length = 0;
    await clock.advance(100_000);
    expect(fixture.api.requests).toEqual(Array.from({ length: 10 }, () => 'update leases node1'));
    fixture.api.requests.length = 0;
    await clock.advance(300_000);
    expect(fixture.api.requests.filter((request) => request === 'patch nodes/status node1')).toHaveLength(1);
  });
});

describe('a Pod', () => {
  it("runs: it has an address, answers there, and its events are the kubelet's", async () => {
    fixture = new KubeletFixture();
    await fixture.start();
    fixture.bind('web');
    const pod = await fixture.runs('web');
    expect(pod.status).toMatchObject({ phase: 'Running', podIP: '10.244.0.2', hostIP: '172.30.0.1', qosClass: 'BestEffort' });
    const client = podNetwork(fixture.network, '10.244.0.99', { hostname: 'client' });
    expect(text((await fetchHttp(client, { url: 'http://10.244.0.2:8000/' })).body)).toContain(
      'pod: web\nnamespace: default\nnode: node1\n',
    );
    await fixture.until(() => fixture.events().length >= 5);
    expect(fixture.events()).toEqual([
      'Pulling: Pulling image "example.com/app:1"',
      'Pulled: Successfully pulled image "example.com/app:1" in 1ms (1ms including waiting). Image size: 0 bytes.',
      'Simulated: Image "example.com/app:1" is not built in: simulated by an HTTP echo server on 8000',
      'Created: Container created',
      'Started: Container started',
    ]);
  });

  it('P3: made again it gets another address', async () => {
    fixture = new KubeletFixture();
    await fixture.start();
    fixture.bind('web');
    const first = await fixture.runs('web');
    fixture.api.deletePod('web');
    await fixture.until(() => fixture.pod('web') === undefined);
    fixture.bind('web');
    expect((await fixture.runs('web')).status?.podIP).not.toBe(first.status?.podIP);
  });

  it('is deleted gracefully: SIGTERM, a last status, then the deletion with its uid', async () => {
    fixture = new KubeletFixture();
    await fixture.start();
    fixture.bind('web');
    await fixture.runs('web');
    fixture.api.requests.length = 0;
    fixture.api.deletePod('web');
    await fixture.until(() => fixture.pod('web') === undefined);
    const about = fixture.api.requests.filter((request) => request.includes('pods'));
    expect(about).toEqual(['patch pods/status web', 'delete pods web']);
    await fixture.until(() => fixture.events().includes('Killing: Stopping container main'));
    await fixture.until(() => fixture.kubelet.node('node1')?.size === 0);
  });

  it('that ignores SIGTERM is killed at the end of its grace period', async () => {
    const clock = new SteppedClock();
    fixture = new KubeletFixture({ clock });
    await fixture.start();
    fixture.bind('web', { containers: sh("trap '' TERM; echo up; while true; do sleep 3600; done") });
    await fixture.runs('web');
    // The trap is set only once the script is there.
    await logged('up');
    fixture.api.deletePod('web', 5);
    await clock.advance(4900);
    expect(fixture.pod('web')?.status?.containerStatuses?.[0]?.state).toHaveProperty('running');
    await clock.advance(200);
    await fixture.until(() => fixture.pod('web') === undefined);
  });

  it('force-deleted: the node stops what the API no longer knows', async () => {
    fixture = new KubeletFixture();
    await fixture.start();
    fixture.bind('web', { volumes: [{ name: 'data', emptyDir: {} }] });
    await fixture.runs('web');
    fixture.api.deletePod('web', 0);
    await fixture.until(() => fixture.kubelet.node('node1')?.size === 0);
    expect(fixture.network.listening).toEqual([]);
    expect(await fixture.disk('node1').list('/var/lib/kubelet/pods')).toEqual([]);
    expect(await fixture.disk('node1').list('/var/log/pods')).toEqual([]);
  });

  it('crashes and backs off', async () => {
    const clock = new SteppedClock();
    fixture = new KubeletFixture({ clock });
    await fixture.start();
    fixture.bind('web', { containers: sh('echo run; exit 7') });
    const first = await fixture.podThat('web', (pod) => pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
    expect(first.status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 1,
      lastState: { terminated: { exitCode: 7, reason: 'Error' } },
      state: { waiting: { message: expect.stringMatching(/^back-off 10s restarting failed container=main pod=web_default\(/) } },
    });
    await clock.advance(10_000);
    await fixture.podThat('web', (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 2);
    await fixture.until(() =>
      fixture.events().some((event) => event.startsWith('BackOff: Back-off restarting failed container main in pod web_default(')),
    );
  });

  it('runs its init containers in order, and succeeds', async () => {
    fixture = new KubeletFixture();
    await fixture.start();
    const mount = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
    fixture.bind('web', {
      restartPolicy: 'Never',
      volumes: [{ name: 'data', emptyDir: {} }],
      initContainers: [
        { name: 'one', image: 'busybox', command: ['sh', '-c', 'echo one >> /data/log'], ...mount },
        { name: 'two', image: 'busybox', command: ['sh', '-c', 'echo two >> /data/log'], ...mount },
      ],
      containers: sh('cat /data/log', mount),
    });
    const pod = await fixture.ends('web');
    expect(pod.status?.phase).toBe('Succeeded');
    expect(await logs({})).toBe('one\ntwo\n');
  });

  it('sees its environment: Services, ConfigMaps, fields of its own, and what refers to them', async () => {
    fixture = new KubeletFixture();
    fixture.api.put('configmaps', {
      metadata: { name: 'settings', namespace: 'default' },
      data: { color: 'blue', size: 'L' },
    } as ConfigMap);
    fixture.api.put('services', {
      metadata: { name: 'kubernetes', namespace: 'default' },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] },
    } as Service);
    await fixture.start();
    fixture.bind('web', {
      restartPolicy: 'Never',
      containers: sh(
        'echo "$COLOR $C_size $POD@$NODE $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT_HTTPS $LIMIT $GREETING $HOSTNAME"',
        {
          resources: { limits: { memory: '64Mi' } },
          envFrom: [{ prefix: 'C_', configMapRef: { name: 'settings' } }],
          env: [
            { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'color' } } },
            { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
            { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
            { name: 'GREETING', value: 'hello-$(COLOR)-$$(X)-$(UNKNOWN)' },
          ],
        },
      ),
    });
    await fixture.ends('web');
    expect(await logs({ limitBytes: 75 })).toBe(
      'blue L web@node1 10.96.0.1:443 64 hello-blue-$(X)-$(UNKNOWN) web\n'.padEnd(64).slice(0, 75),
    );
  });

  it('whose ConfigMap is missing waits with CreateContainerConfigError, and starts when it comes', async () => {
    const clock = new SteppedClock();
    fixture = new KubeletFixture({ clock });
    await fixture.start();
    fixture.bind('web', { containers: sh('sleep 1h', { envFrom: [{ configMapRef: { name: 'settings' } }] }) });
    const waiting = await fixture.podThat(
      'web',
      (pod) => pod.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError',
    );
    expect(waiting.status?.containerStatuses?.[0]?.state?.waiting?.message).toBe('configmap "settings" not found');
    fixture.api.put('configmaps', { metadata: { name: 'settings', namespace: 'default' } });
    await clock.advance(10_000);
    await fixture.runs('web');
    expect(fixture.events()).toContain('Failed: Error: configmap "settings" not found');
  });

  it('V2: a hostPath that does not exist keeps the Pod waiting, with an event; when it is made the Pod starts, and sees it', async () => {
    const clock = new SteppedClock();
    fixture = new KubeletFixture({ clock });
    await fixture.start();
    fixture.bind('web', {
      restartPolicy: 'Never',
      volumes: [{ name: 'data', hostPath: { path: '/srv/data' } }],
      containers: sh('cat /data/x; echo seen > /data/y', { volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
    });
    await fixture.until(() => fixture.events().length > 0);
    expect(fixture.events()[0]).toBe(
      'FailedMount: MountVolume.SetUp failed for volume "data" : hostPath "/srv/data" does not exist on node "node1": create it there, or use type: DirectoryOrCreate',
    );
    expect(fixture.pod('web')?.status?.phase).toBe('Pending');
    await fixture.disk('node1').mkdir('/srv/data', { recursive: true });
    await fixture.disk('node1').write('/srv/data/x', new TextEncoder().encode('of the node\n'));
    await clock.advance(2000);
    await fixture.ends('web');
    expect(await logs({})).toBe('of the node\n');
    expect(text(await fixture.disk('node1').read('/srv/data/y'))).toBe('seen\n');
  });

  it('mounts ConfigMaps as files, whole or by key, and single ones by subPath', async () => {
    fixture = new KubeletFixture();
    fixture.api.put('configmaps', { metadata: { name: 'site', namespace: 'default' }, data: { 'a.txt': 'A', 'b.txt': 'B' } } as ConfigMap);
    await fixture.start();
    fixture.bind('web', {
      restartPolicy: 'Never',
      volumes: [
        { name: 'all', configMap: { name: 'site' } },
        { name: 'one', projected: { sources: [{ configMap: { name: 'site', items: [{ key: 'a.txt', path: 'deep/a' }] } }] } },
      ],
      containers: sh('cat /all/a.txt /all/b.txt /one/deep/a /etc/b.txt; ls /all', {
        volumeMounts: [
          { name: 'all', mountPath: '/all' },
          { name: 'one', mountPath: '/one' },
          { name: 'all', mountPath: '/etc/b.txt', subPath: 'b.txt' },
        ],
      }),
    });
    await fixture.ends('web');
    expect(await logs({})).toBe('ABABa.txt\nb.txt\n');
  });
});

describe('logs', () => {
  it('whole, from the end, limited, and with times', async () => {
    fixture = new KubeletFixture();
    await fixture.start();
    fixture.bind('web', { restartPolicy: 'Never', containers: sh('for i in 1 2 3; do echo line $i; done; printf "no end"') });
    await fixture.ends('web');
    expect(await logs({})).toBe('line 1\nline 2\nline 3\nno end\n');
    expect(await logs({ tailLines: 2 })).toBe('line 3\nno end\n');
    expect(await logs({ tailLines: 0 })).toBe('');
    expect(await logs({ limitBytes: 9 })).toBe('line 1\nli');
    expect(await logs({ timestamps: true, tailLines: 1 })).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z no end\n$/);
    expect(await logs({ sinceMs: Date.now() + 60_000 })).toBe('');
  });

  it('follows a container to its end', async () => {
    const clock = new SteppedClock();
    fixture = new KubeletFixture({ clock });
    await fixture.start();
    fixture.bind('web', { restartPolicy: 'Never', containers: sh('echo one; sleep 10; echo two') });
    await fixture.runs('web');
    const following = logs({ follow: true });
    await clock.advance(10_000);
    expect(await following).toBe('one\ntwo\n');
  });

  it('of the run before, and of what never ran', async () => {
    const clock = new SteppedClock();
    fixture = new KubeletFixture({ clock });
    await fixture.start();
    fixture.bind('web', { containers: sh('echo run; sleep 5; exit 1') });
    await fixture.runs('web');
    await expect(logs({ previous: true })).rejects.toThrow('previous terminated container "main" in pod "web" not found');
    await clock.advance(6000);
    await fixture.podThat('web', (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 1);
    expect(await logs({ previous: true })).toBe('run\n');
    await expect(logs({ pod: 'nobody' })).rejects.toThrow('pods "nobody" not found');
  });
});

describe('power', () => {
  it('P8: a kubelet that is killed and started again starts its Pods again: V1 volumes stay, restarts count, nothing leaks', async () => {
    fixture = new KubeletFixture();
    await fixture.start();
    const mounts = { volumeMounts: [{ name: 'data', mountPath: '/data' }] };
    fixture.bind('web', {
      volumes: [{ name: 'data', emptyDir: {} }],
      containers: sh('echo again >> /data/x; cat /data/x; sleep 1h', mounts),
    });
    const before = await fixture.runs('web');
    fixture.bind('gone', { volumes: [{ name: 'data', emptyDir: {} }] });
    await fixture.runs('gone');
    await fixture.stop();
    expect(fixture.network.listening).toEqual([]);
    fixture.api.deletePod('gone', 0);
    await fixture.start();
    const after = await fixture.podThat(
      'web',
      (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 1 && pod.status.podIP !== before.status?.podIP,
    );
    expect(after.status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({ exitCode: 255, reason: 'Unknown' });
    await fixture.until(async () => true);
    const folders = await fixture.disk('node1').list('/var/lib/kubelet/pods');
    expect(folders).toEqual([after.metadata?.uid]);
    expect(
      text(await fixture.disk('node1').read(`/var/lib/kubelet/pods/${after.metadata?.uid}/volumes/kubernetes.io~empty-dir/data/x`)),
    ).toMatch(/^again\n(again\n)?$/);
  });

  it('a node that is switched off is silent, and its sockets are closed; switched on it comes back', async () => {
    const clock = new SteppedClock();
    fixture = new KubeletFixture({ clock });
    await fixture.start();
    fixture.bind('web');
    await fixture.runs('web');
    expect(await control('state')).toEqual({ state: 'on' });
    expect(await control('stop')).toEqual({ state: 'off' });
    expect(fixture.network.listening).toEqual([]);
    fixture.api.requests.length = 0;
    await clock.advance(60_000);
    expect(fixture.api.requests).toEqual([]);
    expect(await control('dance')).toEqual({ error: 'unknown action "dance": stop, start or state' });
    expect(await control('start')).toEqual({ state: 'on' });
    await fixture.podThat('web', (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 1);
    expect(fixture.network.listening).toHaveLength(1);
  });
});

describe('fidelity status', () => {
  it('runs Pods without sockets and files, one write each', async () => {
    const clock = new SteppedClock();
    fixture = new KubeletFixture({ clock });
    const stages = stageTable.parse({ pods: [{ match: { image: 'job' }, exit: { after: '1s', code: 3 } }] });
    await fixture.start({ fidelity: 'status', events: false, stages });
    fixture.api.requests.length = 0;
    for (let i = 0; i < 50; i++) fixture.bind(`web-${i}`);
    for (let i = 0; i < 50; i++) await fixture.runs(`web-${i}`);
    expect(fixture.api.requests).toHaveLength(50);
    expect(fixture.network.listening).toEqual([]);
    fixture.bind('job', { restartPolicy: 'Never', containers: [{ name: 'main', image: 'job' }] });
    await fixture.runs('job');
    await clock.advance(1000);
    expect((await fixture.ends('job')).status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 3 });
  });
});
