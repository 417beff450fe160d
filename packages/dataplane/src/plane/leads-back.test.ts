import { realClock } from '@kubernats/clock';
import { noMetrics } from '@kubernats/controller';
import { VirtualNetwork } from '@kubernats/net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Protocol, type Route, routeId } from '../route.ts';
import { type UserspacePlane, userspacePlane } from './userspace.ts';

const [ONE, OTHER, BALANCER] = ['10.96.0.1', '10.96.0.2', '192.0.2.1'] as const;
const [POD, CLIENT] = ['10.244.0.1', '10.244.0.9'] as const;
const PORT = 80;

let network: VirtualNetwork;
let plane: UserspacePlane;
let dialled: string[];

beforeEach(() => {
  network = new VirtualNetwork();
  dialled = [];
  plane = userspacePlane({
    network: {
      listen: network.listen.bind(network),
      bindUdp: network.bindUdp.bind(network),
      dial(address, options) {
        dialled.push(address.host);
        return network.dial(address, options);
      },
    },
    clock: realClock,
    metrics: noMetrics,
    keepsSource: () => true,
    leadsBack: (_protocol, { host }) => host === BALANCER,
    udpSourceHost: '127.0.0.1',
  });
});
afterEach(() => plane[Symbol.asyncDispose]());

function route(host: string, backends: string[], protocol: Protocol = 'TCP'): Route {
  const listen = { host, port: PORT };
  const service = `default/${host}`;
  return { id: routeId(service, protocol, listen), service, protocol, listen, backends: backends.map((to) => ({ host: to, port: PORT })) };
}

async function ask(host: string): Promise<string> {
  const connection = await network.dial({ host, port: PORT }, { localHost: CLIENT });
  connection.end();
  return Buffer.concat(await connection.toArray()).toString();
}

test.each([
  ['itself', [ONE]],
  ['another that leads to it', [OTHER]],
  ['a load balancer before it', [BALANCER]],
])('a Service that leads to %s refuses its clients', async (_, backends) => {
  await plane.set(route(ONE, backends));
  await plane.set(route(OTHER, [ONE]));
  await expect(ask(ONE)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(dialled).toEqual([]);
});

test('what leads back is passed over, whoever is chosen, and the Pod beside it has every client', async () => {
  await network.listen({ host: POD, port: PORT }, (connection) => connection.end('pod'));
  await plane.set({ ...route(ONE, [ONE, POD, BALANCER]), affinityMs: 60_000 });
  expect([await ask(ONE), await ask(ONE), await ask(ONE)]).toEqual(['pod', 'pod', 'pod']);
});

test('an address that is not a Service of the plane any more may be led to', async () => {
  await plane.set(route(ONE, [OTHER]));
  await plane.set(route(OTHER, [POD]));
  await plane.remove(route(OTHER, []).id);
  await network.listen({ host: OTHER, port: PORT }, (connection) => connection.end('somebody'));
  expect(await ask(ONE)).toBe('somebody');
});

test('a datagram does not go round', async () => {
  const arrived: string[] = [];
  const seen = Promise.withResolvers<void>();
  await network.bindUdp({ host: POD, port: PORT }, ({ data }) => {
    arrived.push(Buffer.from(data).toString());
    seen.resolve();
  });
  await plane.set(route(ONE, [ONE], 'UDP'));
  await plane.set(route(OTHER, [ONE, POD], 'UDP'));
  const client = await network.bindUdp({ host: CLIENT, port: 1001 }, () => {});
  client.send(Buffer.from('lost'), { host: ONE, port: PORT });
  client.send(Buffer.from('found'), { host: OTHER, port: PORT });
  await seen.promise;
  expect(arrived).toEqual(['found']);
});
