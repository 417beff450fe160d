// P5, V1: what a container writes to a volume in memory is its own memory.
import { realIds, SteppedClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { VirtualNetwork } from '@kubernats/net';
import { expect, test } from 'vitest';
import { defineImage } from '../image.ts';
import type { Mount, RunningContainer } from '../port.ts';
import { NodeResources } from '../resources/node-resources.ts';
import { PageOwners } from '../resources/page-owners.ts';
import { createSimRuntime } from './sim-runtime.ts';

const MI = 1024 * 1024;
const mebibytes = (count: number): Uint8Array => new Uint8Array(count * MI);

/** Containers of one Pod that have a volume in memory at /memory, each with the limit that is named. */
async function pod() {
  const clock = new SteppedClock();
  const trees = new Map<string, Files>();
  const idle = defineImage({
    names: ['idle'],
    run({ container, files, signal }) {
      trees.set(container, files);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(0)));
    },
  });
  const resources = new NodeResources({ clock, cpuMillicores: 4000, memoryBytes: 1024 * MI });
  const sandbox = await createSimRuntime({ clock, ids: realIds, network: new VirtualNetwork(), images: [idle] }).createSandbox({
    pod: { name: 'web', namespace: 'default', uid: 'u1', labels: {}, annotations: {} },
    node: { name: 'node1', ip: '10.0.0.1' },
    ip: '10.244.0.5',
    hostname: 'web',
    resources,
  });
  const memory: Mount = { path: '/memory', files: createMemoryFiles(clock), readOnly: false, pageOwners: new PageOwners() };
  const disk: Mount = { path: '/disk', files: createMemoryFiles(clock), readOnly: false };
  return async (name: string, limitBytes?: number) => {
    const limits = limitBytes === undefined ? {} : { memoryBytes: limitBytes };
    const config = { name, image: 'idle', env: {}, mounts: [memory, disk], ports: [], resources: { requests: {}, limits }, log: () => {} };
    const container = await sandbox.start(config);
    const files = trees.get(name);
    if (!files) throw new Error(`${name} does not run`);
    return { container, files, beside: besides(container) };
  };
}

/** What a container holds beside what it began with. */
function besides(container: RunningContainer): () => number {
  const base = container.stats().memoryBytes;
  return () => container.stats().memoryBytes - base;
}

test('V1: the container that writes pays, and no longer once the bytes are gone', async () => {
  const start = await pod();
  const [one, two] = [await start('one'), await start('two')];
  await one.files.write('/memory/a', mebibytes(3));
  await one.files.append('/memory/a', mebibytes(1));
  await two.files.write('/memory/b', mebibytes(2));
  await two.files.write('/disk/c', mebibytes(8));
  expect([one.beside(), two.beside()]).toEqual([4 * MI, 2 * MI]);
  await one.files.write('/memory/a', mebibytes(1));
  expect(one.beside()).toBe(MI);
  await one.files.rename('/memory/a', '/memory/b');
  expect([one.beside(), two.beside()]).toEqual([0, MI]);
  await two.files.remove('/memory/b');
  expect([one.beside(), two.beside()]).toEqual([0, 0]);
});

test('P5: a container that writes more than its memory is killed; what it wrote stays, and is nobody’s', async () => {
  const start = await pod();
  const one = await start('one', 16 * MI);
  await one.files.write('/memory/a', mebibytes(8));
  await one.files.append('/memory/a', mebibytes(8)).catch(() => {});
  expect((await one.container.exited).reason).toBe('OOMKilled');
  const again = await start('one', 16 * MI);
  expect(await again.files.stat('/memory/a')).toMatchObject({ sizeBytes: 16 * MI });
  expect(again.beside()).toBe(0);
  await again.files.remove('/memory/a');
  await again.files.write('/memory/a', mebibytes(2));
  expect(again.beside()).toBe(2 * MI);
});

test('V1: many writes at once are counted once', async () => {
  const start = await pod();
  const one = await start('one');
  await Promise.all(Array.from({ length: 20 }, () => one.files.write('/memory/a', mebibytes(1))));
  expect(one.beside()).toBe(MI);
});
