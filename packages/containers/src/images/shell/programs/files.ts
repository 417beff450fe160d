import { Complaint } from '../process/errors.ts';
import type { Invocation, Program } from '../process/invocation.ts';
import { nameOf, parentOf } from '../tree/paths.ts';
import { flagsOf } from './flags.ts';
import { sizeOf } from './streams.ts';

const NAME_CHARS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const mktemp: Program = async (run) => {
  const { flags, values, words } = flagsOf(run.args, 'p');
  const template = words[0] ?? 'tmp.XXXXXX';
  const blanks = /X{3,}$/.exec(template)?.[0].length;
  if (blanks === undefined) throw new Complaint(`invalid template '${template}'`);
  const name = Array.from({ length: blanks }, () => NAME_CHARS[run.system.random.int(NAME_CHARS.length)]).join('');
  const word = template.slice(0, -blanks) + name;
  const folder = words[0] === undefined || flags.has('t') || flags.has('p') ? (values.get('p') ?? run.env.TMPDIR ?? '/tmp') : undefined;
  const path = folder === undefined ? word : `${folder}/${word}`;
  if (!flags.has('u')) {
    if (flags.has('d')) await run.system.tree.mkdir(run.path(path), { mode: 0o700 });
    else await run.system.tree.write(run.path(path), new Uint8Array(), { mode: 0o600 });
  }
  await run.out(`${path}\n`);
  return 0;
};

const basename: Program = async (run) => {
  const [word = '', suffix = ''] = run.args.filter((arg) => arg !== '--');
  const name = word === '/' ? '/' : nameOf(word.replace(/\/+$/, ''));
  await run.out(`${suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`);
  return 0;
};

const dirname: Program = async (run) => {
  for (const word of run.args.filter((arg) => arg !== '--')) {
    const plain = word.replace(/\/+$/, '');
    await run.out(`${plain.includes('/') ? parentOf(plain) : word.startsWith('/') ? '/' : '.'}\n`);
  }
  return 0;
};

const realpath: Program = async (run) => {
  for (const word of run.args.filter((arg) => !arg.startsWith('-'))) await run.out(`${await run.system.tree.realpath(run.path(word))}\n`);
  return 0;
};

/** Everything belongs to root here: a change of owner is taken and means nothing, but the files must be there. */
const chown: Program = async (run) => {
  const { words } = flagsOf(run.args, '');
  let status = 0;
  for (const word of words.slice(1)) {
    if (await run.system.tree.lstat(run.path(word))) continue;
    await run.warn(`${word}: No such file or directory`);
    status = 1;
  }
  return status;
};

const truncate: Program = async (run) => {
  const { values, words } = flagsOf(run.args, 's', { size: 's' });
  const size = sizeOf(values.get('s') ?? '');
  if (size === undefined || size < 0 || size > FILE_BYTES_MAX) throw new Complaint('invalid size');
  for (const word of words) {
    const path = run.path(word);
    const content = (await run.system.tree.stat(path)) ? await run.system.tree.read(path) : new Uint8Array();
    const resized = new Uint8Array(size);
    resized.set(content.subarray(0, size));
    await run.system.tree.write(path, resized);
  }
  return 0;
};

const FILE_BYTES_MAX = 1024 ** 3;

const unlink: Program = async (run) => {
  const [word = ''] = run.args;
  const stat = await run.system.tree.lstat(run.path(word));
  if (!stat) throw new Complaint(`can't remove file '${word}': No such file or directory`);
  await run.system.tree.remove(run.path(word));
  return 0;
};

/** `cmp A B`: where two files differ first. */
const cmp: Program = async (run) => {
  const { flags, words } = flagsOf(run.args, '');
  const [a = '-', b = '-'] = words;
  const [left, right] = [await bytesAt(run, a), await bytesAt(run, b)];
  const length = Math.min(left.length, right.length);
  let at = 0;
  while (at < length && left[at] === right[at]) at += 1;
  if (at === length && left.length === right.length) return 0;
  if (flags.has('s')) return 1;
  if (at === length) await run.err(`cmp: EOF on ${left.length < right.length ? a : b}\n`);
  else await run.out(`${a} ${b} differ: char ${at + 1}, line ${left.subarray(0, at).filter((byte) => byte === 0x0a).length + 1}\n`);
  return 1;
};

const CMP_BYTES_MAX = 256 * 1024 * 1024;

async function bytesAt(run: Invocation, word: string): Promise<Uint8Array> {
  const file = await run.open(word);
  const bytes = await run.all(run.chunks(file), CMP_BYTES_MAX);
  file.release();
  return bytes;
}

const sync: Program = () => 0;

export const FILES: Readonly<Record<string, Program>> = {
  basename,
  chgrp: chown,
  chown,
  cmp,
  dirname,
  mktemp,
  realpath,
  sync,
  truncate,
  unlink,
};
