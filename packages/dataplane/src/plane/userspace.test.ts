import { SteppedClock } from '@kubernats/clock';
import { noMetrics } from '@kubernats/controller';
import { type Connection, loopbackNetwork, type Network, VirtualNetwork } from '@kubernats/net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Protocol, type Route, routeId } from '../route.ts';
import type { DataPlane } from './port.ts';
import { keepLoopbackSource } from './source.ts';
import { userspacePlane } from './userspace.ts';

// One body for both networks: what a plane does may not depend on whose sockets it uses.
describe.each([
  ['loopback', () => loopbackNetwork()],
  ['virtual', () => new VirtualNetwork()],
] as const)('userspace plane on the %s network', (_, makeNetwork) => {
  const [serviceHost, podA, podB, client] = ['127.78.0.1', '127.78.1.1', '127.78.1.2', '127.78.2.1'];
  let network: Network;
  let clock: SteppedClock;
  let plane: DataPlane;
  let opened: AsyncDisposableStack;
  let port: number;

  beforeEach(async () => {
    network = makeNetwork();
    clock = new SteppedClock();
    opened = new AsyncDisposableStack();
    plane = opened.use(userspacePlane({ network, clock, metrics: noMetrics, keepsSource: keepLoopbackSource, udpSourceHost: '127.0.0.1' }));
    // A port that is free on all of these addresses, most likely: it just was on one.
    const probe = await network.listen({ host: serviceHost, port: 0 }, () => {});
    port = probe.address.port;
    await probe.close();
  });
  afterEach(() => opened.disposeAsync());

  const route = (backends: string[], protocol: Protocol = 'TCP'): Route => {
    const listen = { host: serviceHost, port };
    return {
      id: routeId('default/web', protocol, listen),
      service: 'default/web',
      protocol,
      listen,
      backends: backends.map((host) => ({ host, port })),
    };
  };
  const serve = async (host: string, onConnection: (connection: Connection) => void) =>
    opened.use(await network.listen({ host, port }, onConnection));
  const sayName = (name: string) => (connection: Connection) => connection.end(name);
  const dial = (localHost = client) => network.dial({ host: serviceHost, port }, { localHost });
  const read = async (connection: Connection): Promise<string> => Buffer.concat(await connection.toArray()).toString();
  const ask = async (): Promise<string> => {
    const connection = await dial();
    connection.end();
    return read(connection);
  };
  const closeOf = (connection: Connection): Promise<void> => new Promise((resolve) => connection.once('close', () => resolve()));

  test('S3: idle backends are served in turn', async () => {
    await serve(podA, sayName('a'));
    await serve(podB, sayName('b'));
    await plane.set(route([podA, podB]));
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual(['a', 'b', 'a', 'b']);
  });

  test('S3: the backend with the fewest open connections gets the next one', async () => {
    const held: Connection[] = [];
    const hold = (name: string) => (connection: Connection) => {
      held.push(connection);
      connection.write(name);
    };
    await serve(podA, hold('a'));
    await serve(podB, hold('b'));
    await plane.set(route([podA, podB]));
    const open = async () => {
      const connection = await dial();
      const name = await new Promise<string>((resolve) => connection.once('data', (data) => resolve(String(data))));
      return { connection, name };
    };
    const first = await open();
    const second = await open();
    const third = await open();
    expect([first.name, second.name, third.name]).toEqual(['a', 'b', 'a']);
    for (const { connection } of [first, third]) connection.destroy();
    const stillHeldByA = held.filter((connection) => connection.local.host === podA);
    const closed = stillHeldByA.map(closeOf);
    for (const connection of stillHeldByA) connection.resume().end();
    await Promise.all(closed);
    const next = [await open(), await open()];
    expect(next.map(({ name }) => name)).toContain('a');
    for (const { connection } of [second, ...next]) connection.destroy();
  });

  test('the Pod sees the address of the client', async () => {
    await serve(podA, (connection) => connection.end(connection.remote.host));
    await plane.set(route([podA]));
    expect(await ask()).toBe(client);
  });

  test('S1: a backend that refuses is passed over', async () => {
    await serve(podB, sayName('b'));
    await plane.set(route([podA, podB]));
    expect([await ask(), await ask()]).toEqual(['b', 'b']);
  });

  test('when no backend answers the client is reset', async () => {
    await plane.set(route([podA]));
    const connection = await dial();
    const error = new Promise((resolve) => connection.once('error', resolve));
    connection.resume();
    expect(await error).toMatchObject({ code: 'ECONNRESET' });
  });

  test('half-close passes through in both directions', async () => {
    await serve(podA, async (connection) => {
      const question = await read(connection);
      connection.end(`${question}!`);
    });
    await plane.set(route([podA]));
    const connection = await dial();
    connection.end('really');
    expect(await read(connection)).toBe('really!');
  });

  test('a server that talks first and ends first leaves the client time to finish', async () => {
    const received = Promise.withResolvers<string>();
    await serve(podA, (connection) => {
      connection.end('bye');
      void read(connection).then(received.resolve);
    });
    await plane.set(route([podA]));
    const connection = await dial();
    const heard = await new Promise<string>((resolve) => {
      connection.once('data', (data) => connection.once('end', () => resolve(String(data))));
    });
    connection.end('after the end');
    expect(heard).toBe('bye');
    expect(await received.promise).toBe('after the end');
  });

  test('a slow reader slows the writer through the relay, and nothing is lost', async () => {
    const sent = 24 * 1024 * 1024;
    await serve(podA, (connection) => connection.end(Buffer.alloc(sent, 1)));
    await plane.set(route([podA]));
    const connection = await dial();
    connection.pause();
    await new Promise((resolve) => setImmediate(resolve));
    let received = 0;
    for await (const chunk of connection) received += chunk.length;
    expect(received).toBe(sent);
  });

  test('a reset passes through, whoever resets', async () => {
    const accepted = Promise.withResolvers<Connection>();
    await serve(podA, accepted.resolve);
    await plane.set(route([podA]));
    const byServer = await dial();
    const clientFailed = new Promise((resolve) => byServer.once('error', resolve));
    byServer.resume();
    (await accepted.promise).reset();
    expect(await clientFailed).toMatchObject({ code: 'ECONNRESET' });

    await plane.set(route([podB]));
    const acceptedB = Promise.withResolvers<Connection>();
    await serve(podB, acceptedB.resolve);
    const byClient = await dial();
    byClient.write('x');
    const far = await acceptedB.promise;
    const serverFailed = new Promise((resolve) => far.once('error', resolve));
    far.resume();
    byClient.reset();
    expect(await serverFailed).toMatchObject({ code: 'ECONNRESET' });
  });

  test('changed backends lead new connections elsewhere and leave established ones alone', async () => {
    await serve(podA, (connection) => connection.pipe(connection));
    await serve(podB, sayName('b'));
    await plane.set(route([podA]));
    const old = await dial();
    old.write('it is ');
    await new Promise((resolve) => old.once('readable', resolve));
    old.write('still ');
    await plane.set(route([podB]));
    expect(await ask()).toBe('b');
    old.end('here');
    expect(await read(old)).toBe('it is still here');
  });

  test('a removed route refuses, its established connections live on, and its address is free', async () => {
    await serve(podA, (connection) => connection.pipe(connection));
    await plane.set(route([podA]));
    const old = await dial();
    old.write('x');
    await plane.remove(route([]).id);
    await plane.remove(route([]).id);
    await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await serve(serviceHost, sayName('mine now'));
    expect(await ask()).toBe('mine now');
    old.destroy();
  });

  test('a taken address is refused, and can be had once it is free', async () => {
    const taker = await network.listen({ host: serviceHost, port }, (connection) => connection.destroy());
    await expect(plane.set(route([podA]))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await taker.close();
    await serve(podA, sayName('a'));
    await plane.set(route([podA]));
    expect(await ask()).toBe('a');
  });

  test('closing the plane closes every connection', async () => {
    const accepted = Promise.withResolvers<Connection>();
    await serve(podA, accepted.resolve);
    await plane.set(route([podA]));
    const near = await dial();
    const far = await accepted.promise;
    const ends = [near, far].map((connection) => {
      const closed = closeOf(connection);
      connection.resume().on('end', () => connection.end());
      return closed;
    });
    await plane[Symbol.asyncDispose]();
    await Promise.all(ends);
    await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('UDP: answers come from the Service, a client keeps its backend, and an idle one is forgotten', async () => {
    for (const host of [podA, podB]) {
      opened.use(
        await network.bindUdp({ host, port }, ({ data, from }, socket) =>
          socket.send(Buffer.from(`${Buffer.from(data)} ${host} ${from.host}`), from),
        ),
      );
    }
    await plane.set(route([podA, podB], 'UDP'));
    let answered = Promise.withResolvers<{ text: string; host: string }>();
    const socket = opened.use(
      await network.bindUdp({ host: client, port: 0 }, ({ data, from }) =>
        answered.resolve({ text: Buffer.from(data).toString(), host: from.host }),
      ),
    );
    const askUdp = async (text: string) => {
      answered = Promise.withResolvers();
      socket.send(Buffer.from(text), { host: serviceHost, port });
      return answered.promise;
    };
    expect(await askUdp('one')).toEqual({ text: `one ${podA} ${client}`, host: serviceHost });
    expect((await askUdp('two')).text).toBe(`two ${podA} ${client}`);
    await clock.advance(120_000);
    expect((await askUdp('three')).text).toBe(`three ${podB} ${client}`);
    await plane.set(route([podA], 'UDP'));
    expect((await askUdp('four')).text).toBe(`four ${podA} ${client}`);
    expect(clock.waiting).toBe(1);
    await plane.remove(route([], 'UDP').id);
    expect(clock.waiting).toBe(0);
  });
});
