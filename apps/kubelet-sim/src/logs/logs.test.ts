import { SteppedClock, seededRandom } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import { describe, expect, it } from 'vitest';
import { ContainerLog, type LogLimits } from './container-log.ts';
import { PIECE_MAX_BYTES } from './cri.ts';
import { removeRunsBefore, rotatedPath } from './log-files.ts';
import { type LogQuery, readLog } from './read-log.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const never = new AbortController().signal;
const PATH = '/c/0.log';

function setUp(limits: LogLimits = { maxBytes: Infinity, maxFiles: 5 }) {
  const clock = new SteppedClock();
  const files = createMemoryFiles(clock);
  const begin = async () => {
    await files.mkdir('/c', { recursive: true });
    return ContainerLog.open(files, PATH, clock, limits);
  };
  const read = async (query: Partial<LogQuery> = {}, live?: ContainerLog, signal = never): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of readLog(files, PATH, live, { follow: false, timestamps: false, ...query }, signal))
      chunks.push(Uint8Array.from(chunk));
    return Buffer.concat(chunks).toString();
  };
  return { clock, files, begin, read };
}

async function logOf(write: (log: ContainerLog, clock: SteppedClock) => void | Promise<void>, limits?: LogLimits) {
  const { clock, files, begin, read } = setUp(limits);
  const log = await begin();
  await write(log, clock);
  await log.close();
  const raw = new TextDecoder().decode(await files.read(PATH).catch(() => new Uint8Array()));
  return { raw, files, read };
}

describe('container logs', () => {
  it('are written as runtimes write them', async () => {
    const { raw } = await logOf((log) => {
      void log.write('stdout', bytes('one\ntw'));
      void log.write('stderr', bytes('err\n'));
      void log.write('stdout', bytes('o\n'));
    });
    expect(raw).toBe(
      '2026-01-01T00:00:00.000000000Z stdout F one\n2026-01-01T00:00:00.000000000Z stderr F err\n2026-01-01T00:00:00.000000000Z stdout F two\n',
    );
  });

  it('a line without an end is cut into pieces on disk, and is whole again for the reader', async () => {
    const long = 'x'.repeat(PIECE_MAX_BYTES * 2 + 5);
    const { raw, read } = await logOf((log) => void log.write('stdout', bytes(`first\n${long}\nlast\n`)));
    expect(raw.split('\n').map((line) => line.slice(31, 39))).toEqual(['stdout F', 'stdout P', 'stdout P', 'stdout F', 'stdout F', '']);
    expect(await read()).toBe(`first\n${long}\nlast\n`);
    expect(await read({ tailLines: 2 })).toBe(`${long}\nlast\n`);
    expect((await read({ timestamps: true })).match(/2026-/g)).toHaveLength(3);
  });

  it('what is written in bits is what is written at once', async () => {
    const random = seededRandom(5);
    const text = Array.from({ length: 60 }, (_, i) => 'abc'.repeat(Math.floor(random.next() * (i % 20 === 0 ? 12_000 : 30))))
      .concat('end')
      .join('\n');
    const { read } = await logOf((log) => {
      for (let at = 0; at < text.length; ) {
        const to = at + 1 + Math.floor(random.next() * 500);
        void log.write('stdout', bytes(text.slice(at, to)));
        at = to;
      }
    });
    expect(await read()).toBe(`${text}\n`);
  });

  it('since a time, and the last of those', async () => {
    const { read } = await logOf(async (log, clock) => {
      for (let i = 0; i < 5; i++) {
        void log.write('stdout', bytes(`${i}\n`));
        await clock.advance(1000);
      }
    });
    const sinceMs = Date.UTC(2026, 0, 1, 0, 0, 2);
    expect(await read({ sinceMs })).toBe('2\n3\n4\n');
    expect(await read({ sinceMs, tailLines: 1 })).toBe('4\n');
    expect(await read({ sinceMs, tailLines: 4 })).toBe('2\n3\n4\n');
    expect(await read({ tailLines: 99 })).toBe('0\n1\n2\n3\n4\n');
    expect(await read({ tailLines: 0 })).toBe('');
    expect(await read({ limitBytes: 3 })).toBe('0\n1');
    for (const far of [-1e300, -1]) expect(await read({ sinceMs: far })).toBe('0\n1\n2\n3\n4\n');
    expect(await read({ sinceMs: 1e300 })).toBe('');
  });

  it('a file that is not there is an empty log', async () => {
    const { read } = setUp();
    expect(await read()).toBe('');
    expect(await read({ tailLines: 3 })).toBe('');
  });

  it('100 MB in one line are read and written in pieces', async () => {
    const mebibyte = new Uint8Array(1024 * 1024).fill(0x78);
    const { clock, files, begin } = setUp({ maxBytes: 10 * mebibyte.length, maxFiles: 100 });
    const log = await begin();
    for (let i = 0; i < 100; i++) await log.write('stdout', mebibyte);
    await log.close();
    let length = 0;
    let longest = 0;
    for await (const chunk of readLog(files, PATH, undefined, { follow: false, timestamps: false }, never)) {
      length += chunk.length;
      longest = Math.max(longest, chunk.length);
    }
    expect(length).toBe(100 * mebibyte.length + 1);
    expect(longest).toBeLessThanOrEqual(512 * 1024);
    expect(clock.now()).toBe(Date.UTC(2026, 0, 1));
  });

  it('a writer that is faster than the disk is asked to wait', async () => {
    const { begin } = setUp();
    const log = await begin();
    const asked = Array.from({ length: 64 }, () => log.write('stdout', bytes(`${'y'.repeat(100_000)}\n`)));
    expect(asked[0]).toBeUndefined();
    expect(asked.at(-1)).toBeInstanceOf(Promise);
    await Promise.all(asked);
    expect(log.write('stdout', bytes('small\n'))).toBeUndefined();
    await log.close();
  });
});

