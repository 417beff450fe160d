import type { ProcessEntry } from '../../../processes.ts';
import type { Meter } from '../../../resources/meter.ts';
import { HARMLESS_SIGNALS, SIGNALS, type SignalName } from '../../../signals.ts';
import { bytesOf } from '../language/bytes.ts';
import type { OpenFile, Wait } from '../streams/open-file.ts';
import type { System } from '../system.ts';
import { absolute } from '../tree/paths.ts';
import { codeOf, Killed } from './errors.ts';

export type Disposition = 'ignore' | (() => void);

export interface ProcessParts {
  system: System;
  parent?: Process;
  /** Process 1 of its container: signals that it does not take do nothing. */
  first?: boolean;
  /** What its CPU time is counted by. Default: its parent's. */
  meter?: Meter;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  files: ReadonlyMap<number, OpenFile>;
  /** A job of its own: keys that mean signals reach one job. Default: its parent's. */
  ownGroup?: boolean;
}

/** A program that runs: its descriptors, its place, and what signals do to it. */
export class Process implements ProcessEntry {
  readonly system: System;
  readonly pid: number;
  readonly ppid: number;
  readonly group: number;
  readonly startedAtMs: number;
  readonly meter: Meter;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** Descriptors; each holds its file until it is closed. */
  readonly files: Map<number, OpenFile>;
  readonly handlers = new Map<SignalName, Disposition>();
  /** Settles with its exit status. */
  readonly done: Promise<number>;
  readonly #first: boolean;
  readonly #settle: (status: number) => void;
  readonly #waiting = new Set<(why: Killed) => void>();
  readonly #listeners = new Set<() => void>();
  #abort: AbortController | undefined;
  #killed: Killed | undefined;
  #status: number | undefined;

  constructor({ system, parent, first, meter, argv, env, cwd, files, ownGroup }: ProcessParts) {
    this.system = system;
    this.pid = first ? 1 : system.processes.nextPid();
    this.ppid = parent?.pid ?? 0;
    this.group = ownGroup ? this.pid : (parent?.group ?? this.pid);
    this.startedAtMs = system.clock.now();
    this.meter = meter ?? parent?.meter ?? system.context.meter;
    this.argv = argv;
    this.env = env;
    this.cwd = cwd;
    this.files = new Map([...files].map(([fd, file]) => [fd, file.retain()]));
    this.#first = first === true;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.done = promise;
    this.#settle = resolve;
    // What ignores a signal hands that on, as a new program does; what handles it does not.
    for (const [name, how] of parent?.handlers ?? []) if (how === 'ignore') this.handlers.set(name, 'ignore');
    system.processes.add(this);
  }

  get status(): number | undefined {
    return this.#status;
  }

  /** Waits for `work`, unless it is killed first. */
  readonly wait: Wait = <T>(work: Promise<T>): Promise<T> => {
    const killed = this.#killed;
    if (killed) {
      work.catch(() => {});
      return Promise.reject(killed);
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      const settle = <V>(how: (value: V) => void, value: V): void => {
        this.#waiting.delete(reject);
        how(value);
      };
      work.then(
        (value) => settle(resolve, value),
        (error: unknown) => settle(reject, error),
      );
    });
  };

  /** Throws when it has been killed: for loops that never wait. */
  check(): void {
    if (this.#killed) throw this.#killed;
  }

  /** Aborts when it ends, however. */
  get abortSignal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#status !== undefined) this.#abort.abort();
    return this.#abort.signal;
  }

  sleep(ms: number): Promise<void> {
    // Longer than a timer can count means: until it is killed.
    if (ms > 2 ** 31 - 1) return this.wait(new Promise(() => {}));
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.system.clock.setTimer(ms, resolve);
    const forget = this.onEnd(() => timer.cancel());
    return this.wait(promise).finally(forget);
  }

  /** Calls `listener` once when it ends; the answer takes that back. */
  onEnd(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Runs a program as this process, to its end. */
  async run(main: (process: Process) => Promise<number> | number): Promise<number> {
    try {
      this.exit(await main(this));
    } catch (error) {
      if (error instanceof Killed) this.#end(error);
      else if (codeOf(error) === 'EPIPE') this.#end(new Killed('SIGPIPE'));
      else {
        await this.say(2, `${this.argv[0] ?? ''}: ${error instanceof Error ? error.message : String(error)}\n`).catch(() => {});
        this.exit(1);
      }
    }
    return this.done;
  }

  signal(name: SignalName): void {
    if (this.#status !== undefined) return;
    const how = name === 'SIGKILL' ? undefined : this.handlers.get(name);
    if (how === 'ignore') return;
    if (how) how();
    else if (!HARMLESS_SIGNALS.has(name) && !this.#first) this.kill(name);
  }

  /** Ends it, whatever it says. */
  kill(name: SignalName): void {
    this.#end(new Killed(name));
  }

  end(): void {
    this.kill('SIGKILL');
  }

  exit(status: number): void {
    if (this.#status !== undefined) return;
    this.#status = status & 0xff;
    this.#abort?.abort();
    for (const listener of this.#listeners) listener();
    for (const file of this.files.values()) file.release();
    this.files.clear();
    this.system.processes.remove(this.pid);
    this.#settle(this.#status);
  }

  /** The absolute path that a word means to it, with `/proc/self` and `/dev/stdin` in their own names. */
  path(word: string): string {
    const path = absolute(this.cwd, word);
    if (path.startsWith('/proc/self')) return path.replace('/proc/self', `/proc/${this.pid}`);
    const device = /^\/dev\/(?:fd\/(\d+)|stdin|stdout|stderr)$/.exec(path);
    if (!device) return path;
    return `/proc/${this.pid}/fd/${device[1] ?? ['stdin', 'stdout', 'stderr'].indexOf(path.slice(5))}`;
  }

  /** Writes to a descriptor. */
  async say(fd: number, text: string | Uint8Array): Promise<void> {
    const bytes = typeof text === 'string' ? bytesOf(text) : text;
    if (bytes.length === 0) return;
    this.check();
    const file = this.files.get(fd);
    const room = file?.write(bytes, this.wait);
    if (room) await room;
    const turn = this.system.step(this);
    if (turn) await turn;
  }

  #end(why: Killed): void {
    if (this.#status !== undefined) return;
    this.#killed = why;
    this.exit(128 + SIGNALS[why.signal]);
    for (const reject of this.#waiting) reject(why);
    this.#waiting.clear();
  }
}
