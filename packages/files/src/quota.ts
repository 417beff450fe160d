import { FilesError } from './port.ts';

/** Counts the bytes of a folder against its quota. Counted once, then carried along; counted again after what it cannot carry. */
export class Quota {
  readonly #limitBytes: number;
  readonly #count: () => Promise<number>;
  #used: number | undefined;

  constructor(limitBytes: number, count: () => Promise<number>) {
    this.#limitBytes = limitBytes;
    this.#count = count;
  }

  /** Takes `bytes` (negative: gives back) or throws ENOSPC. Before it refuses it counts again: files may have gone by another way. */
  async take(bytes: number, path: string): Promise<void> {
    this.#used ??= await this.#count();
    if (bytes > 0 && this.#used + bytes > this.#limitBytes) {
      this.#used = await this.#count();
      if (this.#used + bytes > this.#limitBytes) throw new FilesError('ENOSPC', path);
    }
    this.#used += bytes;
  }

  forget(): void {
    this.#used = undefined;
  }
}
