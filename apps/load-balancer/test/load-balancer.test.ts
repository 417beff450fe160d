import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Fixture, nodeOf, serviceOf, sliceOf } from './fixture.ts';

const LB = '172.31.0.1';
const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';
const ENSURED = ['EnsuringLoadBalancer: Ensuring load balancer', 'EnsuredLoadBalancer: Ensured load balancer'];
const node1 = '172.30.0.1';
const node2 = '172.30.0.2';

let fixture: Fixture;
beforeEach(() => {
  fixture = new Fixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const answers = async (count: number, host = LB): Promise<string[]> => {
  const names: string[] = [];
  for (let i = 0; i < count; i++) names.push((await fixture.ask(host)).split(' ')[0] ?? '');
  return names;
};

describe('an address', () => {
  test('S6, S7: is given, told of, and leads to the nodes in turn', async () => {
    await fixture.node('node1', node1);
    await fixture.node('node2', node2);
    fixture.api.put('services', serviceOf('web'));
    await fixture.start();
    expect(fixture.api.service('web')).toMatchObject({
      metadata: { finalizers: [FINALIZER] },
      status: { loadBalancer: { ingress: [{ ip: LB, ipMode: 'Proxy', ports: [{ port: 80, protocol: 'TCP' }] }] } },
    });
    expect(await answers(4)).toEqual(['node1', 'node2', 'node1', 'node2']);
    expect(fixture.told('web')).toEqual(ENSURED);
  });

  test('stays the same over a restart of the plug-in, whoever comes first then', async () => {
    await fixture.node('node1', node1);
    fixture.api.put('services', serviceOf('a'));
    await fixture.start();
    fixture.api.put('services', serviceOf('b', { ports: [{ port: 80, nodePort: 30081 }] }));
    await fixture.settle();
    fixture.api.change('a', { type: 'ClusterIP' });
    await fixture.settle();
    await fixture.stop();
    expect(fixture.network.listening.filter((each) => each.startsWith('172.31'))).toEqual([]);
    expect(fixture.ips('b')).toEqual(['172.31.0.2']);
    fixture.api.put('services', serviceOf('0-first'));
    await fixture.start();
    expect([fixture.ips('b'), fixture.ips('0-first')]).toEqual([['172.31.0.2'], [LB]]);
  });

  test('can be asked for, and is refused outside of the pool and when another has it, until that one goes', async () => {
    await fixture.start();
    fixture.api.put('services', serviceOf('a', { loadBalancerIP: '172.31.0.77' }));
    fixture.api.put('services', serviceOf('b', { loadBalancerIP: '172.31.0.77' }));
    fixture.api.put('services', serviceOf('c', { loadBalancerIP: '10.0.0.1' }));
    await fixture.settle();
    expect(['a', 'b', 'c'].map((name) => fixture.ips(name))).toEqual([['172.31.0.77'], [], []]);
    const failed = 'SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: requested address';
    expect(fixture.told('b')).toContain(`${failed} 172.31.0.77 is already in use by service default/a`);
    expect(fixture.told('c')).toContain(`${failed} 10.0.0.1 is not in the pool 172.31.0.0/24`);
    fixture.api.change('a', {}, { deletionTimestamp: '2026-01-02T00:00:00Z' });
    await fixture.settle();
    expect([fixture.api.service('a'), fixture.ips('b')]).toEqual([undefined, ['172.31.0.77']]);
  });

  test('moves when another one is asked for; a wish that cannot be had leaves it as it is', async () => {
    await fixture.node('node1', node1);
    fixture.api.put('services', serviceOf('web'));
    await fixture.start();
    fixture.api.change('web', { loadBalancerIP: '172.31.0.9' });
    await fixture.settle();
    expect([fixture.ips('web'), await fixture.ask('172.31.0.9')]).toEqual([['172.31.0.9'], 'node1 127.0.0.1']);
    await expect(fixture.ask(LB)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(fixture.told('web')).toContain('LoadbalancerIP:  -> 172.31.0.9');
    fixture.api.change('web', { loadBalancerIP: '10.0.0.1' });
    await fixture.settle();
    expect([fixture.ips('web'), await fixture.ask('172.31.0.9')]).toEqual([['172.31.0.9'], 'node1 127.0.0.1']);
  });

  test('none is left: an event; the next one that goes is passed on', async () => {
    await fixture.start({ addressPool: '172.31.0.0/30' });
    for (const name of ['a', 'b', 'c']) fixture.api.put('services', serviceOf(name));
    await fixture.settle();
    expect([fixture.ips('c'), fixture.told('c').at(-1)]).toEqual([
      [],
      'SyncLoadBalancerFailed: Error syncing load balancer: failed to ensure load balancer: no address is free in the pool 172.31.0.0/30',
    ]);
    fixture.api.change('a', { type: 'NodePort' });
    await fixture.settle();
    expect(fixture.ips('c')).toEqual([LB]);
  });

  test('goes with a change of the type: status, finalizer and listener', async () => {
    await fixture.node('node1', node1);
    fixture.api.put('services', serviceOf('web'));
    await fixture.start();
    fixture.api.change('web', { type: 'ClusterIP' });
    await fixture.settle();
    expect(fixture.api.service('web')).toMatchObject({ metadata: { finalizers: [] }, status: { loadBalancer: {} } });
    await expect(fixture.ask(LB)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(fixture.told('web')).toEqual([
      ...ENSURED,
      'Type: LoadBalancer -> ClusterIP',
      'DeletingLoadBalancer: Deleting load balancer',
      'DeletedLoadBalancer: Deleted load balancer',
    ]);
  });

  test.each([
    [undefined, [LB]],
    ['kubernats.dev/load-balancer', [LB]],
    ['example.com/other', []],
  ])('class %s: %j', async (loadBalancerClass, expected) => {
    fixture.api.put('services', serviceOf('web', { loadBalancerClass }));
    await fixture.start();
    expect(fixture.ips('web')).toEqual(expected);
    expect(fixture.told('web').length > 0).toBe(expected.length > 0);
  });
});

describe('nodes', () => {
  test('a node that fails its checks gets no new connection, and comes back', async () => {
    const health = await fixture.node('node1', node1);
    await fixture.node('node2', node2);
    fixture.api.put('services', serviceOf('web'));
    await fixture.start();
    health.status = 503;
    await fixture.clock.advance(3_000);
    expect(new Set(await answers(4))).toEqual(new Set(['node1', 'node2']));
    await fixture.clock.advance(3_000);
    expect(await answers(4)).toEqual(['node2', 'node2', 'node2', 'node2']);
    health.status = 200;
    await fixture.clock.advance(3_000);
    expect(new Set(await answers(4))).toEqual(new Set(['node1', 'node2']));
  });

  test('an established connection outlives the health of its node', async () => {
    await fixture.network.listen({ host: node1, port: 30_080 }, (connection) => connection.pipe(connection));
    let status = 200;
    await fixture.network.listen({ host: node1, port: 10_256 }, (connection) =>
      connection.once('data', () => connection.end(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`)),
    );
    fixture.api.put('nodes', nodeOf('node1', node1));
    await fixture.node('node2', node2);
    fixture.api.put('services', serviceOf('web'));
    await fixture.start();
    const connection = await fixture.network.dial({ host: LB, port: 80 });
    connection.write('still ');
    status = 503;
    await fixture.clock.advance(6_000);
    expect(await answers(2)).toEqual(['node2', 'node2']);
    connection.end('here');
    expect(Buffer.concat(await connection.toArray()).toString()).toBe('still here');
  });

  test('without a healthy node all are tried', async () => {
    (await fixture.node('node1', node1)).status = 503;
    fixture.api.put('services', serviceOf('web'));
    await fixture.start();
    expect(await answers(1)).toEqual(['node1']);
  });

  test('S5: Local: the health port of the Service decides, and with no Pod anywhere nothing answers', async () => {
    const spec = { externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000 };
    const [first, second] = [
      await fixture.node('node1', node1, { healthPort: 31_000 }),
      await fixture.node('node2', node2, { healthPort: 31_000 }),
    ];
    first.status = 503;
    fixture.api.put('services', serviceOf('web', spec));
    await fixture.start();
    expect(await answers(2)).toEqual(['node2', 'node2']);
    second.status = 503;
    await fixture.clock.advance(6_000);
    await expect(fixture.ask(LB)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(fixture.ips('web')).toEqual([LB]);
  });

  test.each<[string, Parameters<typeof nodeOf>[2]]>([
    ['not Ready', { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }],
    ['excluded', { metadata: { labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } } }],
    ['being deleted', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x'] } }],
    ['about to be deleted', { spec: { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] } }],
  ])('one that is %s gets no traffic, and people are told of the change', async (_, change) => {
    await fixture.node('node1', node1);
    await fixture.node('node2', node2);
    fixture.api.put('services', serviceOf('web'));
    await fixture.start();
    fixture.api.put('nodes', nodeOf('node1', node1, change));
    await fixture.settle();
    expect(await answers(2)).toEqual(['node2', 'node2']);
    expect(fixture.told('web')).toEqual([...ENSURED, 'UpdatedLoadBalancer: Updated load balancer with new hosts']);
    fixture.api.put('nodes', nodeOf('node2', node2, change));
    await fixture.settle();
    expect(fixture.told('web').at(-1)).toBe('UnAvailableLoadBalancer: There are no available nodes for LoadBalancer');
  });

  test('one check a node serves all Services, and stops with the last of them', async () => {
    const health = await fixture.node('node1', node1);
    for (const name of ['a', 'b', 'c']) fixture.api.put('services', serviceOf(name));
    await fixture.start();
    expect(health.asked).toBe(1);
    await fixture.clock.advance(30_000);
    expect(health.asked).toBe(11);
    for (const name of ['a', 'b', 'c']) fixture.api.change(name, { type: 'ClusterIP' });
    await fixture.settle();
    expect(fixture.clock.waiting).toBe(0);
  });

  test('a node that takes the connection and never answers is unhealthy', async () => {
    await fixture.network.listen({ host: node1, port: 10_256 }, () => {});
    await fixture.network.listen({ host: node1, port: 30_080 }, (connection) => connection.end('node1'));
    fixture.api.put('nodes', nodeOf('node1', node1));
    await fixture.node('node2', node2);
    fixture.api.put('services', serviceOf('web'));
    await fixture.start();
    expect(fixture.ips('web')).toEqual([]);
    await fixture.clock.advance(1_000);
    expect([fixture.ips('web'), await answers(2)]).toEqual([[LB], ['node2', 'node2']]);
  });

  test('without node ports the address leads to the Pods', async () => {
    await fixture.network.listen({ host: '10.244.0.5', port: 8080 }, (connection) => connection.end('pod'));
    fixture.api.put('services', serviceOf('web', { allocateLoadBalancerNodePorts: false, ports: [{ port: 80, protocol: 'TCP' }] }));
    await fixture.start();
    await expect(fixture.ask(LB)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    fixture.api.put('endpointslices', sliceOf('web', ['10.244.0.5']));
    await fixture.settle();
    expect(await fixture.ask(LB)).toBe('pod');
  });
});

describe('clients', () => {
  beforeEach(async () => {
    await fixture.node('node1', node1);
    await fixture.node('node2', node2);
  });

  test('those of 127.0.0.0/8 keep their address', async () => {
    fixture.api.put('services', serviceOf('web'));
    await fixture.start();
    expect([await fixture.ask(LB, 80, '127.0.0.9'), await fixture.ask(LB, 80, '192.0.2.1')]).toEqual([
      'node1 127.0.0.9',
      'node2 127.0.0.1',
    ]);
  });

  test('loadBalancerSourceRanges: others are reset, also when the ranges change', async () => {
    fixture.api.put('services', serviceOf('web', { loadBalancerSourceRanges: ['10.1.0.0/16', ' 10.2.0.0/16'] }));
    await fixture.start();
    const may = (client: string): Promise<boolean> =>
      fixture.ask(LB, 80, client).then(
        () => true,
        () => false,
      );
    const all = async (): Promise<boolean[]> => [await may('10.1.2.3'), await may('10.2.2.3'), await may('10.3.0.1')];
    expect(await all()).toEqual([true, true, false]);
    fixture.api.change('web', { loadBalancerSourceRanges: ['10.3.0.0/16'] });
    await fixture.settle();
    expect(await all()).toEqual([false, false, true]);
    expect(fixture.told('web')).toContain('LoadBalancerSourceRanges: [10.1.0.0/16  10.2.0.0/16] -> [10.3.0.0/16]');
    fixture.api.change('web', { loadBalancerSourceRanges: undefined });
    await fixture.settle();
    expect(await all()).toEqual([true, true, true]);
  });

  test('sessionAffinity: a client stays with its node', async () => {
    fixture.api.put('services', serviceOf('web', { sessionAffinity: 'ClientIP' }));
    await fixture.start();
    const from = async (client: string): Promise<string> => (await fixture.ask(LB, 80, client)).split(' ')[0] ?? '';
    expect([await from('10.0.0.1'), await from('10.0.0.1'), await from('10.0.0.2'), await from('10.0.0.1')]).toEqual([
      'node1',
      'node1',
      'node2',
      'node1',
    ]);
  });

  test('UDP: datagrams are led and answered, those of other clients dropped', async () => {
    await fixture.network.bindUdp({ host: node1, port: 30_053 }, ({ data, from }, socket) =>
      socket.send(Buffer.from(`${Buffer.from(data)} too`), from),
    );
    await fixture.network.bindUdp({ host: node2, port: 30_053 }, ({ data, from }, socket) =>
      socket.send(Buffer.from(`${Buffer.from(data)} too`), from),
    );
    fixture.api.put(
      'services',
      serviceOf('dns', { ports: [{ port: 53, protocol: 'UDP', nodePort: 30_053 }], loadBalancerSourceRanges: ['127.0.0.9/32'] }),
    );
    await fixture.start();
    const heard: string[] = [];
    for (const host of ['127.0.0.9', '127.0.0.8']) {
      const socket = await fixture.network.bindUdp({ host, port: 0 }, ({ data, from }) =>
        heard.push(`${host} ${from.host} ${Buffer.from(data)}`),
      );
      socket.send(Buffer.from('hi'), { host: LB, port: 53 });
      await fixture.settle();
    }
    expect(heard).toEqual([`127.0.0.9 ${LB} hi too`]);
  });
});

describe('ports', () => {
  test('one that is taken: an event and the status say so, others are served, and it is had once it is free', async () => {
    await fixture.node('node1', node1);
    const taker = await fixture.network.listen({ host: LB, port: 80 }, (connection) => connection.destroy());
    const ports = [
      { name: 'web', port: 80, protocol: 'TCP', nodePort: 30_080 },
      { name: 'alt', port: 81, protocol: 'TCP', nodePort: 30_080 },
    ];
    fixture.api.put('services', serviceOf('web', { ports }));
    await fixture.start();
    const portStatus = () => fixture.api.service('web')?.status?.loadBalancer?.ingress?.[0]?.ports;
    expect(portStatus()).toEqual([
      { port: 80, protocol: 'TCP', error: 'kubernats.dev/PortNotOpened' },
      { port: 81, protocol: 'TCP' },
    ]);
    expect(fixture.told('web')).toContain(`PortNotOpened: Cannot open TCP ${LB}:80: another process listens there (EADDRINUSE)`);
    expect(await fixture.ask(LB, 81)).toBe('node1 127.0.0.1');
    await taker.close();
    await fixture.clock.advance(15_000);
    expect([await fixture.ask(LB), portStatus()?.[0]]).toEqual(['node1 127.0.0.1', { port: 80, protocol: 'TCP' }]);
  });

  test('the exposed address has all ports too; of two Services that want one the first has it', async () => {
    await fixture.node('node1', node1);
    await fixture.start({ exposeAddress: '192.0.2.10' });
    fixture.api.put('services', serviceOf('a', { loadBalancerSourceRanges: ['10.9.0.0/16'] }));
    await fixture.settle();
    fixture.api.put('services', serviceOf('b', { loadBalancerSourceRanges: ['10.8.0.0/16'] }));
    await fixture.settle();
    expect([fixture.ips('a'), fixture.ips('b')]).toEqual([
      [LB, '192.0.2.10'],
      ['172.31.0.2', '192.0.2.10'],
    ]);
    expect(fixture.told('b')).toContain('PortNotOpened: Cannot open TCP 192.0.2.10:80: service default/a listens there already');
    expect(fixture.api.service('b')?.status?.loadBalancer?.ingress?.[1]?.ports?.[0]?.error).toBe('kubernats.dev/PortNotOpened');
    expect(await fixture.ask('192.0.2.10')).toBe('node1 127.0.0.1');
    fixture.api.change('a', { type: 'ClusterIP' });
    await fixture.settle();
    expect(await fixture.ask('192.0.2.10', 80, '10.8.0.1')).toBe('node1 127.0.0.1');
    expect(fixture.api.service('b')?.status?.loadBalancer?.ingress?.[1]?.ports).toEqual([{ port: 80, protocol: 'TCP' }]);
  });

  test('SCTP is told of as what does not work', async () => {
    fixture.api.put('services', serviceOf('web', { ports: [{ port: 80, protocol: 'SCTP', nodePort: 30_080 }] }));
    await fixture.start();
    expect(fixture.api.service('web')?.status?.loadBalancer?.ingress?.[0]?.ports).toEqual([
      { port: 80, protocol: 'SCTP', error: 'kubernats.dev/ProtocolNotSupported' },
    ]);
  });
});
