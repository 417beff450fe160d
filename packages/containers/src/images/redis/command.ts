import type { Database } from './database.ts';
import type { Reply } from './resp.ts';

/** What a command works on: the connection's database and time. */
export interface Scope {
  db: Database;
  /** Milliseconds since the epoch. */
  now: number;
}

/** One command of the key space. Pure: everything that it changes is the database. */
export interface Command {
  /** How many words it takes, its name included: exactly, or with a minus at least. As in Redis' own table. */
  arity: number;
  /** It changes something: it goes into the append-only file, as it came or as `journal` says. */
  writes?: boolean;
  run(scope: Scope, words: readonly string[]): Reply;
  /** What goes into the append-only file instead: times that are absolute. */
  journal?(scope: Scope, words: readonly string[]): readonly string[][];
}

export type CommandTable = Readonly<Record<string, Command>>;

/** Ends a command with an error reply. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export const NOT_AN_INTEGER = 'ERR value is not an integer or out of range';
export const SYNTAX_ERROR = 'ERR syntax error';

export function integerOf(text: string | undefined): number {
  const value = Number(text);
  if (text === undefined || !/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) throw new CommandError(NOT_AN_INTEGER);
  return value;
}

/** `user:*`, `h?llo`, `h[ae]llo`: Redis' glob. */
export function globToRegExp(glob: string): RegExp {
  let source = '';
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i] ?? '';
    const close = char === '[' ? glob.indexOf(']', i + 1) : -1;
    if (char === '*') source += '[^]*';
    else if (char === '?') source += '[^]';
    else if (close > i) {
      const inner = glob.slice(i + 1, close).replace(/[\\\]]/g, '\\$&');
      source += inner === '' || inner === '^' ? '(?!)' : `[${inner}]`;
      i = close;
    } else {
      const literal = char === '\\' && i + 1 < glob.length ? (glob[++i] ?? '') : char;
      source += literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    }
  }
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return /(?!)/;
  }
}
