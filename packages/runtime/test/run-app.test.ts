import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';

const FIXTURE = fileURLToPath(new URL('./fixtures/app.ts', import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [FIXTURE, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
  });
  children.push(child);
  let output = '';
  const waiting: { text: string; resolve: () => void }[] = [];
  const collect = (chunk: Buffer) => {
    output += chunk;
    for (const { text, resolve } of waiting) if (output.includes(text)) resolve();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  // Node does not tell 'close' of a child that was disconnected first.
  const ended = [child.stdout, child.stderr].map((stream) => new Promise((resolve) => stream?.once('close', resolve)));
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const exit = Promise.all(ended).then(() => code);
  const says = (text: string) =>
    new Promise<void>((resolve) => {
      if (output.includes(text)) resolve();
      else waiting.push({ text, resolve });
    });
  const message = new Promise<unknown>((resolve) => child.once('message', resolve));
  return { child, exit, says, message, output: () => output };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('the frame of a process', () => {
  test('tells its supervisor when it is ready, and stops in order on SIGTERM', async () => {
    const app = start([]);
    expect(await app.message).toEqual({ type: 'ready' });
    app.child.kill('SIGTERM');
    expect(await app.exit).toBe(0);
    expect(app.output()).toContain('cleaned up');
    for (const line of app.output().trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ component: 'fixture' });
  });

  test('stops when its supervisor goes away', async () => {
    const app = start([]);
    await app.message;
    app.child.disconnect();
    expect(await app.exit).toBe(0);
    expect(app.output()).toContain('the supervisor is gone');
  });

  test('does not wait for ever for a program that does not stop', async () => {
    const app = start(['--mode', 'deaf']);
    await app.message;
    app.child.kill('SIGINT');
    expect(await app.exit).toBe(1);
    expect(app.output()).toContain('did not stop in time');
  });

  const ends: [string, string[], Record<string, string>, number, string][] = [
    ['work that is done', ['--mode', 'done'], {}, 0, 'stopped'],
    ['a failed start', [], { KUBERNATS_MODE: 'fail' }, 1, 'could not start'],
    ['an uncaught exception', ['--mode', 'late'], {}, 1, 'out of the blue'],
    ['wrong usage', ['--colour'], {}, 2, "fixture: Unknown option '--colour'"],
    ['a wrong level', ['--log-level', 'loud'], {}, 2, '--log-level: "loud" must be one of trace, debug'],
    ['--help', ['--help'], {}, 0, '--mode MODE'],
    ['--version', ['--version'], {}, 0, 'fixture 0.1.0'],
  ];
  test.each(ends)('exit code of %s', async (_what, args, env, code, text) => {
    const app = start(args, env);
    expect(await app.exit).toBe(code);
    expect(app.output()).toContain(text);
  });

  test('serves health: alive, ready or what it waits for, and metrics', async () => {
    const port = await freePort();
    const app = start(['--mode', 'unready', '--health-port', String(port)]);
    await app.says('not ready yet');
    const get = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return `${answer.status} ${(await answer.text()).trim()}`;
    };
    expect(await get('/healthz')).toBe('200 ok');
    expect(await get('/readyz')).toBe('503 waiting for: pods, nodes');
    expect(await get('/metrics')).toMatch(/^200/);
    expect(await get('/')).toBe('404 not found');
  });

  test('works without its port when somebody else has it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const app = start(['--health-port', String((server.address() as AddressInfo).port)]);
    expect(await app.message).toEqual({ type: 'ready' });
    expect(app.output()).toContain('EADDRINUSE');
    app.child.kill('SIGTERM');
    expect(await app.exit).toBe(0);
    server.close();
  });
});
