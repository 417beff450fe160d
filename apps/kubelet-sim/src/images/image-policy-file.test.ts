import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readImagePolicy } from './image-policy-file.adapter.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubernats-images-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  const file = join(folder, 'images.yaml');
  writeFileSync(file, text);
  return readImagePolicy(file);
};

test('a file of rules', async () => {
  expect(await read('- {image: shop/*, is: missing}\n- image: "*"\n  pullMs: 200\n  size: 50Mi\n')).toEqual([
    { image: 'shop/*', is: 'missing', pullMs: 0, sizeBytes: 0 },
    { image: '*', is: 'exists', pullMs: 200, sizeBytes: 52_428_800 },
  ]);
  expect(await read('')).toEqual([]);
});

test('what is wrong is said, with the file', async () => {
  await expect(read('- image: a\n  is: lost\n')).rejects.toThrow(
    /^--image-policy .*images\.yaml: .*"exists"\|"present"\|"missing"\|"denied"/s,
  );
  await expect(read('- [')).rejects.toThrow(/^--image-policy .*images\.yaml: /);
  await expect(readImagePolicy(join(folder, 'none.yaml'))).rejects.toThrow(/none\.yaml: ENOENT/);
});
