// Programs that read bytes and write bytes as they come.
import { Complaint, codeOf, textOf } from '../process/errors.ts';
import { endsLine, type Invocation, linesOf, type Program } from '../process/invocation.ts';
import { flagsOf } from './flags.ts';

const FOLLOW_EVERY_MS = 250;
const BLOCK_BYTES = 64 * 1024;
const KEPT_BYTES_MAX = 64 * 1024 * 1024;

/** Opens each operand in turn (none: the standard input), says what cannot be read, and goes on. */
async function eachInput(
  run: Invocation,
  words: readonly string[],
  use: (chunks: AsyncGenerator<Uint8Array>, name: string) => Promise<void>,
): Promise<number> {
  let status = 0;
  for (const word of words.length > 0 ? words : ['-']) {
    try {
      const file = await run.open(word);
      try {
        await use(run.chunks(file), word);
      } finally {
        file.release();
      }
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined || code === 'EPIPE') throw error;
      await run.warn(code === 'ENOENT' ? `can't open '${word}': ${textOf(error)}` : `${word}: ${textOf(error)}`);
      status = 1;
    }
  }
  return status;
}

const cat: Program = (run) => {
  const { flags, words } = flagsOf(run.args, '');
  const numbers = flags.has('n') || flags.has('b');
  let line = 0;
  return eachInput(run, words, async (chunks) => {
    if (!numbers && !flags.has('e') && !flags.has('A')) {
      for await (const chunk of chunks) await run.out(chunk);
      return;
    }
    for await (const bytes of linesOf(chunks)) {
      const text = Buffer.from(bytes).toString('latin1');
      const counts = numbers && (flags.has('n') || text !== '\n');
      const shown = flags.has('A') || flags.has('e') ? text.replace(/\n$/, '$\n') : text;
      await run.out(Buffer.from(`${counts ? `${String(++line).padStart(6)}\t` : ''}${shown}`, 'latin1'));
    }
  });
};

const tee: Program = async (run) => {
  const { flags, words } = flagsOf(run.args, '');
  const files = [];
  for (const word of words) files.push(await run.system.tree.open(run.path(word), flags.has('a') ? 'append' : 'write', run.process));
  let status = 0;
  for await (const chunk of run.input()) {
    for (const file of files) {
      try {
        await file.write(chunk, run.process.wait);
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        await run.warn(`${file.name}: ${textOf(error)}`);
        status = 1;
      }
    }
    await run.out(chunk);
  }
  for (const file of files) file.release();
  return status;
};

/** `10`, `1k`, `2M`. */
export function sizeOf(text: string): number | undefined {
  const match = /^([-+]?\d+)([bkKMG]?)B?$/.exec(text);
  if (!match) return undefined;
  const unit = { b: 512, k: 1024, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[2] ?? ''] ?? 1;
  return Number(match[1]) * unit;
}

const head: Program = (run) => {
  const { flags, words, values } = flagsOf(oldStyle(run.args), 'nc');
  const bytesText = values.get('c');
  const text = bytesText ?? values.get('n') ?? '10';
  const count = sizeOf(text);
  if (count === undefined) throw new Complaint(`invalid number '${text}'`);
  let shown = 0;
  return eachInput(run, words, async (chunks, name) => {
    if ((words.length > 1 || flags.has('v')) && !flags.has('q')) await run.out(`${shown++ > 0 ? '\n' : ''}==> ${name} <==\n`);
    let left = count;
    if (left <= 0) return;
    if (bytesText !== undefined) {
      for await (const chunk of chunks) {
        const part = chunk.subarray(0, left);
        left -= part.length;
        await run.out(part);
        if (left === 0) return;
      }
      return;
    }
    for await (const line of linesOf(chunks)) {
      await run.out(line);
      if (endsLine(line)) left -= 1;
      if (left === 0) return;
    }
  });
};

/** `-5` means `-n 5`. */
function oldStyle(args: readonly string[]): string[] {
  return args.flatMap((arg) => (/^-\d+[bkKMG]?$/.test(arg) ? ['-n', arg.slice(1)] : [arg]));
}

const tail: Program = async (run) => {
  const { flags, words, values } = flagsOf(oldStyle(run.args), 'ncs');
  const bytesText = values.get('c');
  const text = bytesText ?? values.get('n') ?? '10';
  const count = sizeOf(text.replace(/^\+/, ''));
  if (count === undefined) throw new Complaint(`invalid number '${text}'`);
  const fromStart = text.startsWith('+');
  const follows = flags.has('f') || flags.has('F') || run.args.includes('--follow');
  let shown = 0;
  const status = await eachInput(run, words, async (chunks, name) => {
    if ((words.length > 1 && !flags.has('q')) || flags.has('v')) await run.out(`${shown++ > 0 ? '\n' : ''}==> ${name} <==\n`);
    await (bytesText === undefined ? tailLines(run, chunks, count, fromStart) : tailBytes(run, chunks, count, fromStart));
  });
  const [file] = words;
  if (!follows || file === undefined || file === '-') return status;
  return followFiles(run, words);
};

