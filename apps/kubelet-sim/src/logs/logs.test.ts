import { SteppedClock } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import { describe, expect, it } from 'vitest';
import { ContainerLog } from './container-log.ts';
import { PIECE_MAX_BYTES } from './cri.ts';
import { type LogQuery, readLog } from './read-log.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const never = new AbortController().signal;

async function logOf(write: (log: ContainerLog, clock: SteppedClock) => void | Promise<void>) {
  const clock = new SteppedClock();
  const files = createMemoryFiles(clock);
  const log = new ContainerLog(files, '/0.log', clock);
  await write(log, clock);
  await log.close();
  const raw = new TextDecoder().decode(await files.read('/0.log').catch(() => new Uint8Array()));
  const read = async (query: Partial<LogQuery> = {}): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of readLog(files, '/0.log', undefined, { follow: false, timestamps: false, ...query }, never))
      chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  return { raw, read };
}

describe('container logs', () => {
  it('are written as runtimes write them', async () => {
    const { raw } = await logOf((log) => {
      log.write('stdout', bytes('one\ntw'));
      log.write('stderr', bytes('err\n'));
      log.write('stdout', bytes('o\n'));
    });
    expect(raw).toBe(
      '2026-01-01T00:00:00.000000000Z stdout F one\n2026-01-01T00:00:00.000000000Z stderr F err\n2026-01-01T00:00:00.000000000Z stdout F two\n',
    );
  });

  it('a line without an end is cut into pieces on disk, and is whole again for the reader', async () => {
    const long = 'x'.repeat(PIECE_MAX_BYTES * 2 + 5);
    const { raw, read } = await logOf((log) => log.write('stdout', bytes(`first\n${long}\nlast\n`)));
    expect(raw.split('\n').map((line) => line.slice(31, 39))).toEqual(['stdout F', 'stdout P', 'stdout P', 'stdout F', 'stdout F', '']);
    expect(await read()).toBe(`first\n${long}\nlast\n`);
    expect(await read({ tailLines: 2 })).toBe(`${long}\nlast\n`);
    expect((await read({ timestamps: true })).match(/2026-/g)).toHaveLength(3);
  });

  it('since a time, and the last of those', async () => {
    const { read } = await logOf(async (log, clock) => {
      for (let i = 0; i < 5; i++) {
        log.write('stdout', bytes(`${i}\n`));
        await clock.advance(1000);
      }
    });
    const sinceMs = Date.UTC(2026, 0, 1, 0, 0, 2);
    expect(await read({ sinceMs })).toBe('2\n3\n4\n');
    expect(await read({ sinceMs, tailLines: 1 })).toBe('4\n');
    expect(await read({ tailLines: 99 })).toBe('0\n1\n2\n3\n4\n');
  });

  it('a file that is not there is an empty log', async () => {
    const { read } = await logOf(() => {});
    expect(await read()).toBe('');
  });
});
