import type { Program } from '../process/invocation.ts';
import { memoryOf } from '../tree/memory.ts';
import { cpusOf, mountRows } from '../tree/proc.ts';
import { humanSize } from './dd.ts';
import { flagsOf } from './flags.ts';

const DISK_BYTES = 100 * 1024 ** 3;

const nproc: Program = async (run) => {
  await run.out(`${cpusOf(run.system)}\n`);
  return 0;
};

const free: Program = async (run) => {
  const { flags } = flagsOf(run.args, '');
  const { total, used } = memoryOf(run.system);
  const unit = flags.has('b') ? 1 : flags.has('m') ? 1024 ** 2 : flags.has('g') ? 1024 ** 3 : 1024;
  const cell = (bytes: number): string =>
    (flags.has('h') ? humanSize(bytes).replace('B', '') : String(Math.floor(bytes / unit))).padStart(12);
  const row = (name: string, cells: readonly number[]): string => `${name.padEnd(7)}${cells.map(cell).join('')}\n`;
  const head = ['total', 'used', 'free', 'shared', 'buff/cache', 'available'].map((name) => name.padStart(12)).join('');
  await run.out(`${' '.repeat(7)}${head}\n${row('Mem:', [total, used, total - used, 0, 0, total - used])}${row('Swap:', [0, 0, 0])}`);
  return 0;
};

/** A volume has its size; of what has none what is used is counted, and the rest is a disk's. */
const df: Program = async (run) => {
  const { flags, words } = flagsOf(run.args, 't');
  const { tree, context } = run.system;
  const places = [['overlay', '/'], ...context.mounts.map(({ path }) => ['kubernats', path])];
  const wanted = words.map((word) => run.path(word));
  const shown = places.filter(([, path = '']) => wanted.length === 0 || wanted.some((one) => placeOf(one, places) === path));
  const human = flags.has('h');
  const cell = (bytes: number): string => (human ? humanSize(bytes).replace('B', '') : String(Math.ceil(bytes / 1024))).padStart(10);
  await run.out(`Filesystem           ${human ? '     Size' : '1K-blocks'}      Used Available Use% Mounted on\n`);
  for (const [name = '', path = ''] of shown) {
    const { sizeBytes, usedBytes } = (await run.process.wait(tree.space(path))) ?? {
      sizeBytes: DISK_BYTES,
      usedBytes: await run.process.wait(tree.usage(path)),
    };
    const percent = `${sizeBytes === 0 ? 0 : Math.ceil((usedBytes / sizeBytes) * 100)}%`.padStart(4);
    await run.out(`${name.padEnd(20)}${cell(sizeBytes)}${cell(usedBytes)}${cell(Math.max(0, sizeBytes - usedBytes))} ${percent} ${path}\n`);
  }
  return 0;
};

function placeOf(path: string, places: readonly (readonly string[])[]): string {
  let best = '/';
  for (const [, place = ''] of places) if ((path === place || path.startsWith(`${place}/`)) && place.length > best.length) best = place;
  return best;
}

const mount: Program = async (run) => {
  if (run.args.some((arg) => !arg.startsWith('-'))) {
    await run.warn('permission denied (are you root?)');
    return 1;
  }
  const rows = mountRows(run.system).trimEnd().split('\n');
  for (const row of rows) {
    const [what, where, type, options] = row.split(' ');
    await run.out(`${what} on ${where} type ${type} (${options})\n`);
  }
  return 0;
};

const umount: Program = async (run) => {
  await run.err(`umount: can't unmount ${run.args.at(-1) ?? ''}: Operation not permitted\n`);
  return 1;
};

const dmesg: Program = async (run) => {
  await run.err('dmesg: klogctl: Operation not permitted\n');
  return 1;
};

export const MACHINE: Readonly<Record<string, Program>> = { df, dmesg, free, mount, nproc, umount };
