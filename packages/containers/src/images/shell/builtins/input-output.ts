import { SIGNALS } from '../../../signals.ts';
import { assignText } from '../interpreter/assign.ts';
import { ShellError } from '../interpreter/flow.ts';
import type { Shell } from '../interpreter/shell.ts';
import { echoText } from '../language/echo.ts';
import { formatted } from '../language/printf.ts';
import type { OpenFile } from '../streams/open-file.ts';
import { readUntil } from '../streams/read-until.ts';
import type { Builtins } from './builtins.ts';

export const INPUT_OUTPUT: Builtins = {
  echo: async (shell, args) => {
    await shell.out(echoText(args, shell.flavour === 'dash'));
    return 0;
  },
  printf: async (shell, args) => {
    const words = args[0] === '--' ? args.slice(1) : args;
    if (words[0] === '-v' && words[1] !== undefined) {
      await assignText(shell, words[1], formatted(words[2] ?? '', words.slice(3)).text);
      return 0;
    }
    if (words[0] === undefined) throw new ShellError('printf: usage: printf format [arguments]', 2);
    const { text, complaints } = formatted(words[0], words.slice(1));
    await shell.out(text);
    for (const complaint of complaints) await shell.complain(`printf: ${complaint}`);
    return complaints.length > 0 ? 1 : 0;
  },
  read,
  mapfile,
  readarray: mapfile,
  history: async (shell, [flag]) => {
    if (flag === '-c') shell.history.length = 0;
    for (const [i, line] of shell.history.entries()) await shell.out(`${String(i + 1).padStart(5)}  ${line}\n`);
    return 0;
  },
};

interface ReadOptions {
  raw: boolean;
  silent: boolean;
  prompt?: string;
  timeoutMs?: number;
  chars?: number;
  delimiter: string;
  array?: string;
  fd: number;
  names: string[];
}

function readOptions(args: readonly string[]): ReadOptions {
  const options: ReadOptions = { raw: false, silent: false, delimiter: '\n', fd: 0, names: [] };
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!/^-./.test(word) || options.names.length > 0) {
      options.names.push(word);
      continue;
    }
    let flags = word.slice(1);
    while (flags !== '') {
      const flag = flags[0] ?? '';
      flags = flags.slice(1);
      if (flag === 'r') options.raw = true;
      else if (flag === 's') options.silent = true;
      else if ('ptnNdau'.includes(flag)) {
        const value = flags !== '' ? flags : (words.shift() ?? '');
        flags = '';
        if (flag === 'p') options.prompt = value;
        if (flag === 't') options.timeoutMs = Number(value) * 1000;
        if (flag === 'n' || flag === 'N') options.chars = Number(value);
        if (flag === 'd') options.delimiter = value[0] ?? '\0';
        if (flag === 'a') options.array = value;
        if (flag === 'u') options.fd = Number(value);
      } else if (flag !== 'e') throw new ShellError(`read: illegal option -${flag}`, 2);
    }
  }
  return options;
}

/** `read [-r] [-p PROMPT] [-t SECONDS] [-n CHARS] [-d DELIMITER] [-s] [-a ARRAY] [-u FD] [NAME…]`. Source: POSIX, `read`; bash. */
async function read(shell: Shell, args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const file = shell.process.files.get(options.fd);
  if (!file) throw new ShellError(`read: ${options.fd}: invalid file descriptor: Bad file descriptor`);
  const { terminal } = file;
  if (options.prompt !== undefined && terminal) await shell.err(options.prompt);
  const echo = terminal?.echo;
  if (terminal && options.silent) terminal.echo = false;
  try {
    const outcome = await timed(shell, file, options);
    if ('status' in outcome) return outcome.status;
    const { line, ended } = outcome;
    const text = line.endsWith(options.delimiter) ? line.slice(0, -1) : line;
    await store(shell, options, text);
    return ended ? 1 : 0;
  } finally {
    if (terminal && echo !== undefined) terminal.echo = echo;
  }
}

type Outcome = { line: string; ended: boolean } | { status: number };

async function timed(shell: Shell, file: OpenFile, { timeoutMs, raw, delimiter, chars }: ReadOptions): Promise<Outcome> {
  const { process } = shell;
  const stop = Promise.withResolvers<never>();
  const stopped = new Error('stopped');
  stop.promise.catch(() => {});
  const timer = timeoutMs === undefined ? undefined : process.system.clock.setTimer(timeoutMs, () => stop.reject(stopped));
  // What has not come when time is up, or a signal comes, stays where it is for the next reader.
  const wait = <T>(work: Promise<T>): Promise<T> => process.wait(Promise.race([work, stop.promise]));
  try {
    const reading = readUntil(file, { delimiter, chars, continues: !raw }, wait);
    const first = await shell.unlessSignalled(reading);
    if ('value' in first) return first.value;
    stop.reject(stopped);
    await reading.catch(() => {});
    return { status: 128 + SIGNALS[first.signal] };
  } catch (error) {
    if (error === stopped) return { status: shell.flavour === 'bash' ? 142 : 1 };
    throw error;
  } finally {
    timer?.cancel();
  }
}

async function store(shell: Shell, { raw, array, names }: ReadOptions, line: string): Promise<void> {
  const ifs = shell.variables.get('IFS') ?? ' \t\n';
  if (array !== undefined) {
    const words = splitLine(line, ifs, Infinity, raw);
    shell.variables.setItems(array, new Map(words.map((word, i) => [String(i), word])));
    return;
  }
  if (names.length === 0) return shell.variables.set('REPLY', raw ? line : line.replace(/\\([\s\S])/g, '$1'));
  const words = splitLine(line, ifs, names.length, raw);
  for (const [i, name] of names.entries()) await assignText(shell, name, words[i] ?? '');
}

/** Splits a line at the characters of IFS into at most `max` words; the last takes what is left. A backslash keeps what follows. */
function splitLine(line: string, ifs: string, max: number, raw: boolean): string[] {
  const blanks = [...ifs].filter((char) => /[ \t\n]/.test(char)).join('');
  const isBlank = (char: string | undefined): boolean => char !== undefined && blanks.includes(char);
  const words: string[] = [];
  let i = 0;
  while (isBlank(line[i])) i += 1;
  while (i < line.length && words.length < max) {
    const last = words.length === max - 1;
    let word = '';
    let kept = 0;
    while (i < line.length && (last || !ifs.includes(line[i] ?? ''))) {
      if (!raw && line[i] === '\\') {
        i += 1;
        word += line[i] ?? '';
        kept = word.length;
      } else word += line[i];
      i += 1;
    }
    if (last) while (word.length > kept && isBlank(word.at(-1))) word = word.slice(0, -1);
    words.push(word);
    while (isBlank(line[i])) i += 1;
    if (i < line.length && ifs.includes(line[i] ?? '') && !isBlank(line[i])) {
      i += 1;
      while (isBlank(line[i])) i += 1;
    }
  }
  return words;
}

async function mapfile(shell: Shell, args: readonly string[]): Promise<number> {
  const name = args.findLast((arg) => !arg.startsWith('-')) ?? 'MAPFILE';
  const file = shell.process.files.get(0);
  const items = new Map<string, string>();
  for (let i = 0; file; i++) {
    const { line, ended } = await readUntil(file, { delimiter: '\n', continues: false }, shell.process.wait);
    if (line === '' && ended) break;
    items.set(String(i), args.includes('-t') ? line.replace(/\n$/, '') : line);
    if (ended) break;
  }
  shell.variables.setItems(name, items);
  return 0;
}
