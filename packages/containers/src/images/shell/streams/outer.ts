// The ends of a container's own streams, and of a caller's: what comes in from outside, and what goes out.
import { FilesError } from '@kubernats/files';
import { Notice } from './notice.ts';
import { OpenFile, type Wait } from './open-file.ts';

const NOTHING = new Uint8Array();

/** Reads what somebody outside sends; asks for the next piece when a program wants it, so that the sender waits for the program. */
export class OuterInput extends OpenFile {
  readonly #source: AsyncIterator<Uint8Array> | undefined;
  readonly #arrived = new Notice();
  #left: Uint8Array = NOTHING;
  #asking = false;
  #ended: boolean;

  constructor(source: AsyncIterable<Uint8Array> | undefined) {
    super('/dev/stdin');
    this.#source = source?.[Symbol.asyncIterator]();
    this.#ended = source === undefined;
  }

  override async read(max: number, wait: Wait): Promise<Uint8Array | undefined> {
    while (this.#left.length === 0) {
      if (this.#ended) return undefined;
      const next = this.#arrived.next();
      this.#ask();
      await wait(next);
    }
    const taken = this.#left.subarray(0, max);
    this.#left = this.#left.subarray(taken.length);
    return taken;
  }

  override unread(bytes: Uint8Array): void {
    this.#left = this.#left.length === 0 ? bytes : Buffer.concat([bytes, this.#left]);
  }

  #ask(): void {
    if (this.#asking || !this.#source) return;
    this.#asking = true;
    this.#source.next().then(
      ({ done, value }) => this.#come(done === true ? undefined : value),
      () => this.#come(undefined),
    );
  }

  #come(bytes: Uint8Array | undefined): void {
    this.#asking = false;
    if (bytes) this.#left = bytes;
    else this.#ended = true;
    this.#arrived.tell();
  }
}

/** Writes to somebody outside, who may be slow, and may go. */
export class OuterOutput extends OpenFile {
  readonly #sink: (bytes: Uint8Array) => Promise<void> | void;
  readonly #gone: () => boolean;

  constructor(name: string, sink: (bytes: Uint8Array) => Promise<void> | void, gone: () => boolean) {
    super(name);
    this.#sink = sink;
    this.#gone = gone;
  }

  override write(bytes: Uint8Array, wait: Wait): Promise<void> | void {
    if (this.#gone()) throw new FilesError('EPIPE', this.name);
    const room = this.#sink(bytes);
    if (!room) return;
    return wait(
      room.catch(() => {
        throw new FilesError('EPIPE', this.name);
      }),
    );
  }
}
