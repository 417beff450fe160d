import type { Terminal } from '../image.ts';
import type { TerminalSize } from '../port.ts';
import type { SignalName } from '../signals.ts';
import { LineDiscipline } from './line-discipline.ts';

type Sink = (bytes: Uint8Array) => Promise<void> | void;

const encoder = new TextEncoder();
const NEWLINE = 0x0a;
const TYPED_AHEAD_BYTES_MAX = 64 * 1024;
const DEFAULT_SIZE: TerminalSize = { columns: 80, rows: 24 };

/** A terminal: a person with a keyboard and a screen on one side, a program on the other. Linux: pty, n_tty. */
export class Teletype implements Terminal {
  readonly #screen: Sink;
  readonly #discipline = new LineDiscipline();
  readonly #decoder = new TextDecoder();
  readonly #typed: (Uint8Array | 'eof')[] = [];
  #typedBytes = 0;
  #keys = false;
  #hungUp = false;
  #size = DEFAULT_SIZE;
  readonly #resized = new Set<() => void>();
  #come = Promise.withResolvers<void>();
  #taken = Promise.withResolvers<void>();
  /** Who gets the signals that keys mean. */
  onSignal: (name: SignalName) => void = () => {};

  /** @param screen shows bytes; settles when it has room for more */
  constructor(screen: Sink) {
    this.#screen = screen;
  }

  get size(): TerminalSize {
    return this.#size;
  }

  onResize(listener: () => void): () => void {
    this.#resized.add(listener);
    return () => void this.#resized.delete(listener);
  }

  resize(size: TerminalSize): void {
    if (size.columns === this.#size.columns && size.rows === this.#size.rows) return;
    this.#size = { columns: size.columns, rows: size.rows };
    for (const listener of this.#resized) listener();
  }

  /** Whether what is typed shows. */
  get echo(): boolean {
    return this.#discipline.echo;
  }
  set echo(on: boolean) {
    this.#discipline.echo = on;
  }

  /** True: the program gets each key as it is typed, and shows what it likes. False: it gets lines. */
  get keys(): boolean {
    return this.#keys;
  }
  set keys(on: boolean) {
    if (on && !this.#keys) this.#deliver(encoder.encode(this.#discipline.drain()));
    this.#keys = on;
  }

  /** The person types. Settles when the program has taken so much of it that more may come. */
  async type(bytes: Uint8Array): Promise<void> {
    if (this.#keys) this.#deliver(bytes);
    else {
      const { echo, input, signals } = this.#discipline.feed(this.#decoder.decode(bytes, { stream: true }));
      // A screen that is gone is found out by who writes to it next.
      if (echo !== '') Promise.resolve(this.write(encoder.encode(echo))).catch(() => {});
      // A signal throws away what was typed ahead of it.
      if (signals.length > 0) this.#typed.length = this.#typedBytes = 0;
      for (const item of input) this.#deliver(item === 'eof' ? 'eof' : encoder.encode(item));
      for (const name of signals) this.onSignal(name);
    }
    while (this.#typedBytes >= TYPED_AHEAD_BYTES_MAX && !this.#hungUp) await this.#taken.promise;
  }

  /** The person has gone, or will type no more: every read from now on is at the end. */
  hangUp(): void {
    this.#hungUp = true;
    this.#come.resolve();
    this.#taken.resolve();
  }

  /** The program shows something. */
  write(bytes: Uint8Array): Promise<void> | void {
    return this.#screen(withReturns(bytes));
  }

  /** What was typed, up to `max` bytes and one line; undefined at an end of file, after which there may be more. */
  async read(max: number, wait: <T>(work: Promise<T>) => Promise<T> = (work) => work): Promise<Uint8Array | undefined> {
    while (this.#typed.length === 0) {
      if (this.#hungUp) return undefined;
      await wait(this.#come.promise);
    }
    const [first] = this.#typed;
    if (first === 'eof' || first === undefined) {
      this.#typed.shift();
      return undefined;
    }
    const taken = first.subarray(0, max);
    if (taken.length === first.length) this.#typed.shift();
    else this.#typed[0] = first.subarray(max);
    this.#typedBytes -= taken.length;
    this.#taken.resolve();
    this.#taken = Promise.withResolvers<void>();
    return taken;
  }

  /** Puts back what was read too much. */
  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#typed.unshift(bytes);
    this.#typedBytes += bytes.length;
  }

  /** What is typed, for a program that reads it as a stream: ends at the first end of file. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let bytes = await this.read(Infinity); bytes !== undefined; bytes = await this.read(Infinity)) yield bytes;
  }

  #deliver(item: Uint8Array | 'eof'): void {
    if (item.length === 0) return;
    this.#typed.push(item);
    this.#typedBytes += item === 'eof' ? 0 : item.length;
    this.#come.resolve();
    this.#come = Promise.withResolvers<void>();
  }
}

/** A screen wants a carriage return before each line feed. */
function withReturns(bytes: Uint8Array): Uint8Array {
  let lines = 0;
  for (const byte of bytes) if (byte === NEWLINE) lines += 1;
  if (lines === 0) return bytes;
  const out = new Uint8Array(bytes.length + lines);
  let at = 0;
  for (const byte of bytes) {
    if (byte === NEWLINE) out[at++] = 0x0d;
    out[at++] = byte;
  }
  return out;
}
