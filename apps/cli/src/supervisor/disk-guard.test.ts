import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { guardDisk, isDiskFull } from './disk-guard.ts';

const MB = 1024 * 1024;

test.each([
  ['a disk with space', false, 33, false],
  ['that gets full', false, 31, true],
  ['and a little less so', true, 63, true],
  ['has space again', true, 64, false],
])('%s', (_, wasFull, free, isFull) => {
  expect(isDiskFull(wasFull, free * MB)).toBe(isFull);
});

test('a folder that is gone tells nothing, and ends nobody', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const folder = mkdtempSync(join(tmpdir(), 'kubernats-disk-'));
  rmSync(folder, { recursive: true });
  const changed = vi.fn();
  const end = guardDisk(folder, changed);
  vi.advanceTimersByTime(10_000);
  expect(changed).not.toHaveBeenCalled();
  end();
  expect(vi.getTimerCount()).toBe(0);
});
