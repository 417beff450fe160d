// A container's own streams: its log reads them from the first byte on, and people may attach to them at any time.
import { type CallerStreams, type ContainerConfig, SlowReader } from '../port.ts';
import type { SignalName } from '../signals.ts';
import { Teletype } from '../terminal/teletype.ts';
import { feedTerminal } from './run-beside.ts';
import { SharedInput } from './shared-input.ts';

/** So much may wait for one attached reader. */
const WAITING_BYTES_MAX = 1024 * 1024;

export class Console {
  /** Set where the container has a terminal. */
  readonly terminal: Teletype | undefined;
  readonly #config: Pick<ContainerConfig, 'stdin' | 'stdinOnce' | 'log'>;
  readonly #input: SharedInput | undefined;
  readonly #readers = new Set<Reader>();
  #ended = false;

  /** @param signal gets the signals that keys mean, where no program takes them */
  constructor(config: Pick<ContainerConfig, 'stdin' | 'stdinOnce' | 'tty' | 'log'>, signal: (name: SignalName) => void) {
    this.#config = config;
    if (config.tty) {
      this.terminal = new Teletype((bytes) => this.#show('stdout', bytes));
      this.terminal.onSignal = signal;
    } else if (config.stdin) this.#input = new SharedInput();
  }

  /** What is typed, for the container's program; undefined: nobody can. */
  get stdin(): AsyncIterable<Uint8Array> | undefined {
    return this.#config.stdin ? (this.terminal ?? this.#input) : undefined;
  }

  /** The container's program writes. Settles when the log has room for more; who is attached never slows it. */
  write(stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void> | void {
    return this.terminal ? this.terminal.write(bytes) : this.#show(stream, bytes);
  }

  /** Joins a caller until it goes or the container ends. */
  async attach(streams: CallerStreams): Promise<void> {
    const reader = new Reader(streams);
    this.#readers.add(reader);
    if (this.#ended) reader.end();
    const typing = this.#config.stdin ? this.#takeInput(streams) : undefined;
    void typing?.catch(() => {});
    try {
      await reader.done;
    } finally {
      this.#readers.delete(reader);
      if (this.#config.stdin && this.#config.stdinOnce) this.#endInput();
    }
  }

  /** The container has ended: who is attached gets what is left, and is let go. */
  end(): void {
    this.#ended = true;
    this.#endInput();
    for (const reader of this.#readers) reader.end();
  }

  async #takeInput(streams: CallerStreams): Promise<void> {
    if (this.terminal) await feedTerminal(this.terminal, streams);
    else if (streams.stdin) for await (const bytes of streams.stdin) await this.#input?.put(bytes, streams.signal);
    if (streams.stdin && this.#config.stdinOnce) this.#endInput();
  }

  #endInput(): void {
    this.terminal?.hangUp();
    this.#input?.end();
  }

  #show(stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<void> | void {
    if (this.#ended) return;
    for (const reader of this.#readers) reader.put(stream, bytes);
    return this.#config.log(stream, bytes);
  }
}

/** One attached caller: what waits for it, and the end of that. */
class Reader {
  readonly done: Promise<void>;
  readonly #streams: CallerStreams;
  readonly #resolve: () => void;
  readonly #reject: (why: Error) => void;
  readonly #waiting: { stream: 'stdout' | 'stderr'; bytes: Uint8Array }[] = [];
  #waitingBytes = 0;
  #writing = false;
  #ending = false;

  constructor(streams: CallerStreams) {
    this.#streams = streams;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.done = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    if (streams.signal.aborted) resolve();
    else streams.signal.addEventListener('abort', () => resolve(), { once: true });
  }

  put(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    if (this.#streams.signal.aborted || this.#ending) return;
    if (this.#waitingBytes + bytes.length > WAITING_BYTES_MAX && this.#waiting.length > 0) {
      this.#ending = true;
      this.#waiting.length = 0;
      return this.#reject(new SlowReader(`more than ${WAITING_BYTES_MAX} bytes waited to be read`));
    }
    this.#waiting.push({ stream, bytes });
    this.#waitingBytes += bytes.length;
    if (!this.#writing) void this.#drain();
  }

  /** What waits is still written. */
  end(): void {
    this.#ending = true;
    if (!this.#writing) this.#resolve();
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        await this.#streams[next.stream](next.bytes);
        this.#waitingBytes -= next.bytes.length;
      }
    } catch {
      // A caller that cannot be written to has gone.
      this.#resolve();
    }
    this.#writing = false;
    if (this.#ending) this.#resolve();
  }
}
