// Files that live in memory for as long as they are open.
import { FilesError } from '@kubernats/files';
import { OpenFile } from './open-file.ts';

/** A text to read: a here-document. */
export class BytesFile extends OpenFile {
  #left: Uint8Array;
  constructor(bytes: Uint8Array) {
    super('pipe');
    this.#left = bytes;
  }
  override async read(max: number): Promise<Uint8Array | undefined> {
    if (this.#left.length === 0) return undefined;
    const taken = this.#left.subarray(0, max);
    this.#left = this.#left.subarray(taken.length);
    return taken;
  }
  override unread(bytes: Uint8Array): void {
    this.#left = Buffer.concat([bytes, this.#left]);
  }
}

/** Holds what is written, up to a limit: `$(…)`. */
export class Collector extends OpenFile {
  readonly #chunks: Uint8Array[] = [];
  readonly #max: number;
  #size = 0;
  constructor(maxBytes: number) {
    super('pipe');
    this.#max = maxBytes;
  }
  override write(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size > this.#max) throw new FilesError('ENOMEM', this.name);
    this.#chunks.push(bytes);
  }
  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }
}

/** `/dev/null`. */
export class NullFile extends OpenFile {
  constructor() {
    super('/dev/null');
  }
  override async read(): Promise<undefined> {
    return undefined;
  }
  override write(): void {}
}
