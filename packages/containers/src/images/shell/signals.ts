import type { ImageContext } from '../../image.ts';
import { SIGNALS, type SignalName } from '../../signals.ts';

/** The traps of one shell, and the signals that wait for the script to come to a place where it can heed them. */
export class Traps {
  readonly #context: ImageContext;
  readonly #bodies = new Map<SignalName, string>();
  readonly #pending: SignalName[] = [];
  readonly #sleepers = new Set<() => void>();
  onExit = '';

  constructor(context: ImageContext) {
    this.#context = context;
  }

  /** `trap BODY NAME…`; `-` brings a signal's default back, an empty body ignores it. */
  set(body: string, names: readonly string[]): string | undefined {
    for (const name of names) {
      if (name === 'EXIT' || name === '0') {
        this.onExit = body === '-' ? '' : body;
        continue;
      }
      const signal = signalNamed(name);
      if (!signal) return name;
      if (body === '-') {
        this.#bodies.delete(signal);
        this.#context.onSignal(signal, undefined);
      } else {
        this.#bodies.set(signal, body);
        this.#context.onSignal(signal, () => this.#deliver(signal));
      }
    }
    return undefined;
  }

  /** The body of the next trapped signal that waits. */
  next(): string | undefined {
    const signal = this.#pending.shift();
    return signal && this.#bodies.get(signal);
  }

  /** Waits, but a trapped signal ends it early: `sleep & wait` is how scripts say so, and nothing runs in the background here. */
  async sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const early = new AbortController();
    const wake = (): void => early.abort();
    this.#sleepers.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
    try {
      // Longer than a timer can count means: until it is woken.
      await this.#context.clock.sleep(Math.min(ms, 2 ** 31 - 1), early.signal);
    } catch {
      // Woken: the tick behind it, or the end of the container, decides what happens.
    } finally {
      this.#sleepers.delete(wake);
      signal?.removeEventListener('abort', wake);
    }
  }

  #deliver(signal: SignalName): void {
    if (this.#bodies.get(signal) === '') return;
    this.#pending.push(signal);
    for (const wake of this.#sleepers) wake();
  }
}

function signalNamed(text: string): SignalName | undefined {
  const byNumber = Object.entries(SIGNALS).find(([, number]) => String(number) === text)?.[0] ?? text.toUpperCase();
  const name = byNumber.startsWith('SIG') ? byNumber : `SIG${byNumber}`;
  return isSignal(name) ? name : undefined;
}

function isSignal(name: string): name is SignalName {
  return Object.hasOwn(SIGNALS, name);
}
