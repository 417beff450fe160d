import { silentLog } from '@kubernats/client';
import { SteppedClock } from '@kubernats/clock';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

const textOf = async (files: Files, path: string) => new TextDecoder().decode(await files.read(path));
const open = (rotation: Partial<ConstructorParameters<typeof LogFile>[2]> = {}, files = createMemoryFiles(new SteppedClock())) => {
  const clock = new SteppedClock(Date.UTC(2026, 0, 31, 9, 30));
  const log = new LogFile({ files, clock, log: silentLog }, 'audit.log', { maxSizeBytes: 1_000, maxBackups: 0, maxAgeMs: 0, ...rotation });
  return { clock, files, log };
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

test('a disk that is full loses what it was given, and later lines are written', async () => {
  const inner = createMemoryFiles(new SteppedClock());
  let isFull = true;
  const files = new Proxy(inner, {
    get(target, name) {
      if (name === 'append' && isFull) return () => Promise.reject(new Error('ENOSPC'));
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const { clock, log } = open({}, files);
  log.write('lost');
  await clock.advance(100);
  isFull = false;
  log.write('kept');
  await clock.advance(100);
  expect(await textOf(inner, '/audit.log')).toBe('kept\n');
  await log[Symbol.asyncDispose]();
});
