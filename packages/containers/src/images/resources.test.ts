// P5, as the programs in a container have it: a server that is throttled, and what pushes a container over its limit.
import { realIds, SteppedClock } from '@kubernats/clock';
import { VirtualNetwork } from '@kubernats/net';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchHttp } from '../adapters/http.ts';
import { yieldToOthers } from '../adapters/yield.ts';
import { podNetwork } from '../network/pod-network.ts';
import type { CallerStreams, ContainerConfig, RunningContainer, Sandbox } from '../port.ts';
import { NodeResources } from '../resources/node-resources.ts';
import { createSimRuntime } from '../sim/sim-runtime.ts';

const MI = 1024 * 1024;
const network = new VirtualNetwork();
let sandbox: Sandbox;
afterEach(() => sandbox.stop());

async function start(clock: SteppedClock, config: Partial<ContainerConfig>) {
  const resources = new NodeResources({ clock, cpuMillicores: 4000, memoryBytes: 1024 * MI });
  sandbox = await createSimRuntime({ clock, ids: realIds, network }).createSandbox({
    pod: { name: 'web', namespace: 'default', uid: 'u1', labels: {}, annotations: {} },
    node: { name: 'node1', ip: '10.0.0.1' },
    ip: '10.244.0.5',
    hostname: 'web',
    resources,
  });
  return sandbox.start({ name: 'main', image: 'nginx', env: {}, mounts: [], ports: [], log: () => {}, ...config });
}

const ask = (path: string, method = 'GET') =>
  fetchHttp(podNetwork(network, '10.244.0.9', { hostname: 'client' }), { url: `http://10.244.0.5${path}`, method });

/** Waits, with the machine's turns, until something is so. */
async function until(is: () => boolean): Promise<void> {
  while (!is()) await yieldToOthers();
}

/** How much time of the cluster goes by until something is done. */
async function timeOf(clock: SteppedClock, work: Promise<unknown>, stepMs: number): Promise<number> {
  const startMs = clock.now();
  let isDone = false;
  void work.then(() => (isDone = true));
  // Bytes need turns of the machine, not time: only what still waits after them waits for the clock.
  for (let turns = 0; !isDone; turns = (turns + 1) % 50) {
    await yieldToOthers();
    if (turns === 49) await clock.advance(stepMs);
  }
  return clock.now() - startMs;
}

describe('P5: throttling is felt', () => {
  it('P5: a server that is throttled answers more slowly, in the ratio of what it gets', async () => {
    const clock = new SteppedClock();
    const container = await start(clock, { resources: { requests: {}, limits: { cpuMillicores: 100 } } });
    await until(() => network.listening.length > 0);
    expect(await timeOf(clock, ask('/'), 1)).toBe(0);
    // Something in the container uses its CPU up: of one core, it and the request get a twentieth each.
    await ask('/kubernats/cpu?millicores=1000', 'POST');
    await until(() => container.stats().cpuMillicores > 0);
    await clock.advance(1000);
    expect(container.stats().cpuMillicores).toBe(100);
    const throttledMs = await timeOf(clock, ask('/'), 0.5);
    expect(throttledMs).toBeGreaterThanOrEqual(2);
    expect(throttledMs).toBeLessThan(3);
    expect(container.stats().throttledPeriods).toBeGreaterThan(5);
    await ask('/kubernats/cpu', 'POST');
    await until(() => container.stats().cpuMillicores === 0);
    await clock.advance(1000);
    expect(await timeOf(clock, ask('/'), 1)).toBe(0);
  });
});