describe('rotation', () => {
  const LINE = 44;
  const limits = { maxBytes: 10 * LINE, maxFiles: 3 };
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `${String(from + i).padStart(3, '0')}\n`).join('');

  /** Lines of the same length, each in a write of its own that the disk has taken. */
  async function written(log: ContainerLog, clock: SteppedClock, from: number, to: number): Promise<void> {
    for (let i = from; i < to; i++) {
      const seen = log.version;
      void log.write('stdout', bytes(numbers(i, i + 1)));
      await log.changed(seen, never);
      await clock.advance(500);
    }
  }

  it('a file that is full is put aside under the time, and only so many are kept', async () => {
    const { files, read } = await logOf((log, clock) => written(log, clock, 0, 45), limits);
    expect(await files.list('/c')).toEqual(['0.log', '0.log.20260101-000014', '0.log.20260101-000019']);
    expect(await read()).toBe(numbers(20, 45));
    expect(await read({ tailLines: 17 })).toBe(numbers(28, 45));
    expect(await read({ tailLines: 3 })).toBe(numbers(42, 45));
    expect(await read({ sinceMs: Date.UTC(2026, 0, 1, 0, 0, 12) })).toBe(numbers(24, 45));
  });

  it('files of one second get numbers, in their order', () => {
    const now = Date.UTC(2026, 0, 1);
    const first = rotatedPath(PATH, now, undefined);
    const second = rotatedPath(PATH, now, first);
    const third = rotatedPath(PATH, now, second);
    const later = rotatedPath(PATH, now + 1000, third);
    expect([first, second, third, later]).toEqual([
      '/c/0.log.20260101-000000',
      '/c/0.log.20260101-000000.001',
      '/c/0.log.20260101-000000.002',
      '/c/0.log.20260101-000001',
    ]);
    expect([later, third, second, first].sort()).toEqual([first, second, third, later]);
  });

  it('a follower reads on across rotations, from the middle of a file too', async () => {
    const { clock, begin, read } = setUp(limits);
    const log = await begin();
    await written(log, clock, 0, 5);
    const following = read({ follow: true, tailLines: 2 }, log);
    await written(log, clock, 5, 28);
    await log.close();
    expect(await following).toBe(numbers(3, 28));
  });

  it('a reader that is too slow goes on at the oldest file there is', async () => {
    const { clock, files, begin } = setUp(limits);
    const log = await begin();
    await written(log, clock, 0, 5);
    const reader = readLog(files, PATH, log, { follow: true, timestamps: false }, never);
    expect(Buffer.from((await reader.next()).value ?? []).toString()).toBe(numbers(0, 5));
    await written(log, clock, 5, 45);
    await log.close();
    let rest = '';
    for await (const chunk of reader) rest += Buffer.from(chunk).toString();
    expect(rest).toBe(numbers(20, 45));
  });

  it('a run that a killed kubelet began goes on behind what is there', async () => {
    const { clock, begin, read } = setUp(limits);
    await written(await begin(), clock, 0, 13);
    const again = await begin();
    expect(await read({ tailLines: 1 }, again)).toBe(numbers(12, 13));
    await written(again, clock, 13, 25);
    expect(await read({}, again)).toBe(numbers(0, 25));
    expect(await read({ tailLines: 14 }, again)).toBe(numbers(11, 25));
  });

  it('of the runs before the last two nothing is left', async () => {
    const { files } = setUp();
    await files.mkdir('/c');
    for (const name of ['1.log', '2.log', '2.log.20260101-000000', '3.log', '11.log', 'other']) await files.write(`/c/${name}`, bytes('x'));
    await removeRunsBefore(files, '/c', 3);
    expect(await files.list('/c')).toEqual(['11.log', '3.log', 'other']);
    await removeRunsBefore(files, '/nowhere', 3);
  });
});
