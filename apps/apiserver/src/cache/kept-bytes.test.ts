import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { keptBytes } from './kept-bytes.ts';
import { Stored } from './stored.ts';

test('what is kept shares its memory only with what is kept', () => {
  const pieces = [1, 100, 4096, 0, 5000, 3000].map((length) => keptBytes(length).fill(length));
  Buffer.allocUnsafe(100).fill(7);
  for (const piece of pieces) expect(piece.every((byte) => byte === piece.length % 256)).toBe(true);
  expect(pieces.map(({ length }) => length)).toEqual([1, 100, 4096, 0, 5000, 3000]);
  expect(keptBytes(5000).buffer.byteLength).toBe(5000);
});

test('an object in the cache does not hold the memory of requests', () => {
  const raw = Buffer.from('{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"}}');
  for (let i = 0; i < 100; i++) {
    const { bytes } = Stored.fromStore('', 'a', i, raw);
    expect(bytes.buffer).not.toBe(Buffer.allocUnsafe(1).buffer);
  }
});
