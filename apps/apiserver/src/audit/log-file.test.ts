import { silentLog } from '@kubernats/client';
import { SteppedClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

const textOf = async (files: Files, path: string) => new TextDecoder().decode(await files.read(path));
const open = (
  rotation: Partial<ConstructorParameters<typeof LogFile>[2]> = {},
  files = createMemoryFiles(new SteppedClock()),
  log = silentLog,
) => {
  const clock = new SteppedClock(Date.UTC(2026, 0, 31, 9, 30));
  const file = new LogFile({ files, clock, log }, 'audit.log', { maxSizeBytes: 1_000, maxBackups: 0, maxAgeMs: 0, ...rotation });
  return { clock, files, log: file };
};

test('lines are written together, after a moment, for the owner alone', async () => {
  const { clock, files, log } = open();
  log.write('a');
  log.write('b');
  expect(await files.stat('/audit.log')).toBeUndefined();
  await clock.advance(100);
  expect(await textOf(files, '/audit.log')).toBe('a\nb\n');
  expect(((await files.stat('/audit.log'))?.mode ?? 0) & 0o777).toBe(0o600);
  log.write('c');
  await log[Symbol.asyncDispose]();
  expect(await textOf(files, '/audit.log')).toBe('a\nb\nc\n');
});

test('a file that somebody else has moved away is begun anew, for the owner alone', async () => {
  const { clock, files, log } = open();
  log.write('a');
  await clock.advance(100);
  await files.rename('/audit.log', '/moved');
  log.write('b');
  await clock.advance(100);
  expect(await textOf(files, '/audit.log')).toBe('b\n');
  expect(((await files.stat('/audit.log'))?.mode ?? 0) & 0o777).toBe(0o600);
  await log[Symbol.asyncDispose]();
});

test('a file that is full makes place, and old ones go by number and by age', async () => {
  const { clock, files, log } = open({ maxSizeBytes: 10, maxBackups: 2, maxAgeMs: 3_600_000 });
  for (const line of ['11111111', '22222222', '33333333', '44444444']) {
    log.write(line);
    await clock.advance(60_000);
  }
  const names = () => files.list('/').then((all) => all.sort());
  expect(await names()).toEqual(['audit-2026-01-31T09-32-00.050.log', 'audit-2026-01-31T09-33-00.050.log', 'audit.log']);
  expect(await textOf(files, '/audit.log')).toBe('44444444\n');
  await clock.advance(7_200_000);
  log.write('55555555');
  await clock.advance(100);
  expect((await names()).length).toBe(2);
  await log[Symbol.asyncDispose]();
});

test('a disk that is full loses what it was given, says so once, and spoils no line that comes after', async () => {
  const inner = createMemoryFiles(new SteppedClock());
  let isFull = false;
  const files = new Proxy(inner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name === 'append' && isFull) {
        return async (path: string, bytes: Uint8Array) => {
          await inner.append(path, bytes.subarray(0, 2));
          throw new Error('ENOSPC');
        };
      }
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const said: object[] = [];
  const tell = (details: object) => void said.push(details);
  const { clock, log } = open({}, files, { ...silentLog, error: tell, info: tell });
  const write = async (line: string) => {
    log.write(line);
    await clock.advance(100);
  };
  await write('first');
  isFull = true;
  for (const line of ['lost', 'gone', 'away']) await write(line);
  isFull = false;
  for (const line of ['kept', 'more']) await write(line);
  const lines = (await textOf(inner, '/audit.log')).split('\n');
  expect(lines.filter((line) => line.length > 2)).toEqual(['first', 'kept', 'more']);
  expect(said).toEqual([{ error: new Error('ENOSPC') }, { lost: 3 }]);
  await log[Symbol.asyncDispose]();
});
