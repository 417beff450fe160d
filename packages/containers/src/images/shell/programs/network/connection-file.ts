import { FilesError } from '@kubernats/files';
import type { Connection } from '@kubernats/net';
import { OpenFile, type Wait } from '../../streams/open-file.ts';

/** A connection as a program's standard input and output. */
export class ConnectionFile extends OpenFile {
  readonly #connection: Connection;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #next: Promise<IteratorResult<Uint8Array>> | undefined;
  #left: Uint8Array = new Uint8Array();

  constructor(connection: Connection) {
    super('socket');
    this.#connection = connection;
    this.#chunks = connection[Symbol.asyncIterator]();
  }

  override async read(max: number, wait: Wait): Promise<Uint8Array | undefined> {
    while (this.#left.length === 0) {
      // A reader that is killed leaves what it asked for to the next one.
      this.#next ??= this.#chunks.next().catch(() => ({ done: true, value: undefined }) as const);
      const { done, value } = await wait(this.#next);
      if (done === true) return undefined;
      this.#next = undefined;
      this.#left = value;
    }
    const taken = this.#left.subarray(0, max);
    this.#left = this.#left.subarray(taken.length);
    return taken;
  }

  override unread(bytes: Uint8Array): void {
    this.#left = Buffer.concat([bytes, this.#left]);
  }

  override write(bytes: Uint8Array, wait: Wait): Promise<void> | void {
    const connection = this.#connection;
    if (connection.destroyed || connection.writableEnded) throw new FilesError('EPIPE', this.name);
    if (connection.write(bytes)) return;
    return wait(
      new Promise<void>((resolve) => {
        const settle = (): void => {
          connection.off('drain', settle);
          connection.off('close', settle);
          resolve();
        };
        connection.once('drain', settle);
        connection.once('close', settle);
      }),
    );
  }

  protected override closed(): void {
    this.#connection.end();
  }
}
