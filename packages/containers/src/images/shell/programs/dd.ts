import { Complaint, codeOf, textOf } from '../process/errors.ts';
import type { Program } from '../process/invocation.ts';
import type { OpenFile } from '../streams/open-file.ts';
import { sizeOf } from './streams.ts';

const BLOCK_BYTES_MAX = 64 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/** `dd if=… of=… bs=… count=… skip=… seek=… conv=notrunc status=none`. Source: POSIX, `dd`. */
const dd: Program = async (run) => {
  const settings = new Map(run.args.map((arg): [string, string] => [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)]));
  const number = (name: string, fallback: number): number => {
    const text = settings.get(name);
    const value = text === undefined ? fallback : sizeOf(text);
    if (value === undefined || value < 0) throw new Complaint(`invalid number '${text}'`);
    return value;
  };
  const block = number('bs', number('ibs', 512));
  if (block === 0 || block > BLOCK_BYTES_MAX) throw new Complaint(`invalid number '${settings.get('bs')}'`);
  const { tree, clock } = run.system;
  const [from, to] = [settings.get('if'), settings.get('of')];
  const input = await run.open(from ?? '-');
  const mode = settings.get('conv')?.includes('notrunc') || settings.get('oflag')?.includes('append') ? 'append' : 'write';
  const output: OpenFile | undefined =
    to === undefined ? run.process.files.get(1)?.retain() : await tree.open(run.path(to), mode, run.process);
  const startedMs = clock.monotonic();
  const skipBytes = number('skip', 0) * block;
  let left = number('count', Infinity) * block;
  let [skipped, copied] = [0, 0];
  try {
    while (skipped < skipBytes) {
      const bytes = await input.read(Math.min(PIECE_BYTES, skipBytes - skipped), run.process.wait);
      if (!bytes) break;
      skipped += bytes.length;
    }
    while (left > 0) {
      const bytes = await input.read(Math.min(PIECE_BYTES, left), run.process.wait);
      if (!bytes) break;
      try {
        await output?.write(bytes, run.process.wait);
      } catch (error) {
        if (codeOf(error) === 'EPIPE' || codeOf(error) === undefined) throw error;
        throw new Complaint(`error writing '${to ?? 'standard output'}': ${textOf(error)}`);
      }
      left -= bytes.length;
      copied += bytes.length;
      const turn = run.system.step(run.process);
      if (turn) await turn;
    }
  } finally {
    input.release();
    output?.release();
  }
  if (settings.get('status') === 'none') return 0;
  const records = `${Math.floor(copied / block)}+${copied % block === 0 ? 0 : 1}`;
  const seconds = Math.max(0.000001, (clock.monotonic() - startedMs) / 1000);
  const rate = (copied / seconds / 1024 / 1024).toFixed(1);
  await run.err(
    `${records} records in\n${records} records out\n${copied} bytes (${humanSize(copied)}) copied, ${seconds.toFixed(6)} seconds, ${rate}MB/s\n`,
  );
  return 0;
};

/** As `-h` options print sizes. */
export function humanSize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)}${units[unit]}`;
}

export const DD: Readonly<Record<string, Program>> = { dd };
