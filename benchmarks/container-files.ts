import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@kubernats/clock';
import { createDiskFiles, createMountedFiles, type Files } from '@kubernats/files';
import { blockBackend, createNodeVolumes, type StorageBackend, sharedBackend, storageOf, VolumeSpaces } from '@kubernats/volumes';
import { type Benchmark, type Measurement, milliseconds, percentile } from './measurement.ts';

interface Size {
  name: string;
  bytes: number;
  /** So many at once, which takes a few milliseconds: short enough that now and then nothing else interferes. */
  times: number;
  /** One after the other, so many that none is written again while the disk still writes it down: that would be a wait for the disk. */
  files: number;
}

const SIZES: readonly Size[] = [
  { name: '4 KiB', bytes: 4 * 1024, times: 40, files: 1_000 },
  { name: '1 MiB', bytes: 1024 * 1024, times: 2, files: 40 },
];
const MEASURE_MS = 3_000;
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

type Way = keyof Io;

/** One side of the comparison: goes through its files, and keeps how long each round of calls took. */
class Side {
  readonly #io: Io;
  readonly #size: Size;
  readonly #data: Uint8Array;
  readonly #tookMs: number[] = [];
  #next = 0;

  constructor(io: Io, size: Size) {
    this.#io = io;
    this.#size = size;
    this.#data = new Uint8Array(size.bytes).fill(7);
  }

  async prepare(): Promise<void> {
    for (let i = 0; i < this.#size.files; i++) await this.#io.write(`file-${i}`, this.#data);
  }

  async round(way: Way): Promise<void> {
    const ms = await milliseconds(async () => {
      for (let i = 0; i < this.#size.times; i++) {
        const file = `file-${this.#next++ % this.#size.files}`;
        await (way === 'write' ? this.#io.write(file, this.#data) : this.#io.read(file));
      }
    });
    this.#tookMs.push(ms);
  }

  /** What else the machine does only ever makes it slower, so that the quickest tenth counts. */
  get ms(): number {
    return percentile(this.#tookMs, 0.1);
  }
}

/** How much longer `one` takes than `other`. They take turns, each first as often as the other. */
async function ratioOf(one: Io, other: Io, way: Way, size: Size): Promise<number> {
  const sides = [new Side(one, size), new Side(other, size)] as const;
  for (const side of sides) await side.prepare();
  const from = performance.now();
  for (let order = [...sides]; performance.now() - from < MEASURE_MS; order = order.toReversed()) {
    for (const side of order) await side.round(way);
  }
  return sides[0].ms / sides[1].ms;
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
        for (const size of SIZES) {
          for (const way of ['write', 'read'] as const) {
            const what = `a container's ${way} of ${size.name} in a ${backend.name} volume, to the same in the host's folder`;
            const value = await ratioOf(container, host, way, size);
            measurements.push({ name: what, value, unit: '×', goal: { atMost: 1.1 } });
          }
        }
      }
      return measurements;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
