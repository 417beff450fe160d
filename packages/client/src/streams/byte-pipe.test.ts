import { expect, test } from 'vitest';
import { BytePipe } from './byte-pipe.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length);

test('a writer waits when the pipe is full, and goes on when there is room', async () => {
  const pipe = new BytePipe(10);
  expect(pipe.write(bytes(9))).toBeUndefined();
  let room = false;
  const waiting = pipe.write(bytes(9))?.then(() => (room = true));
  const reader = pipe[Symbol.asyncIterator]();
  expect([room, pipe.waitingBytes]).toEqual([false, 18]);
  expect((await reader.next()).value).toHaveLength(9);
  await waiting;
  expect([room, pipe.waitingBytes]).toEqual([true, 9]);
});

test('what came before the end or a failure is read first', async () => {
  const ended = new BytePipe(10);
  ended.write(bytes(3));
  ended.end();
  expect(ended.write(bytes(20))).toBeUndefined();
  const chunks: number[] = [];
  for await (const chunk of ended) chunks.push(chunk.length);
  expect(chunks).toEqual([3]);

  const broken = new BytePipe(10);
  broken.write(bytes(3));
  broken.end(new Error('gone'));
  const reader = broken[Symbol.asyncIterator]();
  expect((await reader.next()).value).toHaveLength(3);
  await expect(reader.next()).rejects.toThrow('gone');
});

test('when the reader goes, writers wait for nothing and every byte counts as taken', async () => {
  let taken = 0;
  const pipe = new BytePipe(10, (count) => (taken += count));
  pipe.write(bytes(5));
  const full = pipe.write(bytes(10));
  for await (const _ of pipe) break;
  await full;
  expect(pipe.write(bytes(100))).toBeUndefined();
  expect(taken).toBe(115);
});
