/** How a folder's bytes are counted against what it may hold. One may be given to several scopes of the same folder: they share its count. */
export class Quota {
  readonly #limitBytes: () => number;
  /** All who have the folder's bytes counted. */
  readonly #usage: FolderUsage;

  /**
   * @param limitBytes asked at every write: the border may change while the folder is in use
   * @param usage shared with other quotas of the same folder that may have other borders
   */
  constructor(limitBytes: () => number, usage = new FolderUsage()) {
    this.#limitBytes = limitBytes;
    this.#usage = usage;
  }

  get usage(): FolderUsage {
    return this.#usage;
  }

  get limitBytes(): number {
    return this.#limitBytes();
  }

  /** Whether the folder may become so much larger (negative: smaller). */
  fits(bytes: number): boolean {
    return bytes <= 0 || this.#usage.bytes + bytes <= this.limitBytes;
  }
}

/**
 * The bytes in a folder: counted once, then carried along; counted again after what cannot be carried, and before a write is refused: files may have
 * gone by another way. In doubt (a write is under way while it counts) it takes the larger number.
 */
export class FolderUsage {
  #counted: number | undefined;
  #underWay = 0;
  #counting: Promise<void> | undefined;
  /** Counts that were begun, and ended. */
  #counts = 0;
  #writtenWhileCounting = 0;
  /** Files that are being written, and how often. */
  readonly #busy = new Map<string, number>();

  get isKnown(): boolean {
    return this.#counted !== undefined;
  }

  /** With what is being written. */
  get bytes(): number {
    return (this.#counted ?? 0) + this.#underWay;
  }

  /**
   * Whether a file (or any) is being written: it may hold more in the end than it does now, so that what it has is not given back to a second write.
   */
  isBusy(file?: string): boolean {
    return file === undefined ? this.#busy.size > 0 : this.#busy.has(file);
  }

  /** Follows what has just begun and makes the folder `bytes` larger (negative: smaller). What came of it when it fails is not known. */
  async during(file: string, bytes: number, work: Promise<void>): Promise<void> {
    const more = Math.max(0, bytes);
    const counts = this.#counts;
    this.#underWay += more;
    this.#busy.set(file, (this.#busy.get(file) ?? 0) + 1);
    try {
      await work;
      this.#writtenWhileCounting += more;
      // A count that was made meanwhile may have seen the smaller folder.
      if (this.#counted !== undefined && (bytes > 0 || counts === this.#counts)) this.#counted += bytes;
    } catch (error) {
      this.forget();
      throw error;
    } finally {
      this.#underWay -= more;
      const others = (this.#busy.get(file) ?? 1) - 1;
      if (others > 0) this.#busy.set(file, others);
      else this.#busy.delete(file);
    }
  }

  forget(): void {
    this.#counted = undefined;
  }

  /** Counts anew; all who wait share one count. */
  recount(count: () => Promise<number>): Promise<void> {
    this.#counting ??= this.#countAnew(count).finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  async #countAnew(count: () => Promise<number>): Promise<void> {
    this.#counts += 1;
    this.#writtenWhileCounting = 0;
    const bytes = await count();
    this.#counts += 1;
    this.#counted = bytes + this.#writtenWhileCounting;
  }
}
