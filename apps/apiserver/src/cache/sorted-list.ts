interface Chunk<T> {
  /** The list's epoch at which this chunk was made; chunks of an earlier epoch belong to a snapshot too and are copied first. */
  epoch: number;
  items: T[];
}

const MAX_CHUNK = 512;

/** What a list looked like at one moment. Costs nothing to take: it shares its chunks with the list until they change. */
export class Snapshot<T extends { id: string }> {
  readonly size: number;
  readonly #chunks: readonly Chunk<T>[];

  constructor(chunks: readonly Chunk<T>[], size: number) {
    this.#chunks = chunks;
    this.size = size;
  }

  /** Visits the items whose id starts with `prefix` and is after `after`, in order, until `visit` returns false. */
  scan(prefix: string, after: string, visit: (item: T) => boolean): void {
    const start = after > prefix ? after : prefix;
    for (let c = chunkOf(this.#chunks, start); c < this.#chunks.length; c++) {
      const items = this.#chunks[c]?.items ?? [];
      for (let i = c === 0 || (items[0]?.id ?? '') < start ? positionOf(items, start) : 0; i < items.length; i++) {
        const item = items[i] as T;
        if (item.id === after) continue;
        if (!item.id.startsWith(prefix)) return;
        if (!visit(item)) return;
      }
    }
  }
}

/**
 * A list sorted by id, in chunks that are copied on write: snapshots for paged lists are free, a write copies at most one
 * chunk, and a range is found by two binary searches.
 */
export class SortedList<T extends { id: string }> {
  #chunks: Chunk<T>[] = [];
  #epoch = 0;
  #size = 0;
  #shared = false;

  get size(): number {
    return this.#size;
  }

  /** Puts the item at its place, over one with the same id. */
  set(item: T): void {
    if (this.#chunks.length === 0) this.#own().push({ epoch: this.#epoch, items: [] });
    const c = Math.min(chunkOf(this.#chunks, item.id), this.#chunks.length - 1);
    const chunk = this.#writable(c);
    const i = positionOf(chunk.items, item.id);
    if (chunk.items[i]?.id === item.id) {
      chunk.items[i] = item;
      return;
    }
    chunk.items.splice(i, 0, item);
    this.#size++;
    if (chunk.items.length > MAX_CHUNK) {
      // Objects often arrive in ascending order: leaving most behind keeps such chunks nearly full.
      const right = chunk.items.splice(i === chunk.items.length - 1 ? MAX_CHUNK - 32 : MAX_CHUNK / 2);
      this.#own().splice(c + 1, 0, { epoch: this.#epoch, items: right });
    }
  }

  delete(id: string): void {
    const c = chunkOf(this.#chunks, id);
    const found = this.#chunks[c];
    if (!found || found.items[positionOf(found.items, id)]?.id !== id) return;
    const chunk = this.#writable(c);
    chunk.items.splice(positionOf(chunk.items, id), 1);
    this.#size--;
    if (chunk.items.length === 0) this.#own().splice(c, 1);
  }

  snapshot(): Snapshot<T> {
    this.#shared = true;
    this.#epoch++;
    return new Snapshot(this.#chunks, this.#size);
  }

  #own(): Chunk<T>[] {
    if (this.#shared) {
      this.#chunks = this.#chunks.slice();
      this.#shared = false;
    }
    return this.#chunks;
  }

  #writable(c: number): Chunk<T> {
    const chunk = this.#chunks[c] as Chunk<T>;
    if (chunk.epoch === this.#epoch) return chunk;
    const copy = { epoch: this.#epoch, items: chunk.items.slice() };
    this.#own()[c] = copy;
    return copy;
  }
}

/** The first chunk whose last id is not before `id`; the number of chunks when there is none. */
function chunkOf<T extends { id: string }>(chunks: readonly Chunk<T>[], id: string): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunks[middle]?.items.at(-1)?.id ?? '') < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first position whose id is not before `id`. */
function positionOf<T extends { id: string }>(items: readonly T[], id: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((items[middle] as T).id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
