import { type Files, FilesError } from '@kubernats/files';
import { codeOf } from '../process/errors.ts';
import { OpenFile, type Wait } from '../streams/open-file.ts';

/** A file of the container's own: read from a position, written at its end. */
export class RegularFile extends OpenFile {
  readonly #files: Files;
  readonly #path: string;
  readonly #readable: boolean;
  readonly #writable: boolean;
  #position = 0;

  constructor(files: Files, path: string, { readable, writable }: { readable: boolean; writable: boolean }) {
    super(path);
    this.#files = files;
    this.#path = path;
    this.#readable = readable;
    this.#writable = writable;
  }

  override async read(max: number, wait: Wait): Promise<Uint8Array | undefined> {
    if (!this.#readable) throw new FilesError('EBADF', this.#path);
    const bytes = await wait(this.#files.readRange(this.#path, this.#position, max));
    this.#position += bytes.length;
    return bytes.length === 0 ? undefined : bytes;
  }

  override unread(bytes: Uint8Array): void {
    this.#position -= bytes.length;
  }

  override async write(bytes: Uint8Array, wait: Wait): Promise<void> {
    if (!this.#writable) throw new FilesError('EBADF', this.#path);
    try {
      await wait(this.#files.append(this.#path, bytes));
    } catch (error) {
      if (codeOf(error) === 'ENOSPC') await this.#fill(bytes, wait);
      throw error;
    }
  }

  /** A volume that is nearly full takes what still fits. */
  async #fill(bytes: Uint8Array, wait: Wait): Promise<void> {
    const space = await wait(this.#files.space(this.#path));
    const room = space ? space.sizeBytes - space.usedBytes : 0;
    if (room > 0) await wait(this.#files.append(this.#path, bytes.subarray(0, room)));
  }
}
