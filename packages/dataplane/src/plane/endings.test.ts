import { readdirSync } from 'node:fs';
import { realClock } from '@kubernats/clock';
import { noMetrics } from '@kubernats/controller';
import { type Connection, loopbackNetwork, type Network, VirtualNetwork } from '@kubernats/net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Route, routeId } from '../route.ts';
import { keepLoopbackSource } from './source.ts';
import { type UserspacePlane, userspacePlane } from './userspace.ts';

const [SERVICE, POD, SILENT, CLIENT] = ['127.79.0.1', '127.79.1.1', '127.79.1.2', '127.79.2.1'] as const;
/** For a machine that is busy with other things. */

let opened: AsyncDisposableStack;
beforeEach(() => {
  opened = new AsyncDisposableStack();
});
afterEach(() => opened.disposeAsync());

const planeOn = (network: Network): UserspacePlane =>
  opened.use(
    userspacePlane({ network, clock: realClock, metrics: noMetrics, keepsSource: keepLoopbackSource, udpSourceHost: '127.0.0.1' }),
  );

const routeTo = (port: number, ...hosts: string[]): Route => {
  const listen = { host: SERVICE, port };
  const backends = hosts.map((host) => ({ host, port }));
  return { id: routeId('default/web', 'TCP', listen), service: 'default/web', protocol: 'TCP', listen, backends };
};

const closeOf = (connection: Connection) => new Promise<void>((resolve) => connection.once('close', () => resolve()));

/** How a client may behave; each ends sooner or later. */
const CLIENTS: Record<string, (connection: Connection) => void> = {
  'asks and waits for the answer': (connection) => connection.resume().end('answer'),
  'resets at once': (connection) => connection.reset(),
  'leaves at once': (connection) => connection.destroy(),
  'leaves in the middle of the answer': (connection) => {
    connection.once('data', () => connection.destroy());
    connection.write('much');
  },
  'resets in the middle of the answer': (connection) => {
    connection.once('data', () => connection.reset());
    connection.write('much');
  },
  'is reset by the server': (connection) => void connection.resume().write('reset'),
  'is left by the server': (connection) => {
    connection.resume().on('end', () => connection.end());
    connection.write('leave');
  },
  'reads slowly': (connection) => {
    connection.end('much');
    connection.on('data', () => {
      connection.pause();
      setImmediate(() => connection.resume());
    });
  },
};

function serve(connection: Connection): void {
  connection.on('data', (data) => {
    const wish = String(data);
    if (wish === 'reset') connection.reset();
    else if (wish === 'leave') connection.destroy();
    else connection.write(wish === 'much' ? Buffer.alloc(300_000) : 'an answer');
  });
  connection.on('end', () => connection.end());
}

describe.each([
  ['loopback', () => loopbackNetwork(), 250],
  ['virtual', () => new VirtualNetwork(), 50],
] as const)('%s network: connections that end', (_, makeNetwork, rounds) => {
  test(`of ${rounds * (Object.keys(CLIENTS).length + 1)} connections of every ending nothing is left`, async () => {
    const network = makeNetwork();
    const plane = planeOn(network);
    const { port } = opened.use(await network.listen({ host: POD, port: 0 }, serve)).address;
    await plane.set(routeTo(port, POD));
    const nobody = { ...routeTo(port + 1, SILENT), backends: [{ host: SILENT, port }] };
    await plane.set(nobody);
    const descriptors = (): number => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    const run = async (behave: (connection: Connection) => void, toPort = port): Promise<void> => {
      const connection = await network.dial({ host: SERVICE, port: toPort }, { localHost: CLIENT });
      const closed = closeOf(connection);
      behave(connection);
      await closed;
    };
    for (let round = 0; round < rounds; round++) {
      await Promise.all([...Object.values(CLIENTS).map((behave) => run(behave)), run((connection) => connection.resume(), port + 1)]);
    }
    await expect.poll(() => plane.openConnections).toBe(0);
    await expect.poll(() => descriptors()).toBeLessThanOrEqual(before);
    if (network instanceof VirtualNetwork) expect(network.openEnds).toBe(0);
  });
});

test('1,000 idle connections stay, each where it was led, and all still talk', async () => {
  const network = loopbackNetwork();
  const plane = planeOn(network);
  const { port } = opened.use(await network.listen({ host: POD, port: 0 }, (connection) => connection.pipe(connection))).address;
  await plane.set(routeTo(port, POD));
  const connections: Connection[] = [];
  for (let i = 0; i < 1000; i++) connections.push(await network.dial({ host: SERVICE, port }, { localHost: CLIENT }));
  await expect.poll(() => plane.openConnections).toBe(2000);
  const answers = connections.map(async (connection, i) => {
    connection.end(String(i));
    return Buffer.concat(await connection.toArray()).toString();
  });
  expect(await Promise.all(answers)).toEqual(connections.map((_, i) => String(i)));
  await expect.poll(() => plane.openConnections).toBe(0);
});

describe('an endpoint that goes', () => {
  /** A network in which one host takes as long to answer a dial as the test wants. */
  function withSilentHost() {
    const network = new VirtualNetwork();
    const dialled = Promise.withResolvers<void>();
    const answers = Promise.withResolvers<void>();
    const dial: Network['dial'] = async (address, options) => {
      if (address.host === SILENT) {
        dialled.resolve();
        await answers.promise;
      }
      return network.dial(address, options);
    };
    return {
      network,
      plane: planeOn({ listen: network.listen.bind(network), bindUdp: network.bindUdp.bind(network), dial }),
      dialled,
      answers,
    };
  }
  const port = 8080;
  const sayName = (connection: Connection) => connection.resume().end(connection.local.host);
  const read = async (connection: Connection) => Buffer.concat(await connection.toArray()).toString();

  test('is passed over by a connection that waits for it, and gets it not even when it answers after all', async () => {
    const { network, plane, dialled, answers } = withSilentHost();
    const accepted: Connection[] = [];
    await network.listen({ host: SILENT, port }, (connection) => accepted.push(connection));
    await network.listen({ host: POD, port }, sayName);
    await plane.set(routeTo(port, SILENT));
    const client = await network.dial({ host: SERVICE, port });
    client.end();
    await dialled.promise;
    await plane.set(routeTo(port, POD));
    expect(await read(client)).toBe(POD);
    answers.resolve();
    await expect.poll(() => accepted.map(({ destroyed }) => destroyed)).toEqual([true]);
    await expect.poll(() => network.openEnds).toBe(0);
  });

  test('is the last one: the connection that waits for it is refused', async () => {
    const { network, plane, dialled } = withSilentHost();
    await plane.set(routeTo(port, SILENT));
    const client = await network.dial({ host: SERVICE, port });
    const failed = new Promise((resolve) => client.once('error', resolve));
    client.resume();
    await dialled.promise;
    await plane.remove(routeTo(port).id);
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
    expect(plane.openConnections).toBe(0);
  });
});
