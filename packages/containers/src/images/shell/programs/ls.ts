import type { FileStat } from '@kubernats/files';
import { codeOf, textOf } from '../process/errors.ts';
import type { Invocation, Program } from '../process/invocation.ts';
import { strftime } from './date.ts';
import { humanSize } from './dd.ts';
import { flagsOf } from './flags.ts';

const HALF_YEAR_MS = 182 * 86_400_000;
const SCREEN_GAP = 2;

interface Entry {
  name: string;
  path: string;
  stat: FileStat;
  target: string | undefined;
}

/** `ls [-1aAdFhilnRrSt] [FILE…]`. Source: POSIX, `ls`. */
const ls: Program = async (run) => {
  const { flags, words } = flagsOf(run.args, 'wI', {
    all: 'a',
    'almost-all': 'A',
    'human-readable': 'h',
    recursive: 'R',
    reverse: 'r',
    directory: 'd',
  });
  let status = 0;
  const files: Entry[] = [];
  const folders: Entry[] = [];
  for (const word of words.length > 0 ? words : ['.']) {
    const entry = await entryAt(run, word, run.path(word), !flags.has('d') && !flags.has('l'));
    if (!entry) {
      await run.err(`ls: ${word}: No such file or directory\n`);
      status = 1;
    } else if (flags.has('d') || (await isFolder(run, entry)) === false) files.push(entry);
    else folders.push(entry);
  }
  await show(run, flags, sorted(files, flags), false);
  for (const [i, folder] of folders.entries()) {
    const titled = words.length > 1 || flags.has('R');
    const failed = await showFolder(run, flags, folder, titled, i > 0 || files.length > 0);
    status = Math.max(status, failed);
  }
  return status;
};

async function entryAt(run: Invocation, name: string, path: string, follows: boolean): Promise<Entry | undefined> {
  const { tree } = run.system;
  const own = await tree.lstat(path);
  if (!own) return undefined;
  const target = own.kind === 'symlink' ? await tree.readlink(path).catch(() => '?') : undefined;
  const stat = follows && own.kind === 'symlink' ? ((await tree.stat(path).catch(() => undefined)) ?? own) : own;
  return { name, path, stat, target };
}

async function isFolder(run: Invocation, { path, stat }: Entry): Promise<boolean> {
  return (stat.kind === 'symlink' ? await run.system.tree.stat(path).catch(() => undefined) : stat)?.kind === 'directory';
}

async function showFolder(run: Invocation, flags: ReadonlySet<string>, folder: Entry, titled: boolean, gap: boolean): Promise<number> {
  if (titled) await run.out(`${gap ? '\n' : ''}${folder.name}:\n`);
  let names: string[];
  try {
    names = await run.process.wait(run.system.tree.list(folder.path));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    await run.err(`ls: can't open '${folder.name}': ${textOf(error)}\n`);
    return 1;
  }
  const base = folder.path === '/' ? '' : folder.path;
  const entries: Entry[] = [];
  for (const name of names) {
    if (name.startsWith('.') && !flags.has('a') && !flags.has('A')) continue;
    const entry = await entryAt(run, name, `${base}/${name}`, false);
    if (entry) entries.push(entry);
  }
  const rows = sorted(entries, flags);
  if (flags.has('a')) rows.unshift({ ...folder, name: '.' }, { ...folder, name: '..' });
  await show(run, flags, rows, true);
  if (!flags.has('R')) return 0;
  let status = 0;
  for (const entry of rows) {
    if (entry.stat.kind !== 'directory' || entry.name === '.' || entry.name === '..') continue;
    const inner = { ...entry, name: `${folder.name === '/' ? '' : folder.name}/${entry.name}` };
    status = Math.max(status, await showFolder(run, flags, inner, true, true));
  }
  return status;
}

function sorted(entries: readonly Entry[], flags: ReadonlySet<string>): Entry[] {
  const rows = [...entries];
  if (flags.has('S')) rows.sort((a, b) => b.stat.sizeBytes - a.stat.sizeBytes);
  else if (flags.has('t')) rows.sort((a, b) => b.stat.modifiedMs - a.stat.modifiedMs);
  else rows.sort((a, b) => (a.name < b.name ? -1 : 1));
  return flags.has('r') ? rows.reverse() : rows;
}

async function show(run: Invocation, flags: ReadonlySet<string>, rows: readonly Entry[], isFolderContent: boolean): Promise<void> {
  if (flags.has('l') || flags.has('n')) {
    if (isFolderContent) await run.out(`total ${rows.reduce((sum, { stat }) => sum + Math.ceil(stat.sizeBytes / 4096) * 4, 0)}\n`);
    const sizes = rows.map(({ stat }) => (flags.has('h') ? humanSize(stat.sizeBytes).replace('B', '') : String(stat.sizeBytes)));
    const width = Math.max(9, ...sizes.map((size) => size.length));
    for (const [i, entry] of rows.entries()) await run.out(longRow(run, flags, entry, (sizes[i] ?? '').padStart(width)));
    return;
  }
  const names = rows.map((entry) => (flags.has('F') || flags.has('p') ? entry.name + suffixOf(entry, flags) : entry.name));
  const terminal = run.process.files.get(1)?.terminal;
  if (terminal && !flags.has('1')) await run.out(columns(names, terminal.size.columns));
  else await run.out(names.map((name) => `${name}\n`).join(''));
}

function longRow(run: Invocation, flags: ReadonlySet<string>, entry: Entry, size: string): string {
  const { stat, name, target } = entry;
  const owner = flags.has('n') ? '0        0    ' : 'root     root ';
  const age = run.system.clock.now() - stat.modifiedMs;
  const time = strftime(age > HALF_YEAR_MS || age < -HALF_YEAR_MS ? '%b %e  %Y' : '%b %e %H:%M', stat.modifiedMs);
  const shown = flags.has('F') ? name + suffixOf(entry, flags) : name;
  return `${modeText(stat)}    1 ${owner}${size} ${time} ${shown}${target === undefined ? '' : ` -> ${target}`}\n`;
}

const KINDS: Readonly<Record<FileStat['kind'], string>> = {
  ...{ file: '-', directory: 'd', symlink: 'l', socket: 's' },
  ...{ charDevice: 'c', blockDevice: 'b', other: 'p' },
};

/** `drwxr-xr-x`. */
export function modeText({ kind, mode }: Pick<FileStat, 'kind' | 'mode'>): string {
  return (
    KINDS[kind] +
    [6, 3, 0].map((shift) => ['r', 'w', 'x'].map((letter, i) => ((mode >> shift) & (4 >> i) ? letter : '-')).join('')).join('')
  );
}

function suffixOf({ stat }: Entry, flags: ReadonlySet<string>): string {
  if (stat.kind === 'directory') return '/';
  if (!flags.has('F')) return '';
  return stat.kind === 'symlink' ? '@' : (stat.mode & 0o111) !== 0 && stat.kind === 'file' ? '*' : '';
}

/** Names in columns, as many as the screen takes. */
function columns(names: readonly string[], screen: number): string {
  if (names.length === 0) return '';
  const width = Math.max(...names.map((name) => name.length)) + SCREEN_GAP;
  const perRow = Math.max(1, Math.floor(screen / width));
  const rows = Math.ceil(names.length / perRow);
  let out = '';
  for (let row = 0; row < rows; row++) {
    const cells = names.filter((_, i) => i % rows === row);
    out += `${cells.map((name, i) => (i === cells.length - 1 ? name : name.padEnd(width))).join('')}\n`;
  }
  return out;
}

export const LS: Readonly<Record<string, Program>> = { ls };