describe('a server that is pushed around', () => {
  it('P5: over its memory limit by an HTTP path it is killed: 137, OOMKilled', async () => {
    const container = await start(new SteppedClock(), { resources: { requests: {}, limits: { memoryBytes: 64 * MI } } });
    await until(() => network.listening.length > 0);
    expect((await ask('/kubernats/memory?bytes=32Mi', 'POST')).status).toBe(200);
    await until(() => container.stats().memoryBytes === 32 * MI);
    expect(Buffer.from((await ask('/kubernats/memory?bytes=1Gi', 'POST')).body).toString()).toBe('memory 1Gi\n');
    expect(await container.exited).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  it('ends with the exit code that it is told', async () => {
    const container = await start(new SteppedClock(), {});
    await until(() => network.listening.length > 0);
    await ask('/kubernats/exit?code=3', 'POST');
    expect(await container.exited).toMatchObject({ exitCode: 3, reason: 'Error' });
  });

  it.each([
    ['/kubernats/memory?bytes=much', 'POST', 400],
    ['/kubernats/cpu?cpu=-1', 'POST', 400],
    ['/kubernats/exit?code=256', 'POST', 400],
    ['/kubernats/exit?code=%ff', 'POST', 400],
    ['/kubernats/exit?code=3', 'GET', 405],
    ['/kubernats/', 'POST', 404],
    ['/kubernats/__proto__', 'POST', 404],
    ['/kubernatsx', 'GET', 404],
  ])('%s by %s is %d', async (path, method, status) => {
    const container = await start(new SteppedClock(), {});
    await until(() => network.listening.length > 0);
    expect((await ask(path, method)).status).toBe(status);
    expect(container.stats().memoryBytes).toBe(2 * MI);
  });
});

describe('programs that use things up', () => {
  const streamsOf = (out: string[]): CallerStreams => {
    const write = (chunk: Uint8Array): void => void out.push(Buffer.from(chunk).toString());
    return { stdout: write, stderr: write, signal: new AbortController().signal };
  };
  const exec = (container: RunningContainer, ...command: string[]): { code: Promise<number>; out: string[] } => {
    const out: string[] = [];
    return { code: container.exec(command, streamsOf(out)), out };
  };

  it('P5: stress holds memory and CPU as long as it runs, beside what the image holds', async () => {
    const clock = new SteppedClock();
    const container = await start(clock, { resources: { requests: {}, limits: { cpuMillicores: 500 } } });
    const { code, out } = exec(container, 'stress', '--vm', '2', '--vm-bytes', '100M', '--cpu=1', '--timeout', '30s');
    await until(() => container.stats().memoryBytes === 202 * MI);
    expect(container.stats().cpuMillicores).toBe(3000);
    await clock.advance(29_000);
    expect(container.stats()).toMatchObject({ cpuMillicores: 500, memoryBytes: 202 * MI });
    await clock.advance(1000);
    expect(await code).toBe(0);
    expect(out.join('')).toBe(
      'stress: info: [1] dispatching hogs: 1 cpu, 0 io, 2 vm, 0 hdd\nstress: info: [1] successful run completed in 30s\n',
    );
    expect(container.stats()).toMatchObject({ memoryBytes: 2 * MI, cpuMillicores: 0 });
  });

  it('P5: a container that is resized while it runs is held to its new limits, and sees them', async () => {
    const clock = new SteppedClock();
    const container = await start(clock, { resources: { requests: {}, limits: { cpuMillicores: 500, memoryBytes: 512 * MI } } });
    const { code } = exec(container, 'stress', '--cpu=1', '--timeout', '30s');
    await clock.advance(1000);
    expect(container.stats().cpuMillicores).toBe(500);
    container.resize({ requests: { cpuMillicores: 250 }, limits: { cpuMillicores: 750, memoryBytes: 64 * MI } });
    await clock.advance(1000);
    expect(container.stats().cpuMillicores).toBe(750);
    const seen = exec(container, 'cat', '/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/cpu.max');
    expect([await seen.code, seen.out.join('')]).toEqual([0, `${64 * MI}\n75000 100000\n`]);
    void exec(container, 'stress', '--vm', '1', '--vm-bytes', '100M');
    expect(await container.exited).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(await code).toBe(137);
  });

  it('P5: stress over the limit kills the whole container', async () => {
    const container = await start(new SteppedClock(), { resources: { requests: {}, limits: { memoryBytes: 64 * MI } } });
    const { code } = exec(container, 'stress', '--vm', '1', '--vm-bytes', '512M');
    expect(await container.exited).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(await code).toBe(137);
  });

  it('kubernats-use says what the image holds from now on', async () => {
    const container = await start(new SteppedClock(), {});
    expect(await exec(container, 'kubernats-use', 'memory', '50Mi').code).toBe(0);
    expect(container.stats().memoryBytes).toBe(50 * MI);
    const shown = exec(container, 'kubernats-use');
    expect([await shown.code, shown.out.join('')]).toEqual([0, 'memory 50Mi\n']);
    expect(await exec(container, 'kubernats-use', 'cpu', '1500m').code).toBe(0);
    expect(container.stats().cpuMillicores).toBe(1500);
    for (const what of ['memory', 'cpu']) await exec(container, 'kubernats-use', what, '-').code;
    expect(container.stats()).toMatchObject({ memoryBytes: 2 * MI, cpuMillicores: 0 });
    const bad = exec(container, 'kubernats-use', 'memory', 'much');
    expect([await bad.code, bad.out.join('')]).toEqual([1, expect.stringContaining('kubernats-use: much: quantities must match')]);
    expect(await exec(container, 'kubernats-use', 'disk', '1').code).toBe(1);
  });
});
