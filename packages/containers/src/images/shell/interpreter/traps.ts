import type { SignalName } from '../../../signals.ts';
import { signalNamed } from '../../../signals.ts';
import type { Process } from '../process/process.ts';
import { Notice } from '../streams/notice.ts';

/** The traps of one shell, and the signals that wait for the script to come to a place where it heeds them. Source: POSIX, `trap`. */
export class Traps {
  readonly #process: Process;
  readonly #bodies = new Map<SignalName, string>();
  readonly #pending: SignalName[] = [];
  /** Told when a trapped signal comes: `wait` and `read` end early for it. */
  readonly came = new Notice();
  onExit: string | undefined;
  onError: string | undefined;

  constructor(process: Process) {
    this.#process = process;
  }

  /** `trap BODY NAME`; `-` brings the default back, an empty body ignores the signal. False: there is no such signal. */
  set(body: string, name: string): boolean {
    if (name === 'EXIT' || name === '0') {
      this.onExit = body === '-' ? undefined : body;
      return true;
    }
    if (name === 'ERR') {
      this.onError = body === '-' ? undefined : body;
      return true;
    }
    if (name === 'DEBUG' || name === 'RETURN') return true;
    const signal = signalNamed(name);
    if (!signal) return false;
    if (body === '-') {
      this.#bodies.delete(signal);
      this.#process.handlers.delete(signal);
    } else {
      this.#bodies.set(signal, body);
      this.#process.handlers.set(signal, body === '' ? 'ignore' : () => this.#deliver(signal));
    }
    return true;
  }

  /** The next trapped signal that waits, with what is to be run for it. */
  next(): { name: SignalName; body: string } | undefined {
    const name = this.#pending.shift();
    return name && { name, body: this.#bodies.get(name) ?? '' };
  }

  get waiting(): SignalName | undefined {
    return this.#pending[0];
  }

  get any(): boolean {
    return this.#bodies.size > 0 || this.onExit !== undefined;
  }

  /** As `trap` prints them. */
  list(quote: (word: string) => string): string {
    const rows = [...this.#bodies].map(([name, body]) => `trap -- ${quote(body)} ${name}\n`);
    if (this.onExit !== undefined) rows.unshift(`trap -- ${quote(this.onExit)} EXIT\n`);
    return rows.join('');
  }

  #deliver(name: SignalName): void {
    this.#pending.push(name);
    this.came.tell();
  }
}
