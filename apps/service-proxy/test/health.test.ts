import type { Service } from '@kubernats/api';
import { rfc3339Micro } from '@kubernats/clock';
import { afterEach, describe, expect, test } from 'vitest';
import { node, ProxyFixture, service, slice } from './proxy.fixture.ts';

let fixture: ProxyFixture;
afterEach(() => fixture[Symbol.asyncDispose]());

const nodes = [node('node1', '172.30.0.1'), node('node2', '172.30.0.2')];

/** The status, headers and body that a node says at a port. */
async function get(host: string, port: number, path = '/') {
  const text = await fixture.ask(host, port, { say: `GET ${path} HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n` });
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [status = '', ...headers] = head.split('\r\n');
  return { status: Number(status.split(' ')[1]), headers: headers.filter((line) => /^(Content-Type|X-)/.test(line)), body };
}

describe('healthCheckNodePort', () => {
  const balanced = (): Service =>
    service({
      ...{ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 },
      ports: [
        { name: 'a', port: 80, nodePort: 30080 },
        { name: 'b', port: 81, nodePort: 30081 },
      ],
    });
  const endpoints = (...on: string[]) => {
    const hosts = on.map((each, i) => ({ host: `10.244.0.${i + 1}`, on: each }));
    return { ...slice(...hosts), ports: ['a', 'b'].map((name) => ({ name, port: 8080 })) };
  };

  test('S5: each node says how many endpoints it has, each once, and whether to send traffic there', async () => {
    fixture = new ProxyFixture();
    await fixture.start([balanced()], [endpoints('node1', 'node1')], nodes);
    const headers = (count: number) => [
      'Content-Type: application/json',
      'X-Content-Type-Options: nosniff',
      `X-Load-Balancing-Endpoint-Weight: ${count}`,
    ];
    const body = (count: number) =>
      `{\n\t"service": {\n\t\t"namespace": "default",\n\t\t"name": "web"\n\t},\n\t"localEndpoints": ${count},\n\t"serviceProxyHealthy": true\n}`;
    expect(await get('172.30.0.1', 32000)).toEqual({ status: 200, headers: headers(2), body: body(2) });
    expect(await get('172.30.0.2', 32000)).toEqual({ status: 503, headers: headers(0), body: body(0) });
    await fixture.change('endpointslices', 'MODIFIED', endpoints('node2'));
    expect((await get('172.30.0.1', 32000)).status).toBe(503);
    expect((await get('172.30.0.2', 32000)).status).toBe(200);
  });

  test('opens on later nodes too, and closes with the policy', async () => {
    fixture = new ProxyFixture();
    await fixture.start([balanced()], [endpoints()], nodes);
    await fixture.change('nodes', 'ADDED', node('node3', '172.30.0.3'));
    expect(fixture.network.listening).toEqual(['172.30.0.1:32000', '172.30.0.2:32000', '172.30.0.3:32000']);
    await fixture.change('services', 'MODIFIED', service({ ...balanced().spec, externalTrafficPolicy: 'Cluster' }));
    expect(fixture.network.listening).toEqual([]);
  });

  test('a port that somebody else has: an event on the Service, and the other nodes answer', async () => {
    fixture = new ProxyFixture();
    await fixture.network.listen({ host: '172.30.0.1', port: 32000 }, (connection) => connection.destroy());
    await fixture.start([balanced()], [endpoints('node2')], nodes);
    await fixture.clock.advance(0);
    expect(fixture.proxy.refused).toEqual(['TCP 172.30.0.1:32000']);
    expect(fixture.api.events).toMatchObject([
      {
        involvedObject: { kind: 'Service', name: 'web' },
        reason: 'FailedToStartServiceHealthcheck',
        message: expect.stringMatching(/^node node1 failed to start healthcheck "default\/web" on port 32000: .*EADDRINUSE/),
      },
    ]);
    expect((await get('172.30.0.2', 32000)).status).toBe(200);
  });
});

describe("the proxy's own health", () => {
  const start = async () => {
    fixture = new ProxyFixture({ healthzPort: 10_256 });
    await fixture.start([], [], nodes);
  };

  test('is asked for on every node', async () => {
    await start();
    const time = rfc3339Micro(fixture.clock.now());
    const health = { lastUpdated: time, currentTime: time, healthy: true, status: { IPv4: { lastUpdated: time, healthy: true } } };
    const headers = ['Content-Type: application/json', 'X-Content-Type-Options: nosniff'];
    for (const { path, body } of [
      { path: '/livez', body: health },
      { path: '/healthz', body: { ...health, nodeEligible: true } },
    ]) {
      const answer = await get('172.30.0.2', 10_256, path);
      expect(answer).toMatchObject({ status: 200, headers });
      expect(JSON.parse(answer.body)).toEqual(body);
    }
    expect(await get('172.30.0.1', 10_256, '/other')).toMatchObject({ status: 404, body: '404 page not found\n' });
  });

  test.each([
    [
      'a node that the cluster autoscaler is about to remove',
      node('node1', '172.30.0.1', { taints: [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }] }),
    ],
    ['a node that is being deleted', { ...nodes[0], metadata: { name: 'node1', uid: 'node1', deletionTimestamp: '2026-01-01T00:00:00Z' } }],
  ])('%s: /healthz says so, /livez and the other nodes do not', async (_, leaving) => {
    await start();
    await fixture.change('nodes', 'MODIFIED', leaving);
    expect(await get('172.30.0.1', 10_256, '/healthz')).toMatchObject({
      status: 503,
      body: expect.stringContaining('"nodeEligible":false'),
    });
    expect((await get('172.30.0.1', 10_256, '/livez')).status).toBe(200);
    expect((await get('172.30.0.2', 10_256, '/healthz')).status).toBe(200);
    await fixture.change('nodes', 'MODIFIED', node('node1', '172.30.0.1'));
    expect((await get('172.30.0.1', 10_256, '/healthz')).status).toBe(200);
  });

  test('a deleted node answers no more', async () => {
    await start();
    await fixture.change('nodes', 'DELETED', node('node1', '172.30.0.1'));
    expect(fixture.network.listening).toEqual(['172.30.0.2:10256']);
  });
});
