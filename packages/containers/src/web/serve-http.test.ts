import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchHttp } from '../adapters/http.ts';
import { yieldToOthers } from '../adapters/yield.ts';
import { defineImage } from '../image.ts';
import { ImageFixture } from '../images/image.fixture.ts';
import { reply } from './reply.ts';
import { serveHttp } from './serve-http.ts';
import { untilStopped } from './until-stopped.ts';

let finish: () => void = () => {};
const server = defineImage({
  names: ['server'],
  async run(context) {
    await serveHttp(context, 80, async (request, response) => {
      request.resume();
      if (request.url === '/throws') throw new Error('broken handler');
      if (request.url === '/slow') {
        context.stdout('slow began\n');
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
      }
      reply(response, 200, 'done');
    });
    return untilStopped(context);
  },
});

let pod: ImageFixture;
beforeEach(() => {
  pod = new ImageFixture({ images: [server] });
});
afterEach(() => pod[Symbol.asyncDispose]());

test('a handler that throws is a 500 and a line in the log; the server goes on', async () => {
  const started = await pod.start('server');
  await yieldToOthers();
  expect(await pod.get(80, '/throws')).toMatchObject({ status: 500, text: 'Internal Server Error\n' });
  expect(started.err).toContain('Error: broken handler');
  expect((await pod.get(80)).text).toBe('done');
});

test('SIGTERM: open requests are answered, new ones refused, idle connections closed; then it ends with 0', async () => {
  const started = await pod.start('server');
  await yieldToOthers();
  const idle = await pod.client.dial({ host: pod.ip, port: 80 });
  idle.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => idle.once('data', resolve));
  const closed = new Promise((resolve) => idle.once('end', resolve));
  const slow = pod.get(80, '/slow');
  await started.said('slow began');
  started.container.signal('SIGTERM');
  await closed;
  await expect(pod.get(80)).rejects.toThrow('ECONNREFUSED');
  finish();
  expect(await slow).toMatchObject({ status: 200, text: 'done', headers: { connection: 'close' } });
  expect(await started.exitCode()).toBe(0);
});

test('who has connected before SIGTERM and asks after it is answered still', async () => {
  const started = await pod.start('server');
  await yieldToOthers();
  const early = await pod.client.dial({ host: pod.ip, port: 80 });
  await yieldToOthers();
  started.container.signal('SIGTERM');
  const answer = fetchHttp({ ...pod.client, dial: async () => early }, { url: `http://${pod.ip}/` });
  expect((await answer).status).toBe(200);
  expect(await started.exitCode()).toBe(0);
});
