import type { Container, Pod } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { fetchHttp, podNetwork } from '@kubernats/containers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeletFixture } from './kubelet.fixture.ts';

const NODE_IP = '172.30.0.1';
const clock = new SteppedClock();
let fixture: KubeletFixture;
beforeEach(async () => {
  fixture = new KubeletFixture({ clock });
  await fixture.start();
});
afterEach(async () => {
  await fixture.stop();
  expect(fixture.network.listening).toEqual([]);
});

const onPort = (hostPort: number, hostIP?: string): { containers: Container[] } => ({
  containers: [{ name: 'main', image: 'example.com/app:1', ports: [{ containerPort: 8000, hostPort, hostIP }] }],
});
const client = () => podNetwork(fixture.network, '10.244.0.99', { hostname: 'client' });
const ask = async (port: number): Promise<string> =>
  new TextDecoder().decode((await fetchHttp(client(), { url: `http://${NODE_IP}:${port}/` })).body);
const problems = (): string[] => fixture.events().filter((event) => event.startsWith('PortNotOpened'));
const isRefused = ({ status }: Pod): boolean => status?.reason === 'NodePorts';

describe('a port of the node', () => {
  it('leads to the Pod as long as it runs', async () => {
    fixture.bind('web', onPort(18080));
    await fixture.runs('web');
    expect(await ask(18080)).toContain('pod: web\n');
    expect(fixture.network.listening).toEqual(['10.244.0.2:8000', `${NODE_IP}:18080`]);
    fixture.api.deletePod('web');
    await fixture.until(() => fixture.pod('web') === undefined);
    await expect(ask(18080)).rejects.toThrow('ECONNREFUSED');
  });

  it('takes UDP as well', async () => {
    const args = ['netexec', '--udp-port=8081'];
    const ports = [{ containerPort: 8081, hostPort: 18081, protocol: 'UDP' }];
    fixture.bind('udp', { containers: [{ name: 'main', image: 'registry.k8s.io/e2e-test-images/agnhost:2.53', args, ports }] });
    await fixture.runs('udp');
    const { promise, resolve } = Promise.withResolvers<string>();
    await using socket = await client().bindUdp({ host: '10.244.0.99', port: 0 }, ({ data, from }) =>
      resolve(`${from.host}:${from.port} ${new TextDecoder().decode(data)}`),
    );
    // What comes before the server listens is lost.
    await fixture.until(() => fixture.network.listening.includes('10.244.0.2:8080'));
    socket.send(Buffer.from('echo here'), { host: NODE_IP, port: 18081 });
    expect(await promise).toBe(`${NODE_IP}:18081 here`);
  });

  it('is closed with the node, and open again when it is back', async () => {
    fixture.bind('web', onPort(18080));
    await fixture.runs('web');
    await fixture.kubelet.node('node1')?.stop();
    expect(fixture.network.listening).toEqual([]);
    await fixture.kubelet.node('node1')?.start();
    await fixture.podThat('web', (pod) => pod.status?.containerStatuses?.[0]?.restartCount === 1);
    expect(await ask(18080)).toContain('pod: web\n');
  });

  it('that another Pod of the node has is refused as a kubelet does, until that Pod is gone', async () => {
    fixture.bind('first', onPort(18080));
    await fixture.runs('first');
    fixture.bind('second', onPort(18080, NODE_IP));
    fixture.bind('other', onPort(18081));
    await fixture.runs('other');
    expect((await fixture.podThat('second', isRefused)).status).toMatchObject({
      phase: 'Failed',
      reason: 'NodePorts',
      message: "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    });
    // With statuses of containers kubectl would show one of theirs in place of the reason.
    expect(fixture.pod('second')?.status?.containerStatuses).toBeUndefined();
    await fixture.until(() =>
      fixture.events().includes("NodePorts: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"),
    );
    fixture.api.deletePod('first');
    await fixture.until(() => fixture.pod('first') === undefined);
    fixture.bind('third', onPort(18080));
    await fixture.runs('third');
    expect(await ask(18080)).toContain('pod: third\n');
  });

  it('who was refused it stays refused when the kubelet is started again', async () => {
    fixture.bind('first', onPort(18080));
    await fixture.runs('first');
    fixture.bind('second', onPort(18080));
    await fixture.podThat('second', isRefused);
    fixture.api.deletePod('first');
    await fixture.until(() => fixture.pod('first') === undefined);
    const before = fixture.pod('second')?.status;
    await fixture.stop();
    await fixture.start();
    fixture.bind('third', onPort(18080));
    await fixture.runs('third');
    expect(fixture.pod('second')?.status).toEqual(before);
  });

  it('is free again when the Pod has ended, for the kubelet that is started then, too', async () => {
    const once = onPort(18080).containers.map((container) => ({ ...container, image: 'busybox', command: ['true'] }));
    fixture.bind('job', { containers: once, restartPolicy: 'Never' });
    await fixture.ends('job');
    await fixture.stop();
    fixture.bind('web', onPort(18080));
    await fixture.start();
    await fixture.runs('web');
    expect(await ask(18080)).toContain('pod: web\n');
  });

  it('on the network of the node is the own of the Pod, and counts', async () => {
    const ports = [{ containerPort: 18080, hostPort: 18080 }];
    fixture.bind('host', { hostNetwork: true, containers: [{ name: 'main', image: 'example.com/app:1', ports }] });
    await fixture.runs('host');
    expect(await ask(18080)).toContain('pod: host\n');
    fixture.bind('web', onPort(18080));
    await fixture.podThat('web', isRefused);
    expect(problems()).toEqual([]);
  });
});

describe('a port that cannot be had is told of, and the Pod runs', () => {
  it('as somebody else listens there; when it is free it opens by itself', async () => {
    const foreign = await fixture.network.listen({ host: NODE_IP, port: 18080 }, (connection) => connection.destroy());
    fixture.bind('web', onPort(18080));
    await fixture.runs('web');
    await fixture.until(() => problems().length > 0);
    expect(problems()).toEqual([`PortNotOpened: Cannot open TCP ${NODE_IP}:18080: another process listens there (EADDRINUSE)`]);
    await foreign.close();
    await clock.advance(1000);
    await fixture.until(() => fixture.network.listening.includes(`${NODE_IP}:18080`));
    expect(await ask(18080)).toContain('pod: web\n');
  });

  it('as it is on an address that the node has not', async () => {
    fixture.bind('web', onPort(18080, '192.0.2.1'));
    await fixture.runs('web');
    await fixture.until(() => problems().length > 0);
    expect(problems()).toEqual(['PortNotOpened: Cannot open TCP 192.0.2.1:18080: the node has no such address']);
  });
});
