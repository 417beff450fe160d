import { createHash, type Hash } from 'node:crypto';
import { Complaint, codeOf, textOf } from '../process/errors.ts';
import type { Invocation, Program } from '../process/invocation.ts';
import { flagsOf } from './flags.ts';

async function digestOf(run: Invocation, algorithm: string, word: string): Promise<string> {
  const file = await run.open(word);
  const hash: Hash = createHash(algorithm);
  for await (const chunk of run.chunks(file)) hash.update(chunk);
  file.release();
  return hash.digest('hex');
}

function digest(algorithm: string): Program {
  return async (run) => {
    const { flags, words } = flagsOf(run.args, '');
    if (flags.has('c')) return check(run, algorithm, words[0] ?? '-', flags.has('s'));
    let status = 0;
    for (const word of words.length > 0 ? words : ['-']) {
      try {
        await run.out(`${await digestOf(run, algorithm, word)}  ${word}\n`);
      } catch (error) {
        if (codeOf(error) === undefined || codeOf(error) === 'EPIPE') throw error;
        await run.warn(`can't open '${word}': ${textOf(error)}`);
        status = 1;
      }
    }
    return status;
  };
}

/** `-c`: compares files with a list of sums. */
async function check(run: Invocation, algorithm: string, list: string, silent: boolean): Promise<number> {
  const file = await run.open(list);
  const text = Buffer.from(await run.all(run.chunks(file), LIST_BYTES_MAX)).toString('utf8');
  file.release();
  let failed = 0;
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const match = /^([\da-f]+) [ *](.+)$/.exec(line);
    if (!match) continue;
    const ok = (await digestOf(run, algorithm, match[2] ?? '').catch(() => '')) === match[1];
    run.process.check();
    if (!ok) failed += 1;
    if (!silent) await run.out(`${match[2]}: ${ok ? 'OK' : 'FAILED'}\n`);
  }
  if (failed > 0) await run.warn(`WARNING: ${failed} of ${text.trimEnd().split('\n').length} computed checksums did NOT match`);
  return failed > 0 ? 1 : 0;
}

const LIST_BYTES_MAX = 16 * 1024 * 1024;
const LINE_CHARS = 76;
/** Divisible by three, so that the pieces of a long input fit together. */
const ENCODED_BYTES = 57 * 512;

const base64: Program = async (run) => {
  const { flags, values, words } = flagsOf(run.args, 'w', { decode: 'd', wrap: 'w' });
  const width = Number(values.get('w') ?? LINE_CHARS);
  const file = await run.open(words[0] ?? '-');
  const chunks = run.chunks(file);
  if (flags.has('d')) await decode(run, chunks);
  else await encode(run, chunks, width);
  file.release();
  return 0;
};

async function encode(run: Invocation, chunks: AsyncIterable<Uint8Array>, width: number): Promise<void> {
  let left: Uint8Array = new Uint8Array();
  let column = 0;
  let any = false;
  const show = async (bytes: Uint8Array): Promise<void> => {
    const text = Buffer.from(bytes).toString('base64');
    any ||= text !== '';
    let out = '';
    for (let i = 0; i < text.length; ) {
      const part = text.slice(i, width > 0 ? i + width - column : undefined);
      out += part;
      i += part.length;
      column += part.length;
      if (width > 0 && column === width) {
        out += '\n';
        column = 0;
      }
    }
    await run.out(out);
  };
  for await (const chunk of chunks) {
    left = Buffer.concat([left, chunk]);
    const whole = left.length - (left.length % ENCODED_BYTES);
    if (whole === 0) continue;
    await show(left.subarray(0, whole));
    left = left.slice(whole);
  }
  await show(left);
  if (any && width > 0 && column > 0) await run.out('\n');
}

async function decode(run: Invocation, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  let left = '';
  for await (const chunk of chunks) {
    left += Buffer.from(chunk).toString('latin1').replace(/\s/g, '');
    if (/[^A-Za-z0-9+/=]/.test(left)) throw new Complaint('invalid input');
    const whole = left.length - (left.length % 4);
    await run.out(Buffer.from(left.slice(0, whole), 'base64'));
    left = left.slice(whole);
  }
  if (left !== '') throw new Complaint('truncated input');
}

export const DIGESTS: Readonly<Record<string, Program>> = {
  base64,
  md5sum: digest('md5'),
  sha1sum: digest('sha1'),
  sha256sum: digest('sha256'),
  sha512sum: digest('sha512'),
};
