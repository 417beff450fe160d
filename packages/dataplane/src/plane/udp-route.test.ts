import { SteppedClock } from '@kubernats/clock';
import { noMetrics } from '@kubernats/controller';
import { type DatagramSocket, type Network, VirtualNetwork } from '@kubernats/net';
import { beforeEach, expect, test } from 'vitest';
import { type Route, routeId } from '../route.ts';
import { MAX_SESSIONS } from './udp-route.ts';
import { type UserspacePlane, userspacePlane } from './userspace.ts';

const listen = { host: '10.96.0.10', port: 53 };
const PODS = ['10.244.0.1', '10.244.0.2'] as const;
const CLIENT = '10.244.0.9';
const IDLE_MS = 120_000;

let network: VirtualNetwork;
let clock: SteppedClock;
let plane: UserspacePlane;
/** Sockets that the plane holds. */
let held: number;
/** Which Pod each datagram came to, as `Pod: text`. */
let arrived: string[];

beforeEach(async () => {
  network = new VirtualNetwork();
  clock = new SteppedClock();
  held = 0;
  arrived = [];
  const bindUdp: Network['bindUdp'] = async (address, onDatagram) => {
    const socket = await network.bindUdp(address, onDatagram);
    held++;
    const close = async () => {
      held--;
      await socket.close();
    };
    return { ...socket, close, [Symbol.asyncDispose]: close };
  };
  plane = userspacePlane({
    network: { listen: network.listen.bind(network), dial: network.dial.bind(network), bindUdp },
    clock,
    metrics: noMetrics,
    keepsSource: () => true,
    udpSourceHost: '127.0.0.1',
  });
  for (const host of PODS) await network.bindUdp({ host, port: 53 }, ({ data }) => arrived.push(`${host}: ${Buffer.from(data)}`));
});

const routeTo = (...hosts: string[]): Route => ({
  id: routeId('kube-system/dns', 'UDP', listen),
  service: 'kube-system/dns',
  protocol: 'UDP',
  listen,
  backends: hosts.map((host) => ({ host, port: 53 })),
});
const clientAt = (port: number): Promise<DatagramSocket> => network.bindUdp({ host: CLIENT, port }, () => {});

async function say(client: DatagramSocket, text: string): Promise<void> {
  client.send(Buffer.from(text), listen);
  await clock.advance(0);
}

test('each client has a backend of its own, and keeps it for as long as it talks', async () => {
  await plane.set(routeTo(...PODS));
  const [one, two] = [await clientAt(1001), await clientAt(1002)];
  await say(one, 'a');
  await say(two, 'b');
  for (let i = 0; i < 5; i++) {
    await clock.advance(IDLE_MS - 1);
    await say(one, 'a');
  }
  expect(arrived).toEqual([`${PODS[0]}: a`, `${PODS[1]}: b`, ...Array.from({ length: 5 }, () => `${PODS[0]}: a`)]);
  expect({ held, timers: clock.waiting }).toEqual({ held: 2, timers: 1 });
  await clock.advance(IDLE_MS);
  expect({ held, timers: clock.waiting }).toEqual({ held: 1, timers: 0 });
});

test('a client whose backend is gone gets another one; nothing is held for the old one', async () => {
  await plane.set(routeTo(PODS[0]));
  const client = await clientAt(1001);
  await say(client, 'a');
  await plane.set(routeTo(PODS[1]));
  expect(held).toBe(1);
  await say(client, 'b');
  expect(arrived).toEqual([`${PODS[0]}: a`, `${PODS[1]}: b`]);
  await plane.remove(routeTo().id);
  expect({ held, timers: clock.waiting }).toEqual({ held: 0, timers: 0 });
});

test('more clients than are remembered: the one that was silent longest is forgotten', async () => {
  await plane.set(routeTo(...PODS));
  const [first, second] = [await clientAt(1), await clientAt(2)];
  await say(first, 'first');
  await say(second, 'second');
  await say(first, 'first again');
  for (let port = 3; port <= MAX_SESSIONS + 1; port++) (await clientAt(port)).send(Buffer.from('x'), listen);
  await clock.advance(0);
  expect({ held, timers: clock.waiting }).toEqual({ held: MAX_SESSIONS + 1, timers: MAX_SESSIONS });
  arrived = [];
  await say(first, 'still the same Pod');
  expect(arrived).toEqual([`${PODS[0]}: still the same Pod`]);
});
