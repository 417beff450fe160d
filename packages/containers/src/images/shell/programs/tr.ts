import { Complaint } from '../process/errors.ts';
import type { Program } from '../process/invocation.ts';
import { flagsOf } from './flags.ts';

const CLASSES: Readonly<Record<string, readonly [number, number][]>> = {
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  alpha: [
    [65, 90],
    [97, 122],
  ],
  blank: [
    [9, 9],
    [32, 32],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  digit: [[48, 57]],
  graph: [[33, 126]],
  lower: [[97, 122]],
  print: [[32, 126]],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [[65, 90]],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
};
const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };

/** The bytes that a set of `tr` names, in order. */
export function setOf(text: string): number[] {
  const out: number[] = [];
  const bytes = Buffer.from(text);
  const take = (at: number): { value: number; next: number } => {
    if (bytes[at] !== 0x5c || at + 1 >= bytes.length) return { value: bytes[at] ?? 0, next: at + 1 };
    const octal = /^[0-7]{1,3}/.exec(bytes.subarray(at + 1, at + 4).toString('latin1'))?.[0];
    if (octal !== undefined) return { value: Number.parseInt(octal, 8) & 0xff, next: at + 1 + octal.length };
    const letter = String.fromCharCode(bytes[at + 1] ?? 0);
    return { value: ESCAPES[letter] ?? bytes[at + 1] ?? 0, next: at + 2 };
  };
  for (let at = 0; at < bytes.length; ) {
    const named = /^\[:(\w+):\]/.exec(bytes.subarray(at, at + 12).toString('latin1'));
    const ranges = named && Object.hasOwn(CLASSES, named[1] ?? '') ? CLASSES[named[1] ?? ''] : undefined;
    if (named && ranges) {
      for (const [from, to] of ranges) for (let byte = from; byte <= to; byte++) out.push(byte);
      at += named[0].length;
      continue;
    }
    const first = take(at);
    at = first.next;
    if (bytes[at] === 0x2d && at + 1 < bytes.length) {
      const last = take(at + 1);
      if (last.value < first.value) throw new Complaint(`range-endpoints of '${text}' are in reverse collating sequence order`);
      for (let byte = first.value; byte <= last.value; byte++) out.push(byte);
      at = last.next;
    } else out.push(first.value);
  }
  return out;
}

/** `tr [-cds] SET1 [SET2]`, byte by byte as the input comes. Source: POSIX, `tr`. */
const tr: Program = async (run) => {
  const { flags, words } = flagsOf(run.args, '', { complement: 'c', delete: 'd', 'squeeze-repeats': 's' });
  const [first, second] = words;
  if (first === undefined) throw new Complaint('missing operand');
  const named = setOf(first);
  const from = flags.has('c') || flags.has('C') ? complement(named) : named;
  const to = second === undefined ? undefined : setOf(second);
  const deletes = flags.has('d');
  if (!deletes && to === undefined && !flags.has('s')) throw new Complaint('missing operand');
  const map = Array.from({ length: 256 }, (_, byte) => byte);
  // The second set goes on with its last character.
  if (!deletes && to) for (const [i, byte] of from.entries()) map[byte] = to[Math.min(i, to.length - 1)] ?? byte;
  const gone = new Set(deletes ? from : []);
  const squeezed = new Set(flags.has('s') ? (to ?? (deletes ? [] : from)) : []);
  let last = -1;
  for await (const chunk of run.input()) {
    const out = new Uint8Array(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (gone.has(byte)) continue;
      const value = map[byte] ?? byte;
      if (value === last && squeezed.has(value)) continue;
      last = value;
      out[length++] = value;
    }
    await run.out(out.subarray(0, length));
  }
  return 0;
};

function complement(set: readonly number[]): number[] {
  const all = new Set(set);
  return Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !all.has(byte));
}

export const TR: Readonly<Record<string, Program>> = { tr };
