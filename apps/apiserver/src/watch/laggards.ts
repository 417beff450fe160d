const MEGABYTE = 1024 * 1024;

/** So much may be unsent to anybody: who has less keeps up. */
const KEEPS_UP_BYTES = MEGABYTE;
/** More than this is unsent to nobody. */
const MAX_BYTES = 16 * MEGABYTE;
/** What is unsent to all that do not keep up. TLS makes a copy of it for each. */
const ALL_BYTES = 256 * MEGABYTE;

/** The watchers that do not keep up, which share what may be kept for them. */
export class Laggards {
  /** Each by what it waits for. */
  readonly #behind = new Set<Promise<void>>();

  /**
   * Whether a watcher with so many bytes unsent is given up rather than told more. `room` resolves when it has sent them, or is gone. To be asked before each write: one event
   * more is always taken, however large it is.
   */
  isLost(unsentBytes: number, room: Promise<void> | undefined): boolean {
    if (unsentBytes <= KEEPS_UP_BYTES || !room) return false;
    if (!this.#behind.has(room)) {
      this.#behind.add(room);
      void room.then(() => this.#behind.delete(room));
    }
    return unsentBytes > Math.min(MAX_BYTES, Math.max(KEEPS_UP_BYTES, ALL_BYTES / this.#behind.size));
  }
}
