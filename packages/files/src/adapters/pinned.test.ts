import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { pinned, pinnedSelf } from './pinned.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'kubernats-pinned-')));
  mkdirSync(join(root, 'home/dir'), { recursive: true });
  mkdirSync(join(root, 'outside'));
  writeFileSync(join(root, 'outside/file'), 'secret');
});
afterEach(() => rmSync(root, { recursive: true }));

// What another process does on a shared folder between the look at a path and the use of it.
it.skipIf(process.platform !== 'linux')('a folder that was swapped for a link after it was looked at leads nowhere', () => {
  const home = join(root, 'home');
  renameSync(join(home, 'dir'), join(home, 'moved'));
  symlinkSync('../outside', join(home, 'dir'));
  const use = (): never => {
    throw new Error('used');
  };
  expect(() => pinned(home, ['dir', 'file'], use)).toThrow('ENOENT');
  expect(() => pinnedSelf(home, ['dir', 'file'], use)).toThrow('ENOENT');
  expect(() => pinnedSelf(home, ['dir'], use)).toThrow('ELOOP');
});
