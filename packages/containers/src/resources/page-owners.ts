import type { MeterPart } from './meter.ts';

/**
 * Who pays for the bytes of a folder in memory: as with a cgroup's pages, the container that wrote them. What somebody frees is taken off the one who
 * frees it, as far as it pays for any, and then off the others. When a container ends nobody pays for what it leaves behind: a kernel puts that on the
 * Pod, which has no limit of its own here. Source: Linux, "Memory Resource Controller", "Memory Ownership".
 */
export class PageOwners {
  readonly #bytes = new Map<MeterPart, number>();
  /** Bytes of containers that have ended. */
  #ownerless = 0;
  /** The last change: what one makes larger is measured before the next begins. */
  #last: Promise<unknown> = Promise.resolve();

  /** Does something to the folder, which is `measure` bytes larger (negative: smaller) then. */
  change<T>(owner: MeterPart, measure: () => Promise<number>, work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(async () => {
      const bytes = await measure();
      const result = await work();
      if (bytes > 0) this.#set(owner, this.#of(owner) + bytes);
      else this.#free(owner, -bytes);
      return result;
    });
    this.#last = done.catch(() => {});
    return done;
  }

  /** The container has ended. */
  leave(owner: MeterPart): void {
    this.#ownerless += this.#of(owner);
    this.#bytes.delete(owner);
  }

  #free(first: MeterPart, bytes: number): void {
    let left = bytes;
    for (const owner of [first, ...this.#bytes.keys()]) {
      const freed = Math.min(left, this.#of(owner));
      if (freed > 0) this.#set(owner, this.#of(owner) - freed);
      left -= freed;
    }
    this.#ownerless = Math.max(0, this.#ownerless - left);
  }

  #of(owner: MeterPart): number {
    return this.#bytes.get(owner) ?? 0;
  }

  #set(owner: MeterPart, bytes: number): void {
    this.#bytes.set(owner, bytes);
    owner.setMemory(bytes);
  }
}
