import { FilesError } from './port.ts';

/**
 * Counts the bytes of a folder against its quota. Counted once, then carried along; counted again after what it cannot carry, and before it
 * refuses: files may have gone by another way. In doubt (a write is under way while it counts) it takes the larger number.
 */
export class Quota {
  readonly #limitBytes: number;
  readonly #count: () => Promise<number>;
  #used: number | undefined;
  /** Bytes of writes that are under way. */
  #underWay = 0;
  #counting: Promise<void> | undefined;
  #writtenWhileCounting = 0;

  constructor(limitBytes: number, count: () => Promise<number>) {
    this.#limitBytes = limitBytes;
    this.#count = count;
  }

  /** Does a write that makes the folder `bytes` larger (negative: smaller), or throws ENOSPC. */
  async charge(bytes: number, path: string, work: () => Promise<void>): Promise<void> {
    if (this.#used === undefined) await this.#recount();
    if (!this.#fits(bytes)) {
      await this.#recount();
      if (!this.#fits(bytes)) throw new FilesError('ENOSPC', path);
    }
    const more = Math.max(0, bytes);
    this.#underWay += more;
    try {
      await work();
      if (this.#used !== undefined) this.#used += bytes;
      this.#writtenWhileCounting += more;
    } finally {
      this.#underWay -= more;
    }
  }

  forget(): void {
    this.#used = undefined;
  }

  #fits(bytes: number): boolean {
    return bytes <= 0 || (this.#used ?? 0) + this.#underWay + bytes <= this.#limitBytes;
  }

  /** All who wait share one count. */
  #recount(): Promise<void> {
    this.#counting ??= this.#countAnew().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  async #countAnew(): Promise<void> {
    this.#writtenWhileCounting = 0;
    const used = await this.#count();
    this.#used = used + this.#writtenWhileCounting;
  }
}
