import { SteppedClock } from '@kubernats/clock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ImageFixture } from '../image.fixture.ts';

const MI = 1024 ** 2;
let clock: SteppedClock;
let pod: ImageFixture;
beforeEach(() => {
  clock = new SteppedClock();
  pod = new ImageFixture({ clock });
});
afterEach(() => pod[Symbol.asyncDispose]());

/** What it uses beside what every image does. */
const held = async (image: string, args: string[], part = {}) => {
  const started = await pod.start(image, args, part);
  await clock.advance(0);
  const base = 2 * MI;
  return { started, use: () => ({ memory: started.container.stats().memoryBytes - base, cpu: started.container.stats().cpuMillicores }) };
};

test('the stress of the page on memory: 150M in one worker that hangs', async () => {
  const { started, use } = await held('polinux/stress', [], {
    command: ['stress'],
    args: ['--vm', '1', '--vm-bytes', '150M', '--vm-hang', '1'],
  });
  expect(use()).toEqual({ memory: 150 * MI, cpu: 0 });
  expect(started.out).toBe('stress: info: [1] dispatching hogs: 0 cpu, 0 io, 1 vm, 0 hdd\n');
  started.container.signal('SIGTERM');
  expect(await started.exitCode()).toBe(143);
});

test('workers for CPU, for so long', async () => {
  const { started, use } = await held('polinux/stress', ['stress', '-c', '2', '--vm', '1', '-t', '60']);
  expect(use()).toEqual({ memory: 256 * MI, cpu: 3000 });
  await clock.advance(60_000);
  expect(await started.exitCode()).toBe(0);
  expect(started.out).toContain('stress: info: [1] successful run completed in 60s\n');
});

test('stress-ng takes a part of a core', async () => {
  const { started, use } = await held('alexeiled/stress-ng:latest', ['--cpu', '2', '--cpu-load=25', '--timeout', '10s', '--metrics-brief']);
  expect(use().cpu).toBe(500);
  await clock.advance(10_000);
  expect(await started.exitCode()).toBe(0);
});

test.each([
  [['stress', '--vm-bytes', 'lots', '--vm', '1'], 'stress: FAIL: [1] unrecognized suffix: s'],
  [['stress', '--fly'], 'flag provided but not defined: -fly'],
  [['stress', '--cpu', 'many'], 'invalid value "many" for flag -cpu: parse error'],
])('%j is refused', async (args, message) => {
  const started = await pod.start('polinux/stress', args);
  expect(await started.exitCode()).toBeGreaterThan(0);
  expect(started.err).toBe(`${message}\n`);
});

test('vish/stress takes its memory in steps', async () => {
  const { started, use } = await held('vish/stress', [
    '-cpus',
    '2',
    '-mem-total',
    '100Mi',
    '-mem-alloc-size',
    '1Mi',
    '-mem-alloc-sleep',
    '100ms',
  ]);
  expect(use()).toEqual({ memory: 0, cpu: 2000 });
  await clock.advance(5000);
  expect(use().memory).toBe(50 * MI);
  await clock.advance(10_000);
  expect(use().memory).toBe(100 * MI);
  expect(started.err).toContain('Allocated "100Mi" memory');
});

test('kubernats/stress starts slowly, grows, serves, and ends with a code; flags may be variables', async () => {
  const env = { START_DELAY: '10s', PORT: '8080', EXIT_CODE: '3' };
  const { started, use } = await held('kubernats/stress', ['--memory=100Mi', '--cpu=500m', '--ramp=10s', '--timeout=1m'], { env });
  await expect(pod.get(8080)).rejects.toThrow('ECONNREFUSED');
  await clock.advance(10_000);
  expect(started.out).toContain('started: memory 100Mi, cpu 500m');
  const asked = pod.get(8080);
  await clock.advance(5000);
  expect((await asked).text).toBe('ok\n');
  expect(use()).toEqual({ memory: 50 * MI, cpu: 250 });
  await clock.advance(60_000);
  expect(await started.exitCode()).toBe(3);
});
