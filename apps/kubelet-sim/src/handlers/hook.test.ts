import type { LifecycleHandler } from '@kubernats/api';
import { expect, test } from 'vitest';
import type { Target } from './handler.ts';
import { HandlerFixture, POD_IP } from './handlers.fixture.ts';
import { runHook } from './hook.ts';

const OK = 'HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n';

/** What a hook failed with; undefined: it went well. And what was warned of. */
async function hook(handler: LifecycleHandler, target: Target, signal = new AbortController().signal) {
  const warnings: string[] = [];
  const call = {
    target,
    pod: 'web_default(u1)',
    signal,
    warn: (reason: string, message: string) => warnings.push(`${reason}: ${message}`),
  };
  const error = await runHook(handler, call).then(
    () => undefined,
    (thrown: Error) => thrown.message,
  );
  return { error, warnings };
}

test('exec', async () => {
  await using fixture = new HandlerFixture();
  const target = fixture.target({}, async (command, { stdout, stderr }) => {
    await stdout(new TextEncoder().encode('trying\n'));
    await stderr(new TextEncoder().encode('no\n'));
    return command.includes('false') ? 3 : 0;
  });
  expect(await hook({ exec: { command: ['true'] } }, target)).toEqual({ error: undefined, warnings: [] });
  expect((await hook({ exec: { command: ['sh', '-c', 'false'] } }, target)).error).toBe(
    `Exec lifecycle hook ([sh -c false]) for Container "main" in Pod "web_default(u1)" failed - error: command 'sh -c false' exited with 3: no\n, message: "trying\\nno\\n"`,
  );
});

test('httpGet: any answer will do', async () => {
  await using fixture = new HandlerFixture();
  const asked: string[] = [];
  const port = await fixture.answer(OK, asked);
  expect(await hook({ httpGet: { port, path: '/stop' } }, fixture.target())).toEqual({ error: undefined, warnings: [] });
  expect(asked[0]).toContain('GET /stop HTTP/1.1\r\n');
  expect(asked[0]).toContain('User-Agent: kube-lifecycle/1.36\r\n');
  const closed = await fixture.closedPort();
  expect((await hook({ httpGet: { port: closed, path: '/stop' } }, fixture.target())).error).toBe(
    `HTTP lifecycle hook (/stop) for Container "main" in Pod "web_default(u1)" failed - error: Get "http://${POD_IP}:${closed}/stop": dial tcp ${POD_IP}:${closed}: connect: connection refused`,
  );
});

test('httpGet with HTTPS of a server without it: asked again without what is secret', async () => {
  await using fixture = new HandlerFixture();
  const asked: string[] = [];
  const port = await fixture.answer(OK, asked);
  const httpHeaders = [
    { name: 'Authorization', value: 'secret' },
    { name: 'X-A', value: 'b' },
  ];
  expect(await hook({ httpGet: { port, scheme: 'HTTPS', httpHeaders } }, fixture.target())).toEqual({
    error: undefined,
    warnings: [`LifecycleHTTPFallback: request to HTTPS lifecycle hook ${POD_IP}:${port} got HTTP response, retry with HTTP succeeded`],
  });
  expect(asked[1]).toContain('X-A: b\r\n');
  expect(asked[1]).not.toContain('secret');
});

test('sleep', async () => {
  await using fixture = new HandlerFixture();
  const sleeping = hook({ sleep: { seconds: 5 } }, fixture.target());
  await fixture.clock.advance(4999);
  expect(fixture.clock.waiting).toBe(1);
  await fixture.clock.advance(1);
  expect((await sleeping).error).toBeUndefined();

  const over = new AbortController();
  const cut = hook({ sleep: { seconds: 5 } }, fixture.target(), over.signal);
  over.abort();
  expect((await cut).error).toBe(
    'Sleep lifecycle hook (5) for Container "main" in Pod "web_default(u1)" failed - error: container terminated before sleep hook finished',
  );
});

test('tcpSocket is no hook', async () => {
  await using fixture = new HandlerFixture();
  expect((await hook({ tcpSocket: { port: 80 } }, fixture.target())).error).toBe(
    'Cannot run handler: invalid handler: {"tcpSocket":{"port":80}}',
  );
});
