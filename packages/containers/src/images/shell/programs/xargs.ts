import { Complaint } from '../process/errors.ts';
import type { Program } from '../process/invocation.ts';
import { launch } from './launchers.ts';

const INPUT_BYTES_MAX = 16 * 1024 * 1024;
const WORDS_PER_RUN = 5000;

/** `xargs [-0] [-r] [-n N] [-I STRING] [-d CHAR] [-t] [PROGRAM…]`. Source: POSIX, `xargs`. */
const xargs: Program = async (run) => {
  const words = [...run.args];
  let zero = false;
  let skipsEmpty = false;
  let traces = false;
  let max: number | undefined;
  let replace: string | undefined;
  let delimiter: string | undefined;
  while (/^-./.test(words[0] ?? '')) {
    const flag = words.shift() ?? '';
    const value = (): string => flag.slice(2) || (words.shift() ?? '');
    if (flag === '-0') zero = true;
    else if (flag === '-r') skipsEmpty = true;
    else if (flag === '-t') traces = true;
    else if (flag.startsWith('-n')) max = Number(value());
    else if (flag.startsWith('-L')) max = Number(value());
    else if (flag.startsWith('-I')) replace = value();
    else if (flag.startsWith('-d')) delimiter = value().replace('\\n', '\n').replace('\\t', '\t').replace('\\0', '\0');
    else if (flag.startsWith('-P') || flag.startsWith('-s')) value();
    else throw new Complaint(`invalid option -- '${flag.slice(1)}'`);
  }
  const text = Buffer.from(await run.all(run.input(), INPUT_BYTES_MAX)).toString('utf8');
  const separator = zero ? '\0' : (delimiter ?? (replace === undefined ? undefined : '\n'));
  const items =
    separator === undefined
      ? quotedWords(text)
      : text.split(separator).filter((item, i, all) => item !== '' || (i < all.length - 1 && replace === undefined));
  if (items.length === 0 && (skipsEmpty || replace !== undefined)) return 0;
  const size = replace !== undefined ? 1 : (max ?? WORDS_PER_RUN);
  if (!(size >= 1)) throw new Complaint('invalid number');
  const program = words.length > 0 ? words : ['echo'];
  let status = 0;
  for (let i = 0; i < Math.max(1, items.length); i += size) {
    const some = items.slice(i, i + size);
    const line =
      replace === undefined ? [...program, ...some] : program.map((word) => word.replaceAll(replace, (some[0] ?? '').trimStart()));
    if (traces) await run.err(`${line.join(' ')}\n`);
    const own = await run.process.wait((await launch(run, line)).done);
    if (own === 255) return 124;
    if (own !== 0) status = 123;
  }
  return status;
};

/** Blanks part words; quotes and backslashes keep them together. */
function quotedWords(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/(?:[^\s"'\\]|\\[\s\S]|"[^"]*"|'[^']*')+/g))
    words.push(match[0].replace(/\\([\s\S])|"([^"]*)"|'([^']*)'/g, (_, char, double, single) => char ?? double ?? single));
  return words;
}

export const XARGS: Readonly<Record<string, Program>> = { xargs };
