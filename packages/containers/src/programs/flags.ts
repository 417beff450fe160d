import { ProgramExit } from './program-exit.ts';

/** What a program takes: each flag's default; a boolean one needs no value on the command line. */
export type FlagTable = Readonly<Record<string, string | boolean>>;

export interface ParsedFlags<T extends FlagTable> {
  values: { [name in keyof T]: T[name] extends boolean ? boolean : string };
  /** Flags that may be given more than once, in order. */
  all(name: keyof T & string): string[];
  /** What is no flag. */
  rest: string[];
}

/**
 * Reads flags as Go's programs take them: `-name value`, `--name=value`, `-bool`. `aliases` names short forms. Throws `ProgramExit` (2) for a flag that
 * is not in the table, with Go's own words.
 */
export function parseFlags<T extends FlagTable>(
  words: readonly string[],
  table: T,
  aliases: Readonly<Record<string, keyof T & string>> = {},
): ParsedFlags<T> {
  const given = new Map<string, string[]>();
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [, name = '', attached] = /^--?([a-zA-Z][\w.-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === '') {
      if (word === '--') return { ...result(table, given), rest: [...rest, ...words.slice(i + 1)] };
      rest.push(word);
      continue;
    }
    const flag = Object.hasOwn(table, name) ? name : Object.hasOwn(aliases, name) ? String(aliases[name]) : undefined;
    if (flag === undefined) throw new ProgramExit(2, `flag provided but not defined: -${name}`);
    const isSwitch = typeof table[flag] === 'boolean';
    const value = attached ?? (isSwitch ? 'true' : words[++i]);
    if (value === undefined) throw new ProgramExit(2, `flag needs an argument: -${name}`);
    given.set(flag, [...(given.get(flag) ?? []), value]);
  }
  return { ...result(table, given), rest };
}

function result<T extends FlagTable>(table: T, given: ReadonlyMap<string, string[]>): Omit<ParsedFlags<T>, 'rest'> {
  const values = Object.fromEntries(
    Object.entries(table).map(([name, fallback]) => {
      const text = given.get(name)?.at(-1);
      return [name, text === undefined ? fallback : typeof fallback === 'boolean' ? text !== 'false' : text];
    }),
  );
  return { values: values as ParsedFlags<T>['values'], all: (name) => given.get(name) ?? [] };
}

/** A flag's value as a number; throws `ProgramExit` (2), as Go's programs say it. */
export function numberFlag(name: string, text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value))
    throw new ProgramExit(2, `invalid value ${JSON.stringify(text)} for flag -${name}: parse error`);
  return value;
}

/** A port number out of `8080`, `:8080` or `0.0.0.0:8080`; throws `ProgramExit` (1). */
export function portOf(text: string): number {
  const port = Number(text.slice(text.lastIndexOf(':') + 1));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new ProgramExit(1, `listen tcp: address ${text}: invalid port`);
  return port;
}
