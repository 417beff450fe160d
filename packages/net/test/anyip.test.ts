// In network namespaces of their own, joined by a cable: two machines, as far as Linux is concerned. That takes root.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostRoute, type HostRoutes, ipRoutes, MemoryRoutes } from '../src/pod-routes/index.ts';

const [A, B] = [`kn-a-${process.pid}`, `kn-b-${process.pid}`];
const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Why there are no namespaces; undefined: there are. */
function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root makes network namespaces';
  try {
    ip('netns', 'add', A);
    return undefined;
  } catch (error) {
    return `network namespaces cannot be made here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const reason = whyNot();

beforeAll(() => {
  if (reason !== undefined) return;
  ip('netns', 'add', B);
  ip('link', 'add', 'eth0', 'netns', A, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', B);
  for (const [namespace, address] of [
    [A, '172.30.0.2/16'],
    [B, '172.30.0.3/16'],
  ] as const) {
    ip('-n', namespace, 'address', 'add', address, 'dev', 'eth0');
    for (const device of ['lo', 'eth0']) ip('-n', namespace, 'link', 'set', device, 'up');
  }
});

afterAll(() => {
  if (reason !== undefined) return;
  for (const namespace of [A, B]) ip('netns', 'delete', namespace);
});

const shown = async (routes: HostRoutes): Promise<string[]> =>
  (await routes.list()).map((route) => `${route.cidr} ${'via' in route ? route.via : route.to}`).sort();

describe.each([
  ['in memory', () => new MemoryRoutes()],
  ['of Linux', () => ipRoutes({ namespace: A })],
] as const)('a table of routes %s', (kind, open) => {
  test('has what was set, each range once, until it is removed', async (context) => {
    if (kind === 'of Linux') context.skip(reason !== undefined, reason);
    const routes = open();
    const local: HostRoute = { cidr: '10.244.1.0/24', to: 'local', source: '172.30.0.2' };
    const [first, second] = ['172.30.0.3', '172.30.0.4'].map((via): HostRoute => ({ cidr: '10.244.2.0/24', via })) as [
      HostRoute,
      HostRoute,
    ];
    expect(await shown(routes)).toEqual([]);
    for (const route of [local, local, first, second, { cidr: '10.244.3.7/32', via: '172.30.0.3' }]) await routes.set(route);
    expect(await shown(routes)).toEqual(['10.244.1.0/24 local', '10.244.2.0/24 172.30.0.4', '10.244.3.7/32 172.30.0.3']);
    // One that is there no longer, and one that is somebody else's by now.
    await routes.remove(first);
    await routes.remove({ cidr: '10.244.9.0/24', to: 'local' });
    expect(await shown(routes)).toContain('10.244.2.0/24 172.30.0.4');
    for (const route of await routes.list()) await routes.remove(route);
    expect(await shown(routes)).toEqual([]);
  });
});

test('a machine without a way to a neighbour says so', async (context) => {
  context.skip(reason !== undefined, reason);
  await expect(ipRoutes({ namespace: A }).set({ cidr: '10.244.2.0/24', via: '192.0.2.1' })).rejects.toThrow(
    /10\.244\.2\.0\/24 via 192\.0\.2\.1/,
  );
});

/** Listens on a Pod's address and tells the address of each client. */
const SERVER = `
  const server = require('node:net').createServer((socket) => socket.end(socket.remoteAddress));
  server.listen(8080, '10.244.2.5', () => console.log('listening'));`;
const client = (source: string): string => `
  const socket = require('node:net').connect({ host: '10.244.2.5', port: 8080 ${source} });
  socket.pipe(process.stdout);`;
const call = (namespace: string, source = ''): string =>
  execFileSync('ip', ['netns', 'exec', namespace, process.execPath, '-e', client(source)], { encoding: 'utf8' });

test('Pods of two machines reach each other by their own addresses', async (context) => {
  context.skip(reason !== undefined, reason);
  const [a, b] = [ipRoutes({ namespace: A }), ipRoutes({ namespace: B })];
  await a.set({ cidr: '10.244.1.0/24', to: 'local' });
  await a.set({ cidr: '10.244.2.0/24', via: '172.30.0.3' });
  await b.set({ cidr: '10.244.2.0/24', to: 'local', source: '172.30.0.3' });
  await b.set({ cidr: '10.244.1.0/24', via: '172.30.0.2' });
  const server = spawn('ip', ['netns', 'exec', B, process.execPath, '-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(createInterface({ input: server.stdout }), 'line');
    expect(call(A, ", localAddress: '10.244.1.7'")).toBe('10.244.1.7');
    // The machine itself, be it the Pod's own or another, is seen as that machine.
    expect(call(A)).toBe('172.30.0.2');
    expect(call(B)).toBe('172.30.0.3');
  } finally {
    server.kill();
    await once(server, 'exit');
  }
});
