import { SteppedClock } from '@kubernats/clock';
import { type Metrics, noMetrics, type Observation } from '@kubernats/controller';
import { type Connection, VirtualNetwork } from '@kubernats/net';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ConnectionEvent } from '../observer.ts';
import { type Protocol, type Route, routeId } from '../route.ts';
import type { DataPlane } from './port.ts';
import { userspacePlane } from './userspace.ts';

const listen = { host: '10.96.0.7', port: 80 };
const [a, b] = ['10.244.0.1', '10.244.0.2'] as const;
const CLIENT = '10.244.0.9';

function routeTo(backends: string[], protocol: Protocol = 'TCP'): Route {
  return {
    id: routeId('default/web', protocol, listen),
    service: 'default/web',
    protocol,
    listen,
    backends: backends.map((host) => ({ host, port: 8080 })),
  };
}

let network: VirtualNetwork;
let clock: SteppedClock;
let plane: DataPlane;
let observed: boolean;
let events: ConnectionEvent[];
let observables: Map<string, () => Iterable<Observation>>;

/** What Prometheus would read now, as `name{service,endpoint}` → value. */
const series = (): Record<string, number> =>
  Object.fromEntries(
    [...observables].flatMap(([name, observe]) =>
      [...observe()].map(({ labels, value }) => [
        `${name.replace('kubernats_proxy_', '')} ${labels['endpoint'] ?? labels['service']}`,
        value,
      ]),
    ),
  );

beforeEach(() => {
  network = new VirtualNetwork();
  clock = new SteppedClock();
  events = [];
  observed = true;
  observables = new Map();
  const metrics: Metrics = { ...noMetrics, observable: (_kind, name, _help, _labels, observe) => observables.set(name, observe) };
  plane = userspacePlane({
    network,
    clock,
    metrics,
    keepsSource: () => true,
    udpSourceHost: '127.0.0.1',
    observer: { observes: (service) => observed && service === 'default/web', observe: (event) => events.push(event) },
  });
});

const serve = (host: string, onConnection: (connection: Connection) => void) => network.listen({ host, port: 8080 }, onConnection);
const dial = () => network.dial(listen, { localHost: CLIENT });
const closeOf = (connection: Connection) => new Promise<void>((resolve) => connection.once('close', () => resolve()));
/** Lets everything that is under way arrive. */
const settle = () => clock.advance(0);

/** A whole conversation: 4 bytes there, 6 back. */
async function talk(): Promise<void> {
  const connection = await dial();
  connection.end('ping');
  await connection.toArray();
  await settle();
}

const answer = (connection: Connection) => connection.on('end', () => connection.end('answer')).resume();

describe('an observer of a Service', () => {
  test('hears of each connection: where it comes from, where it goes and why, and of its end', async () => {
    await serve(a, answer);
    await plane.set(routeTo([a]));
    const connection = await dial();
    await settle();
    await clock.advance(250);
    connection.end('ping');
    await connection.toArray();
    await settle();
    const known = {
      id: 1,
      route: routeTo([a]),
      client: { host: CLIENT, port: connection.local.port },
      backend: { host: a, port: 8080 },
      source: { host: CLIENT, port: expect.any(Number) },
      choice: 'OnlyEndpoint',
      openBefore: 0,
      othersOpen: [],
      failed: [],
    };
    expect(events).toEqual([
      { type: 'opened', ...known },
      { type: 'closed', ...known, durationMs: 250 },
    ]);
  });

  test('hears how many connections the others had when one was chosen', async () => {
    for (const host of [a, b]) await serve(host, answer);
    await plane.set(routeTo([a, b]));
    await dial();
    await dial();
    await settle();
    expect(events.map(({ openBefore, othersOpen }) => [openBefore, othersOpen])).toEqual([
      [0, [0]],
      [0, [1]],
    ]);
  });

  test('hears of backends that did not answer, and of a client that none answered', async () => {
    await serve(b, answer);
    await plane.set(routeTo([a, b]));
    await talk();
    await plane.set(routeTo([a]));
    const refused = await dial();
    await closeOf(refused.resume());
    expect(events.map(({ type, backend, failed }) => [type, backend?.host, failed.map(({ host }) => host)])).toEqual([
      ['opened', b, [a]],
      ['closed', b, [a]],
      ['refused', undefined, [a]],
    ]);
  });

  test('hears of UDP clients, until they have been silent for long', async () => {
    await network.bindUdp({ host: a, port: 8080 }, ({ data, from }, socket) => socket.send(data, from));
    await plane.set(routeTo([a], 'UDP'));
    const client = await network.bindUdp({ host: CLIENT, port: 5000 }, () => {});
    client.send(Buffer.from('x'), listen);
    await settle();
    client.send(Buffer.from('y'), listen);
    await clock.advance(120_000);
    expect(events).toMatchObject([
      {
        type: 'opened',
        id: 1,
        client: { host: CLIENT, port: 5000 },
        backend: { host: a },
        source: { host: CLIENT },
        choice: 'OnlyEndpoint',
      },
      { type: 'closed', id: 1, durationMs: 120_000 },
    ]);
  });

  test('hears nothing of connections from before, or of other Services', async () => {
    await serve(a, answer);
    await plane.set(routeTo([a]));
    observed = false;
    const before = await dial();
    await settle();
    observed = true;
    before.end();
    await before.toArray();
    await settle();
    expect(events).toEqual([]);
  });
});

describe('metrics of the traffic', () => {
  test('say per endpoint what was taken, is open, failed and flowed', async () => {
    await serve(b, answer);
    await plane.set(routeTo([a, b]));
    expect(series()).toEqual({});
    await talk();
    const open = await dial();
    await settle();
    expect(series()).toEqual({
      [`connections_total ${a}:8080`]: 0,
      [`open_connections ${a}:8080`]: 0,
      [`failed_dials_total ${a}:8080`]: 1,
      [`received_bytes_total ${a}:8080`]: 0,
      [`sent_bytes_total ${a}:8080`]: 0,
      [`connections_total ${b}:8080`]: 2,
      [`open_connections ${b}:8080`]: 1,
      [`failed_dials_total ${b}:8080`]: 0,
      [`received_bytes_total ${b}:8080`]: 4,
      [`sent_bytes_total ${b}:8080`]: 6,
    });
    open.destroy();
  });

  test('forget an endpoint that is gone, once its last connection has ended', async () => {
    await serve(a, answer);
    await serve(b, answer);
    await plane.set(routeTo([a]));
    const draining = await dial();
    await settle();
    await plane.set(routeTo([b]));
    expect(series()).toMatchObject({ [`open_connections ${a}:8080`]: 1 });
    draining.end();
    await draining.toArray();
    await settle();
    expect(series()).toEqual({});
  });

  test('count clients that no endpoint answered, and forget the Service with its last route', async () => {
    await plane.set(routeTo([a]));
    const refused = await dial();
    await closeOf(refused.resume());
    expect(series()).toMatchObject({ 'refused_total default/web': 1, [`failed_dials_total ${a}:8080`]: 1 });
    await plane.remove(routeTo([]).id);
    expect(series()).toEqual({});
  });
});
