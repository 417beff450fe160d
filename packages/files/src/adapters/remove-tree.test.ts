import { existsSync, mkdirSync, mkdtempSync, rmdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { removeTree } from './remove-tree.ts';

vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  rmSync: () => {
    throw Object.assign(new Error(', Unknown error: Read-only file system'), { code: '' });
  },
}));

test('where Node cannot say what went wrong, a tree goes step by step, and what its links lead to stays', () => {
  const root = mkdtempSync(join(tmpdir(), 'remove-tree-'));
  const [tree, outside] = [join(root, 'tree'), join(root, 'outside')];
  mkdirSync(join(tree, 'a/b'), { recursive: true });
  writeFileSync(join(tree, 'a/b/file'), '');
  writeFileSync(outside, '');
  symlinkSync(outside, join(tree, 'link'));
  symlinkSync(root, join(tree, 'a/up'));
  removeTree(tree);
  removeTree(tree);
  expect([existsSync(tree), existsSync(outside)]).toEqual([false, true]);
  unlinkSync(outside);
  rmdirSync(root);
});
