// What a terminal does between the keyboard and a program that reads whole lines: editing, echo, and the keys that mean signals.
// Source: POSIX, General Terminal Interface (canonical mode), with Linux' usual keys.
import type { SignalName } from '../signals.ts';

export interface Typed {
  /** What the person sees of it. */
  echo: string;
  /** What the program gets, in order; `eof` is an end of file (^D on an empty line). */
  input: (string | 'eof')[];
  signals: SignalName[];
}

const ERASE = new Set(['\x7f', '\b']);
const SIGNAL_KEYS: Readonly<Record<string, SignalName>> = { '\x03': 'SIGINT', '\x1c': 'SIGQUIT' };
const KILL = '\x15';
const ERASE_WORD = '\x17';
const REPRINT = '\x12';
const END = '\x04';
const SUSPEND = '\x1a';
/** As on Linux, a longer line than this takes no more characters. */
const LINE_CHARS_MAX = 4095;

/** One line that is being typed. Latin-1 strings are not meant: characters are whole here. */
export class LineDiscipline {
  #line: string[] = [];
  echo = true;

  /** Takes what was typed. `\r` is the Enter key. */
  feed(text: string): Typed {
    const typed: Typed = { echo: '', input: [], signals: [] };
    for (const key of text) this.#key(key, typed);
    return typed;
  }

  /** Gives the unfinished line to a program that wants keys from now on. */
  drain(): string {
    const left = this.#line.join('');
    this.#line = [];
    return left;
  }

  #key(key: string, typed: Typed): void {
    const show = (text: string): void => {
      if (this.echo) typed.echo += text;
    };
    const signal = SIGNAL_KEYS[key];
    if (signal) {
      this.#line = [];
      show(visible(key));
      typed.signals.push(signal);
    } else if (key === '\r' || key === '\n') {
      typed.input.push(`${this.drain()}\n`);
      show('\n');
    } else if (key === END) {
      typed.input.push(this.#line.length === 0 ? 'eof' : this.drain());
    } else if (ERASE.has(key)) {
      const gone = this.#line.pop();
      if (gone !== undefined) show(erase(gone));
    } else if (key === KILL) {
      show(this.#line.reverse().map(erase).join(''));
      this.#line = [];
    } else if (key === ERASE_WORD) {
      while (/\s/.test(this.#line.at(-1) ?? '')) show(erase(this.#line.pop() ?? ''));
      while (/\S/.test(this.#line.at(-1) ?? '')) show(erase(this.#line.pop() ?? ''));
    } else if (key === REPRINT) {
      show(`^R\n${this.#line.map(visible).join('')}`);
    } else if (key !== SUSPEND && this.#line.length < LINE_CHARS_MAX) {
      // There is no job control to suspend anything with: ^Z does nothing.
      this.#line.push(key);
      show(visible(key));
    }
  }
}

/** Control characters show as `^X`. */
function visible(key: string): string {
  const code = key.charCodeAt(0);
  return code < 0x20 && key !== '\t' ? `^${String.fromCharCode(code + 0x40)}` : key;
}

function erase(key: string): string {
  return '\b \b'.repeat(visible(key).length);
}
