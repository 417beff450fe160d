import type { OpenFile } from '../streams/open-file.ts';
import type { System } from '../system.ts';
import { Complaint, codeOf, Killed, textOf } from './errors.ts';
import type { Process } from './process.ts';

/** A program: gets one run of itself, and gives its exit status. What it throws as a `Complaint` is said in its name. */
export type Program = (run: Invocation) => Promise<number> | number;

/** Programs of BusyBox that write to the descriptor; the others leave that to the C library, and have other words when it fails. */
const WRITES_ITSELF: ReadonlySet<string> = new Set(['cat', 'tail', 'tar']);
const CHUNK_BYTES = 64 * 1024;
const LINE_BYTES_MAX = 1024 * 1024;
const NEWLINE = 0x0a;

/** One run of a program: its words, its process, and the usual ways to read and write. */
export class Invocation {
  readonly process: Process;
  readonly system: System;
  readonly name: string;
  readonly args: readonly string[];

  constructor(process: Process, argv: readonly string[]) {
    this.process = process;
    this.system = process.system;
    const [first = ''] = argv;
    this.name = first.slice(first.lastIndexOf('/') + 1);
    this.args = argv.slice(1);
  }

  get env(): Readonly<Record<string, string>> {
    return this.process.env;
  }

  /** Throws a `Complaint` when it cannot be written, as on a full disk. */
  async out(text: string | Uint8Array): Promise<void> {
    try {
      await this.process.say(1, text);
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined || code === 'EPIPE') throw error;
      throw new Complaint(`${WRITES_ITSELF.has(this.name) ? 'write error' : 'standard output'}: ${textOf(error)}`);
    }
  }

  err(text: string): Promise<void> {
    return this.process.say(2, text);
  }

  /** A message with the program's name in front. */
  warn(text: string): Promise<void> {
    return this.err(`${this.name}: ${text}\n`);
  }

  /** The same program with other words. */
  with(args: readonly string[]): Invocation {
    return new Invocation(this.process, [this.name, ...args]);
  }

  /** The absolute path that a word means. */
  path(word: string): string {
    return this.process.path(word);
  }

  /** Opens a file for reading; `-` is the standard input. */
  async open(word: string): Promise<OpenFile> {
    const input = this.process.files.get(0);
    if (word === '-' && input) return input.retain();
    return this.process.wait(this.system.tree.open(this.path(word), 'read', this.process));
  }

  /** The standard input, piece by piece. */
  input(): AsyncGenerator<Uint8Array> {
    return this.chunks(this.process.files.get(0));
  }

  /** What a file has, piece by piece. */
  async *chunks(file: OpenFile | undefined): AsyncGenerator<Uint8Array> {
    for (;;) {
      const bytes = await file?.read(CHUNK_BYTES, this.process.wait);
      if (!bytes) return;
      yield bytes;
      const turn = this.system.step(this.process);
      if (turn) await turn;
    }
  }

  /** All of an input at once, for programs that need it. Throws a `Complaint` past `maxBytes`. */
  async all(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of chunks) {
      size += part.length;
      if (size > maxBytes) throw new Complaint('memory exhausted', 2);
      parts.push(part);
    }
    return Buffer.concat(parts);
  }
}

/** Whole lines out of pieces, each with its line end; the last may lack one, and so do the parts of a line that is too long to hold. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line = chunk.subarray(from, end + 1);
      yield left.length === 0 ? line : Buffer.concat([...left, line]);
      left = [];
      held = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    left.push(chunk.subarray(from));
    held += chunk.length - from;
    if (held < LINE_BYTES_MAX) continue;
    yield Buffer.concat(left);
    left = [];
    held = 0;
  }
  if (left.length > 0) yield Buffer.concat(left);
}

/** Whether a piece of `linesOf` ends a line. */
export function endsLine(line: Uint8Array): boolean {
  return line.at(-1) === NEWLINE;
}

/** Runs a program as a process, and says what it complains of. */
export async function invoke(program: Program, process: Process, argv: readonly string[]): Promise<number> {
  const run = new Invocation(process, argv);
  try {
    return await program(run);
  } catch (error) {
    if (error instanceof Complaint) {
      if (error.message !== '') await run.warn(error.message);
      return error.status;
    }
    const code = codeOf(error);
    if (error instanceof Killed || code === undefined || code === 'EPIPE') throw error;
    await run.warn(code === 'ENOSPC' ? `write error: ${textOf(error)}` : textOf(error));
    return 1;
  }
}
