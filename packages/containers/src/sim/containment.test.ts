// What one container does wrong stays in it: nothing of these tests may reach the process, which would fail the run.
import { NetworkError } from '@kubernats/net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defineImage, type ImageContext } from '../image.ts';
import { ImageFixture, type StartedImage } from '../images/image.fixture.ts';

const listen = (onData: (context: ImageContext) => void) => async (context: ImageContext) => {
  await context.network.listen({ host: '0.0.0.0', port: 80 }, (connection) => connection.on('data', () => onData(context)));
};
const thrown = (): never => {
  throw new Error('deep inside');
};

/** Ways to throw where nobody catches. */
const WAYS: Record<string, (context: ImageContext) => unknown> = {
  'in a timer of its clock': ({ clock }) => clock.setTimer(1, thrown),
  'in a timer of the process': () => setTimeout(thrown, 1),
  'in the next turn': () => setImmediate(thrown),
  'in a microtask': () => queueMicrotask(thrown),
  'in a connection handler': ({ network }) => network.listen({ host: '0.0.0.0', port: 80 }, thrown),
  'in an async connection handler': ({ network }) => network.listen({ host: '0.0.0.0', port: 80 }, async () => thrown()),
  'when data comes': listen(thrown),
  'after data has come': listen(() => setImmediate(thrown)),
  'when a datagram comes': ({ network }) => network.bindUdp({ host: '0.0.0.0', port: 80 }, thrown),
  'in a promise': () => void Promise.reject(new Error('deep inside')),
  'in a signal handler': (context) => context.onSignal('SIGUSR1', thrown),
};

describe('an image that throws', () => {
  let pod: ImageFixture;
  beforeEach(() => {
    pod = new ImageFixture({
      images: [
        defineImage({
          names: ['thrower'],
          async run(context) {
            await WAYS[context.args[0] ?? '']?.(context);
            context.stdout('set up\n');
            await new Promise(() => {});
          },
        }),
      ],
    });
  });
  afterEach(() => pod[Symbol.asyncDispose]());

  /** Somebody who has nothing to do with it sets it off. */
  async function provoke({ container }: StartedImage, way: string): Promise<void> {
    if (way === 'in a signal handler') container.signal('SIGUSR1');
    await using udp = await pod.client.bindUdp({ host: pod.client.ip, port: 0 }, () => {});
    udp.send(Buffer.from('x'), { host: pod.ip, port: 80 });
    const connection = await pod.client.dial({ host: pod.ip, port: 80 }).catch((error: unknown) => {
      if (!(error instanceof NetworkError)) throw error;
    });
    connection?.write('x');
  }

  test.each(Object.keys(WAYS).filter((way) => way !== 'in a promise'))(
    '%s ends with 1 and says why; its neighbour lives on',
    async (way) => {
      const neighbour = await pod.start('kubernats/echo', [], { name: 'neighbour', ports: [{ containerPort: 8080, protocol: 'TCP' }] });
      await neighbour.said('listening');
      const started = await pod.start('thrower', [way]);
      await started.said(/set up|deep inside/);
      await provoke(started, way);
      expect(await started.exitCode()).toBe(1);
      expect(started.err).toContain('Error: deep inside');
      expect((await pod.get(8080)).status).toBe(200);
    },
  );

  test('its own localhost does not carry it to whoever calls', async () => {
    const started = await pod.start('thrower', ['when data comes']);
    await started.said('set up');
    const connection = await (await pod.sandbox()).network?.dial({ host: 'localhost', port: 80 });
    connection?.write('x');
    expect(await started.exitCode()).toBe(1);
    expect(started.err).toContain('Error: deep inside');
  });

  test('a promise that nobody looks after ends it too', async () => {
    // The test runner watches for these itself, before anybody else can.
    const watchers = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    try {
      const started = await pod.start('thrower', ['in a promise']);
      expect(await started.exitCode()).toBe(1);
      expect(started.err).toContain('Error: deep inside');
    } finally {
      for (const watcher of watchers) process.on('unhandledRejection', watcher);
    }
  });
});