async function tailLines(run: Invocation, chunks: AsyncIterable<Uint8Array>, count: number, fromStart: boolean): Promise<void> {
  const kept: Uint8Array[] = [];
  let number = 1;
  let held = 0;
  for await (const line of linesOf(chunks)) {
    if (fromStart) {
      if (number >= count) await run.out(line);
      if (endsLine(line)) number += 1;
      continue;
    }
    kept.push(Uint8Array.from(line));
    held += line.length;
    if (kept.length > count) held -= kept.shift()?.length ?? 0;
    if (held > KEPT_BYTES_MAX) throw new Complaint('memory exhausted');
  }
  for (const line of kept) await run.out(line);
}

async function tailBytes(run: Invocation, chunks: AsyncIterable<Uint8Array>, count: number, fromStart: boolean): Promise<void> {
  if (count > KEPT_BYTES_MAX && !fromStart) throw new Complaint('memory exhausted');
  let skipped = 0;
  let kept: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    if (fromStart) {
      const skip = Math.min(chunk.length, Math.max(0, count - 1 - skipped));
      skipped += skip;
      await run.out(chunk.subarray(skip));
      continue;
    }
    kept = Buffer.concat([kept, chunk]);
    kept = kept.subarray(Math.max(0, kept.length - count));
  }
  await run.out(kept);
}

/** What comes to the end of files from now on, for ever. A file that became shorter begins anew. */
async function followFiles(run: Invocation, words: readonly string[]): Promise<never> {
  const { tree } = run.system;
  const seen = new Map<string, number>();
  for (const word of words) seen.set(run.path(word), (await tree.stat(run.path(word)))?.sizeBytes ?? 0);
  // Nothing ever comes from a device.
  if (words.every((word) => run.path(word).startsWith('/dev/'))) await run.process.sleep(Infinity);
  for (;;) {
    await run.process.sleep(FOLLOW_EVERY_MS);
    for (const [path, before] of seen) {
      const size = (await run.process.wait(tree.stat(path)))?.sizeBytes ?? 0;
      let at = size < before ? 0 : before;
      while (at < size) {
        const bytes = await run.process.wait(tree.readRange(path, at, Math.min(BLOCK_BYTES, size - at)));
        if (bytes.length === 0) break;
        await run.out(bytes);
        at += bytes.length;
      }
      seen.set(path, at);
    }
  }
}

const wc: Program = async (run) => {
  const { flags, words } = flagsOf(run.args, '');
  const wanted = ['l', 'w', 'm', 'c', 'L'].filter((flag) => flags.has(flag));
  const columns = wanted.length > 0 ? wanted : ['l', 'w', 'c'];
  const total: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  // One number of one input stands alone; several stand in columns.
  const width = columns.length > 1 || words.length > 1 ? 9 : 1;
  const row = (counts: Counts, name: string): string =>
    `${columns.map((column) => String(counts[column as keyof Counts]).padStart(width)).join(' ')}${name === '-' ? '' : ` ${name}`}\n`;
  const status = await eachInput(run, words, async (chunks, name) => {
    const counts = await countsOf(chunks);
    for (const column of ['l', 'w', 'm', 'c'] as const) total[column] += counts[column];
    await run.out(row(counts, words.length === 0 ? '-' : name));
  });
  if (words.length > 1) await run.out(row(total, 'total'));
  return status;
};

interface Counts {
  l: number;
  w: number;
  m: number;
  c: number;
  L: number;
}

async function countsOf(chunks: AsyncIterable<Uint8Array>): Promise<Counts> {
  const counts: Counts = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  let inWord = false;
  let column = 0;
  for await (const chunk of chunks) {
    counts.c += chunk.length;
    for (const byte of chunk) {
      const blank = byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
      if (byte === 0x0a) {
        counts.l += 1;
        column = 0;
      } else column += 1;
      if (column > counts.L) counts.L = column;
      if (!blank && !inWord) counts.w += 1;
      inWord = !blank;
      // Bytes that only continue a character do not count as one.
      if ((byte & 0xc0) !== 0x80) counts.m += 1;
    }
  }
  return counts;
}

const yes: Program = async (run) => {
  const line = `${run.args.join(' ') || 'y'}\n`;
  const block = Buffer.from(line.repeat(Math.max(1, Math.floor(8192 / line.length))));
  for (;;) await run.out(block);
};

const seq: Program = async (run) => {
  const { flags, values, words } = flagsOf(
    run.args.map((arg) => (/^-\d/.test(arg) ? `\\${arg}` : arg)),
    'sf',
  );
  const numbers = words.map((word) => Number(word.replace(/^\\/, '')));
  if (numbers.length === 0 || numbers.some(Number.isNaN)) throw new Complaint('invalid number');
  const [first, step, last] = numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
  if (first === undefined || step === undefined || last === undefined || step === 0) throw new Complaint('invalid increment');
  const digits = Math.max(...words.map((word) => (word.split('.')[1] ?? '').length));
  const width = flags.has('w') ? Math.max(first.toFixed(digits).length, last.toFixed(digits).length) : 0;
  const separator = values.get('s') ?? '\n';
  let text = '';
  let written = false;
  for (let i = 0, at = first; step > 0 ? at <= last + 1e-9 : at >= last - 1e-9; at = first + ++i * step) {
    text += `${written || text !== '' ? separator : ''}${at.toFixed(digits).padStart(width, '0')}`;
    if (text.length < 4096) continue;
    await run.out(text);
    text = '';
    written = true;
  }
  await run.out(text === '' && !written ? '' : `${text}\n`);
  return 0;
};

export const STREAMS: Readonly<Record<string, Program>> = { cat, head, less: cat, more: cat, seq, tail, tee, wc, yes };
