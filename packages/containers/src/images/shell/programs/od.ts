import { Complaint } from '../process/errors.ts';
import type { Invocation, Program } from '../process/invocation.ts';
import { flagsOf } from './flags.ts';
import { sizeOf } from './streams.ts';
import { BlockReader } from './tar/block-reader.ts';

interface Format {
  size: number;
  width: number;
  show(bytes: Uint8Array): string;
}

const NAMED: Readonly<Record<string, string>> = { a: 'a', b: 'o1', c: 'c', d: 'u2', o: 'o2', s: 'd2', x: 'x2' };
const ESCAPES: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };

/** One `-t` type: `x1`, `o2`, `u4`, `d8`, `c`. */
function formatOf(type: string): Format {
  const match = /^([acdoux])([1248CSIL])?$/.exec(type);
  if (!match) throw new Complaint(`invalid type string '${type}'`);
  const [, kind = 'o', unit] = match;
  if (kind === 'c' || kind === 'a') return { size: 1, width: 4, show: ([byte = 0]) => (ESCAPES[byte] ?? charOf(byte)).padStart(4) };
  const size = { C: 1, S: 2, I: 4, L: 8 }[unit ?? ''] ?? Number(unit ?? 4);
  const radix = kind === 'x' ? 16 : kind === 'o' ? 8 : 10;
  const digits = radix === 16 ? size * 2 : (2n ** BigInt(size * 8) - 1n).toString(radix).length;
  const width = digits + 1 + (kind === 'd' ? 1 : 0);
  return {
    size,
    width,
    show(bytes) {
      let value = 0n;
      for (let i = size - 1; i >= 0; i--) value = value * 256n + BigInt(bytes[i] ?? 0);
      const shown = kind === 'd' ? BigInt.asIntN(size * 8, value) : value;
      const text = shown.toString(radix);
      return (kind === 'd' || kind === 'u' ? text : text.padStart(digits, '0')).padStart(width);
    },
  };
}

function charOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0');
}

/** `od [-A d|o|x|n] [-t TYPE] [-N COUNT] [-j SKIP] [-v] [-w WIDTH] [FILE]`. Source: POSIX, `od`. */
const od: Program = async (run) => {
  const { flags, values, words } = flagsOf(run.args, 'AtNjw');
  const given = [...(values.get('t')?.match(/[acdoux][1248CSIL]?/g) ?? []), ...[...flags].flatMap((flag) => NAMED[flag] ?? [])];
  const formats = (given.length > 0 ? given : ['o2']).map(formatOf);
  const address = values.get('A') ?? 'o';
  const perRow = Number(values.get('w') ?? 16) || 16;
  const radix = address === 'x' ? 16 : address === 'd' ? 10 : 8;
  const place = (at: number): string => (address === 'n' ? '' : at.toString(radix).padStart(7, '0'));
  const indent = ' '.repeat(place(0).length);
  const from = sizeOf(values.get('j') ?? '0') ?? 0;
  const end = await rows(
    run,
    words,
    { from, count: sizeOf(values.get('N') ?? '') ?? Infinity, perRow, repeats: flags.has('v') },
    (bytes, at) => formats.map((format, i) => `${i === 0 ? place(at) : indent}${cells(bytes, format)}\n`).join(''),
  );
  if (address !== 'n') await run.out(`${place(end)}\n`);
  return 0;
};

function cells(bytes: Uint8Array, { size, show }: Format): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += size) out += show(bytes.subarray(at, at + size));
  return out;
}

/** `hexdump [-C] [-n COUNT] [-s SKIP] [-v] [FILE]`. */
const hexdump: Program = async (run) => {
  const { flags, values, words } = flagsOf(run.args, 'nse');
  const place = (at: number): string => at.toString(16).padStart(flags.has('C') ? 8 : 7, '0');
  const settings = {
    from: sizeOf(values.get('s') ?? '0') ?? 0,
    count: sizeOf(values.get('n') ?? '') ?? Infinity,
    perRow: 16,
    repeats: flags.has('v'),
  };
  const end = await rows(run, words, settings, (bytes, at) => {
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
    if (!flags.has('C')) return `${place(at)}${cells(bytes, formatOf('x2'))}\n`;
    const text = [...bytes].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    return `${place(at)}  ${`${hex.slice(0, 8).join(' ').padEnd(23)}  ${hex.slice(8).join(' ')}`.padEnd(49)} |${text}|\n`;
  });
  if (end > settings.from) await run.out(`${place(end)}\n`);
  return 0;
};

interface Rows {
  from: number;
  count: number;
  perRow: number;
  /** Rows that are the same as the one before are shown. */
  repeats: boolean;
}

/** Shows an input row by row; equal rows in between become one `*`. @returns where it ended */
async function rows(
  run: Invocation,
  words: readonly string[],
  { from, count, perRow, repeats }: Rows,
  show: (bytes: Uint8Array, at: number) => string,
): Promise<number> {
  const file = await run.open(words[0] ?? '-');
  try {
    const reader = new BlockReader(run.chunks(file));
    await reader.skip(from);
    let at = from;
    let before: Uint8Array | undefined;
    let starred = false;
    for (;;) {
      const bytes = await reader.read(Math.min(perRow, from + count - at));
      if (bytes.length === 0) return at;
      const same = !repeats && before !== undefined && bytes.length === perRow && Buffer.compare(bytes, before) === 0;
      if (same && !starred) await run.out('*\n');
      else if (!same) await run.out(show(bytes, at));
      starred = same;
      before = bytes;
      at += bytes.length;
    }
  } finally {
    file.release();
  }
}

export const OD: Readonly<Record<string, Program>> = { hexdump, od };
