import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { identityOf, type ProcessIdentity } from '../state/process-identity.ts';

/** Where what a component says goes. */
export interface ComponentOutput {
  /** A new run of it begins. */
  begin(component: string): void;
  follow(component: string, stream: Readable | null): void;
  line(component: string, line: string): void;
}

/** How to run one component. */
export interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  /** Whether it says `ready` over IPC; otherwise it counts as ready once it runs. */
  announcesReady: boolean;
  /** The others need it to end in order: it is stopped after them. */
  servesOthers?: boolean;
  /** Where it serves `/metrics` on 127.0.0.1. */
  metricsPort?: number;
  /** Called with the process of each start. */
  onStart?(child: ChildProcess): void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A child that lived this long was well, and how it ended before then does not count any more. */
const HEALTHY_MS = 10_000;

/** How long to wait before a child is started again that ended so often lately. Milliseconds. */
export const pauseAfter = (recentEnds: number): number => Math.min(FIRST_PAUSE_MS * 2 ** (recentEnds - 1), LONGEST_PAUSE_MS);

/** One child process, started again with back-off whenever it dies before it is told to. */
export class Child {
  readonly spec: ChildSpec;
  readonly #output: ComponentOutput;
  readonly #changed: () => void;
  #process: ChildProcess | undefined;
  /** When it ended lately: not longer ago than `HEALTHY_MS`. */
  #ends: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #gone: Promise<void> = Promise.resolve();
  restarts = 0;
  startedAt = 0;
  identity: ProcessIdentity | undefined;
  ready = false;
  /** How often in a row it ended before it was ready; one that does not say that it is: before it had run for a while. */
  earlyEnds = 0;
  /** How it ended last time, in words. */
  lastExit: string | undefined;

  constructor(spec: ChildSpec, output: ComponentOutput, changed: () => void) {
    this.spec = spec;
    this.#output = output;
    this.#changed = changed;
  }

  start(): void {
    const { name, command, args, env, announcesReady } = this.spec;
    this.#output.begin(name);
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      // A Ctrl-C on the terminal is for the supervisor, which stops the others in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', ...(announcesReady ? ['ipc' as const] : [])],
    });
    this.#process = child;
    this.startedAt = Date.now();
    this.identity = child.pid === undefined ? undefined : identityOf(child.pid);
    this.#output.follow(name, child.stdout);
    this.#output.follow(name, child.stderr);
    this.#gone = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#output.line(name, `cannot be started: ${error.message}`);
        this.#ended(error.message);
        resolve();
      });
      // After its last line, which may say why.
      child.once('close', (code, signal) => {
        this.#ended(signal ? `killed by ${signal}` : `exit code ${code}`);
        resolve();
      });
    });
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready') this.#setReady(true);
    });
    this.spec.onStart?.(child);
    if (!announcesReady) this.#setReady(true);
    this.#changed();
  }

  #setReady(ready: boolean): void {
    if (this.ready === ready) return;
    this.ready = ready;
    this.#changed();
  }

  #ended(how: string): void {
    if (this.#process === undefined) return;
    const lived = Date.now() - this.startedAt > HEALTHY_MS;
    this.earlyEnds = (this.spec.announcesReady ? this.ready : lived) ? 0 : this.earlyEnds + 1;
    this.#process = undefined;
    this.identity = undefined;
    this.ready = false;
    this.lastExit = how;
    if (!this.#stopping) this.#startAgain(how);
    this.#changed();
  }

  #startAgain(how: string): void {
    const now = Date.now();
    this.#ends = [...this.#ends.filter((end) => now - end < HEALTHY_MS), now];
    const pauseMs = pauseAfter(this.#ends.length);
    this.#output.line('supervisor', `${this.spec.name} ended (${how}); starting it again in ${pauseMs} ms`);
    this.#timer = setTimeout(() => {
      this.restarts++;
      this.start();
    }, pauseMs);
  }

  /** Ends it at once; it is started again as after any end. */
  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  /** Asks it to end, and ends it when it takes longer than `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const child = this.#process;
    if (!child) return;
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await this.#gone;
    clearTimeout(patience);
  }
}
