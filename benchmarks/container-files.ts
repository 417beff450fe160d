import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@kubernats/clock';
import { createDiskFiles, createMountedFiles, type Files } from '@kubernats/files';
import { blockBackend, createNodeVolumes, type StorageBackend, sharedBackend, storageOf, VolumeSpaces } from '@kubernats/volumes';
import { type Benchmark, type Measurement, median, milliseconds } from './measurement.ts';

const SIZES = [
  { name: '4 KiB', bytes: 4 * 1024, times: 2_000 },
  { name: '1 MiB', bytes: 1024 * 1024, times: 60 },
];
const ROUNDS = 9;
const FILES = 8;
const CAPACITY_BYTES = 1024 ** 3;

const notOfNodes = (): never => {
  throw new Error('these volumes lie on no node');
};

interface Io {
  write(file: string, data: Uint8Array): Promise<void>;
  read(file: string): Promise<Uint8Array>;
}

/** A volume as a container has it: of a node that mounted it, with its border, in the container's tree. */
async function inContainer(root: Files, backend: StorageBackend): Promise<Files> {
  for (const folder of ['/storage', '/node', '/container']) await root.mkdir(folder, { recursive: true });
  const [storage, disk] = [root.scope('/storage'), root.scope('/node')];
  const side = { storage: await storageOf(storage, backend.name), clock: realClock, node: notOfNodes };
  const volume = await backend.create({ name: 'bench', capacityBytes: CAPACITY_BYTES, parameters: {}, node: undefined }, side);
  await backend.attach(volume, 'node1', side);
  const own = { node: 'node1', clock: realClock, storage, disk, path: notOfNodes, spaces: new VolumeSpaces(), backend: () => backend };
  const request = { backend, volume, capacityBytes: CAPACITY_BYTES, readOnly: false, pod: 'pod' };
  const files = await createNodeVolumes(own).mount(request);
  return createMountedFiles(async () => root.scope('/container'), [{ path: '/data', files, readOnly: false }]);
}

async function timeOf(io: Io, bytes: number, times: number): Promise<{ write: number; read: number }> {
  const data = new Uint8Array(bytes).fill(7);
  const each = async (work: (file: string) => Promise<unknown>): Promise<number> =>
    (await milliseconds(async () => {
      for (let i = 0; i < times; i++) await work(`file-${i % FILES}`);
    })) / times;
  const write = await each((file) => io.write(file, data));
  return { write, read: await each((file) => io.read(file)) };
}

/** What a container reads and writes in its volumes, beside the same in the folder of this machine that they are. */
export const containerFiles: Benchmark = {
  name: 'container-files',
  async run(): Promise<Measurement[]> {
    const folder = mkdtempSync(join(tmpdir(), 'kubernats-bench-files-'));
    try {
      const root = createDiskFiles(folder);
      const host: Io = { write: (file, data) => writeFile(join(folder, file), data), read: (file) => readFile(join(folder, file)) };
      const measurements: Measurement[] = [];
      for (const backend of [sharedBackend, blockBackend]) {
        const files = await inContainer(root, backend);
        const container: Io = { write: (file, data) => files.write(`/data/${file}`, data), read: (file) => files.read(`/data/${file}`) };
        for (const { name, bytes, times } of SIZES) {
          const ratios = { write: [] as number[], read: [] as number[] };
          for (let round = 0; round < ROUNDS; round++) {
            // One after the other, so that what else the machine does meets both.
            const [there, here] = [await timeOf(host, bytes, times), await timeOf(container, bytes, times)];
            for (const way of ['write', 'read'] as const) ratios[way].push(here[way] / there[way]);
          }
          for (const way of ['write', 'read'] as const) {
            const what = `a container's ${way} of ${name} in a ${backend.name} volume, to the same in the host's folder`;
            measurements.push({ name: what, value: median(ratios[way]), unit: '×', goal: { atMost: 1.1 } });
          }
        }
      }
      return measurements;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
