/** A command line taken apart as `getopt` does: single letters, letters with a value, and the words that are left. */
export interface Flags {
  flags: ReadonlySet<string>;
  values: ReadonlyMap<string, string>;
  words: readonly string[];
}

/**
 * @param takesValue the letters that take a value, from the same word or the next one
 * @param long long options by name, with the letter that they stand for
 */
export function flagsOf(args: readonly string[], takesValue: string, long: Readonly<Record<string, string>> = {}): Flags {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const words: string[] = [];
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      words.push(...rest);
      break;
    }
    if (arg.startsWith('--')) {
      const [name = '', value] = split(arg.slice(2));
      const letter = Object.hasOwn(long, name) ? (long[name] ?? name) : name;
      flags.add(letter);
      if (value !== undefined) values.set(letter, value);
      else if (takesValue.includes(letter) && letter.length === 1) values.set(letter, rest.shift() ?? '');
      continue;
    }
    if (!/^-./.test(arg)) {
      words.push(arg);
      continue;
    }
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i] ?? '';
      flags.add(letter);
      if (!takesValue.includes(letter)) continue;
      values.set(letter, i + 1 < arg.length ? arg.slice(i + 1) : (rest.shift() ?? ''));
      break;
    }
  }
  return { flags, values, words };
}

function split(option: string): [string, string | undefined] {
  const at = option.indexOf('=');
  return at < 0 ? [option, undefined] : [option.slice(0, at), option.slice(at + 1)];
}
