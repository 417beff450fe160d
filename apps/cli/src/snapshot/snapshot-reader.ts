import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { VERSION } from '@kubernats/runtime/version';
import type * as z from 'zod';
import {
  endSchema,
  entrySchema,
  headSchema,
  notASnapshot,
  SNAPSHOT_FORM,
  type SnapshotEnd,
  type SnapshotEntry,
  type SnapshotHead,
} from './format.ts';
import { LiveEntries } from './live-entries.ts';

/** What a whole and undamaged snapshot says of itself. */
export interface SnapshotSummary {
  head: SnapshotHead;
  end: SnapshotEnd;
  sizeBytes: number;
  live: LiveEntries;
}

/** A line of a snapshot says what it is and no more: a longer one is of something else. */
const MAX_LINE_BYTES = 64 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const NEW_LINE = 10;

/** Reads a snapshot to its end and checks all of it. Throws a Failure that says what is wrong with it. */
export async function inspectSnapshot(file: string): Promise<SnapshotSummary> {
  const live = new LiveEntries();
  const reading = readSnapshot(file);
  for (;;) {
    const next = await reading.next();
    if (next.done) {
      const { head, end } = next.value;
      const counts = live.counts();
      if (JSON.stringify(counts) !== JSON.stringify(end.objects)) throw notASnapshot(file, 'it holds other objects than its end says');
      return { head, end, sizeBytes: statSync(file).size, live };
    }
    live.add(next.value.entry);
  }
}

/** Reads the entries of a snapshot one after another. Returns its head and its end, when all before was found to be as it was written. */
export async function* readSnapshot(
  file: string,
): AsyncGenerator<{ entry: SnapshotEntry; object: Buffer }, { head: SnapshotHead; end: SnapshotEnd }> {
  await using bytes = new ByteReader(file);
  const hash = createHash('sha256');
  const parsed = <T>(line: Buffer, schema: z.ZodType<T>, what: string): T => {
    try {
      return schema.parse(JSON.parse(line.toString('utf8')));
    } catch {
      throw notASnapshot(file, what);
    }
  };
  const first = await bytes.line();
  const head = parsed(first, headSchema, 'it does not begin as one does');
  if (head.form > SNAPSHOT_FORM) {
    throw notASnapshot(
      file,
      `it was made by kubernats ${head.version} (form ${head.form}), and this is ${VERSION}, which knows forms up to ${SNAPSHOT_FORM}: use that version or a later one`,
    );
  }
  hash.update(first);
  for (;;) {
    const line = await bytes.line();
    if (line.length === 0) throw notASnapshot(file, 'it ends in the middle');
    if (line.subarray(0, END.length).equals(END)) {
      const end = parsed(line, endSchema, 'its end is damaged');
      if (hash.digest('hex') !== end.sha256) throw notASnapshot(file, 'it is damaged: its checksum is another one');
      if (!(await bytes.isAtEnd())) throw notASnapshot(file, 'something follows behind its end');
      return { head, end };
    }
    const entry = parsed(line, entrySchema, 'it is damaged: it holds a line that is no entry');
    const object = await bytes.take(entry.bytes + 1);
    hash.update(line).update(object);
    yield { entry, object: object.subarray(0, -1) };
  }
}

const END = Buffer.from('{"end":true,');

/** A file's bytes, by the line and by number. */
class ByteReader implements AsyncDisposable {
  readonly #file: string;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(file: string) {
    this.#file = file;
    this.#chunks = createReadStream(file, { highWaterMark: CHUNK_BYTES })[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** With the line's end; empty at the end of the file. */
  async line(): Promise<Buffer> {
    for (let from = 0; ; ) {
      const at = this.#rest.indexOf(NEW_LINE, from);
      if (at !== -1) return this.#cut(at + 1);
      from = this.#rest.length;
      if (from > MAX_LINE_BYTES) throw notASnapshot(this.#file, 'it is not made of lines');
      if (await this.#more()) continue;
      if (from > 0) throw notASnapshot(this.#file, 'it ends in the middle');
      return this.#rest;
    }
  }

  async take(count: number): Promise<Buffer> {
    while (this.#rest.length < count) if (!(await this.#more())) throw notASnapshot(this.#file, 'it ends in the middle');
    return this.#cut(count);
  }

  async isAtEnd(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#more());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#chunks.return?.();
  }

  #cut(count: number): Buffer {
    const bytes = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return bytes;
  }

  async #more(): Promise<boolean> {
    try {
      const { value, done } = await this.#chunks.next();
      if (done) return false;
      this.#rest = Buffer.concat([this.#rest, value]);
      return true;
    } catch (error) {
      throw notASnapshot(this.#file, (error as Error).message);
    }
  }
}
