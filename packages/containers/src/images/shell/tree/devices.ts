import type { Random } from '@kubernats/clock';
import { FilesError } from '@kubernats/files';
import type { Process } from '../process/process.ts';
import { NullFile } from '../streams/bytes.ts';
import { OpenFile } from '../streams/open-file.ts';
import type { System } from '../system.ts';

const CHUNK_BYTES = 64 * 1024;

/** `/dev/zero` and `/dev/urandom`: as many bytes as anybody asks for. */
class Endless extends OpenFile {
  readonly #fill: (bytes: Uint8Array) => void;
  constructor(name: string, fill: (bytes: Uint8Array) => void) {
    super(name);
    this.#fill = fill;
  }
  override async read(max: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.min(max, CHUNK_BYTES));
    this.#fill(bytes);
    return bytes;
  }
  override write(): void {}
}

/** `/dev/full`: there is never room. */
class FullFile extends OpenFile {
  constructor() {
    super('/dev/full');
  }
  override async read(max: number): Promise<Uint8Array> {
    return new Uint8Array(Math.min(max, CHUNK_BYTES));
  }
  override write(): void {
    throw new FilesError('ENOSPC', this.name);
  }
}

function randomBytes(random: Random): (bytes: Uint8Array) => void {
  return (bytes) => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = random.int(256);
  };
}

type Device = (system: System, process: Process | undefined) => OpenFile;

/** The devices of a container, by their names in `/dev`. */
export const DEVICES: ReadonlyMap<string, Device> = new Map<string, Device>([
  ['null', () => new NullFile()],
  ['zero', () => new Endless('/dev/zero', () => {})],
  ['full', () => new FullFile()],
  ['random', (system) => new Endless('/dev/random', randomBytes(system.random))],
  ['urandom', (system) => new Endless('/dev/urandom', randomBytes(system.random))],
  [
    'tty',
    (_system, process) => {
      const terminal = [...(process?.files.values() ?? [])].find((file) => file.terminal);
      if (!terminal) throw new FilesError('ENXIO', '/dev/tty');
      return terminal.retain();
    },
  ],
]);
