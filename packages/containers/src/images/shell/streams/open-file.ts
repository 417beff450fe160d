import { FilesError } from '@kubernats/files';
import type { Teletype } from '../../../terminal/teletype.ts';

/** Waits as long as the process that waits lives; rejects when it is killed first. */
export type Wait = <T>(work: Promise<T>) => Promise<T>;

/**
 * An open file description: what a descriptor leads to. Descriptors that were copied from each other share one, its position included.
 * It closes when the last of them does.
 */
export abstract class OpenFile {
  /** How `/proc/…/fd` and error messages name it. */
  readonly name: string;
  /** The terminal that it is, if it is one. */
  readonly terminal: Teletype | undefined;
  #users = 1;

  constructor(name: string, terminal?: Teletype) {
    this.name = name;
    this.terminal = terminal;
  }

  /** Up to `max` bytes, as soon as there are any; undefined at the end. Throws `FilesError`. */
  read(_max: number, _wait: Wait): Promise<Uint8Array | undefined> {
    return Promise.reject(new FilesError('EBADF', this.name));
  }

  /** Gives back what was read too much: the next read gets it first. */
  unread(_bytes: Uint8Array): void {}

  /** Settles when there is room for more. Throws `FilesError`; EPIPE when nobody reads any more. */
  write(_bytes: Uint8Array, _wait: Wait): Promise<void> | void {
    throw new FilesError('EBADF', this.name);
  }

  retain(): this {
    this.#users += 1;
    return this;
  }

  release(): void {
    this.#users -= 1;
    if (this.#users === 0) this.closed();
  }

  protected closed(): void {}
}
